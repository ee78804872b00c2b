// The inner loop of distances to the nearest of some items.
#pragma once
#include <cstdint>

namespace teasel {

// The least over l of first[l] + (y - second[l])^2; infinite for n = 0.
float least_distance(const float* first, const float* second, int64_t n, float y);

}  // namespace teasel
