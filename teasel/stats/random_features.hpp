// Random Fourier features.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace teasel {

// Rows [n, count] of cos(2 pi b.x), then sin(2 pi b.x), for count / 2 frequencies b drawn from N(0, sigma^2 I): linear
// functions of them approach those of a Gaussian kernel as there are more (Rahimi and Recht 2007). x: [n, d]; count:
// even. The first frequencies are the same whatever the count.
std::vector<double> random_fourier_features(std::span<const double> x, int64_t d, int64_t count, double sigma,
                                            uint64_t seed);

}  // namespace teasel
