#include "teasel/nn/kernels/adam_kernel.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace teasel::nn {

// One clone per vector width, chosen when the program is loaded.
__attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"))) bool adam_kernel(
    float* __restrict p, const float* __restrict g, float* __restrict m, float* __restrict v, int64_t n,
    const AdamCoefficients& c) {
  const AdamCoefficients k = c;
  int32_t largest =
      0;  // magnitude, as bits: a maximum of whole numbers is a vector operation, and NaN is above infinity
  for (int64_t i = 0; i < n; ++i) {
    const float gradient = g[i] + k.decay * p[i];
    largest = std::max(largest, std::bit_cast<int32_t>(gradient) & 0x7fffffff);
    m[i] += k.rest1 * (gradient - m[i]);
    v[i] = k.beta2 * v[i] + k.rest2 * gradient * gradient;
    p[i] -= k.step * m[i] / (std::sqrt(v[i]) * k.scale + k.epsilon);
  }
  return largest < 0x7f800000;
}

}  // namespace teasel::nn
