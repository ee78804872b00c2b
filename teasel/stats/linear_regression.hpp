// Least squares.
#pragma once
#include <cstdint>
#include <span>

namespace teasel {

// The coefficient of determination R^2 = 1 - |y - fit|^2 / |y - mean|^2 of the least-squares fit of y [n] by rows of
// x [n, d] with an intercept, on these rows: 0 for a constant y. Latents that are constant or follow from others add
// nothing.
double determination(std::span<const double> x, std::span<const double> y);

}  // namespace teasel
