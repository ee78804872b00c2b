#include "teasel/stats/kernels/mixture_kernel.hpp"

#include <bit>
#include <cstdint>
#include <limits>

#include "teasel/stats/kernels/vector_clones.hpp"

namespace teasel {

TEASEL_VECTOR_CLONES MixturePeaks mixture_densities(const float* __restrict mean, const float* __restrict rate,
                                                    const float* __restrict offset, int64_t n, float z,
                                                    float* __restrict own, float* __restrict prefix) {
  float peak = -std::numeric_limits<float>::infinity(), prefix_peak = peak;
#pragma omp simd reduction(max : peak, prefix_peak)
  for (int64_t i = 0; i < n; ++i) {
    const float u = (z - mean[i]) * rate[i];
    const float density = offset[i] - u * u, sum = prefix[i] + density;
    own[i] = density;
    prefix[i] = sum;
    peak = density > peak ? density : peak;
    prefix_peak = sum > prefix_peak ? sum : prefix_peak;
  }
  return {peak, prefix_peak};
}

TEASEL_VECTOR_CLONES float densities_without(const float* __restrict before, const float* __restrict own, int64_t n,
                                             float* __restrict after, float* __restrict out) {
  float peak = -std::numeric_limits<float>::infinity();
#pragma omp simd reduction(max : peak)
  for (int64_t i = 0; i < n; ++i) {
    const float sum = before[i] + after[i];
    out[i] = sum;
    after[i] += own[i];
    peak = sum > peak ? sum : peak;
  }
  return peak;
}

TEASEL_VECTOR_CLONES float exp2_sum(const float* __restrict values, int64_t n, float peak) {
  // 2^x = 2^k 2^f with k = round(x), |f| <= 1/2. Adding 3 * 2^22 leaves k in the low bits of the sum, from where it
  // goes into the exponent; the polynomial is 2^f to a relative 8e-8 (minimax).
  constexpr float to_integer = 12582912.0f;
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < n; ++i) {
    float x = values[i] - peak;
    x = x > -125.0f ? x : -125.0f;
    const float shifted = x + to_integer, f = x - (shifted - to_integer);
    const float power =
        1.00000007f +
        f * (0.693146967f + f * (0.240221197f + f * (0.0555071327f + f * (0.00967554133f + f * 0.00132764719f))));
    sum += std::bit_cast<float>(std::bit_cast<uint32_t>(power) + (std::bit_cast<uint32_t>(shifted) << 23));
  }
  return sum;
}

}  // namespace teasel
