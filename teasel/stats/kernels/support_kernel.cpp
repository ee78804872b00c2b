#include "teasel/stats/kernels/support_kernel.hpp"

#include <limits>

namespace teasel {

// One clone per vector width, chosen when the program is loaded.
__attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"))) float least_distance(
    const float* __restrict first, const float* __restrict second, int64_t n, float y) {
  float least = std::numeric_limits<float>::infinity();
#pragma omp simd reduction(min : least)
  for (int64_t l = 0; l < n; ++l) {
    const float off = y - second[l], distance = first[l] + off * off;
    least = distance < least ? distance : least;
  }
  return least;
}

}  // namespace teasel
