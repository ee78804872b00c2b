// Inner loops of sums over the components of a Gaussian mixture. Densities are in base 2: log2 q = offset - u^2 with
// u = (z - mean) * rate.
#pragma once
#include <cstdint>

namespace teasel {

struct MixturePeaks {
  float own, prefix;
};

// own[i] = log2 of component i's density at z, and prefix[i] += own[i]; returns the greatest of either.
MixturePeaks mixture_densities(const float* mean, const float* rate, const float* offset, int64_t n, float z,
                               float* own, float* prefix);

// out[i] = before[i] + after[i], and after[i] += own[i]; returns the greatest of `out`.
float densities_without(const float* before, const float* own, int64_t n, float* after, float* out);

// The sum of 2^(values[i] - peak) for values[i] <= peak, each term to a relative 2e-7; terms below 2^-125 count as
// that. n <= 4096, so that single precision holds the sum to a relative 3e-6 at worst.
float exp2_sum(const float* values, int64_t n, float peak);

}  // namespace teasel
