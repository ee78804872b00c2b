#include "teasel/stats/random_features.hpp"

#include <cmath>
#include <numbers>

#include "teasel/core/random.hpp"

namespace teasel {

std::vector<double> random_fourier_features(std::span<const double> x, int64_t d, int64_t count, double sigma,
                                            uint64_t seed) {
  const int64_t half = count / 2, n = static_cast<int64_t>(x.size()) / d;
  std::vector<float> frequency(half * d);
  Stream(seed, "random_features").normal(0, d, frequency);
  std::vector<double> out(n * 2 * half);
#pragma omp parallel for
  for (int64_t i = 0; i < n; ++i)
    for (int64_t m = 0; m < half; ++m) {
      double angle = 0;
      for (int64_t j = 0; j < d; ++j) angle += frequency[m * d + j] * x[i * d + j];
      angle *= 2 * std::numbers::pi * sigma;
      out[i * 2 * half + m] = std::cos(angle);
      out[i * 2 * half + half + m] = std::sin(angle);
    }
  return out;
}

}  // namespace teasel
