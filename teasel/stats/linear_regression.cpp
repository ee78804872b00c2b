#include "teasel/stats/linear_regression.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "teasel/stats/symmetric.hpp"

namespace teasel {

double determination(std::span<const double> x, std::span<const double> y) {
  const int64_t n = static_cast<int64_t>(y.size()), d = static_cast<int64_t>(x.size()) / n;
  std::vector<double> mean(d + 1), off(d + 1), products((d + 1) * (d + 1));
  const auto entry = [&](int64_t i, int64_t j) { return j < d ? x[i * d + j] : y[i]; };
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j <= d; ++j) mean[j] += entry(i, j) / static_cast<double>(n);
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j <= d; ++j) off[j] = entry(i, j) - mean[j];
    for (int64_t j = 0; j <= d; ++j)
      for (int64_t m = 0; m <= d; ++m) products[j * (d + 1) + m] += off[j] * off[m];
  }
  const double total = products[d * (d + 1) + d];
  // What is left of a constant after rounding is no variance.
  if (total <= 1e-28 * static_cast<double>(n) * mean[d] * mean[d]) return 0;
  // In units of their own, so that "dependent" means the same for all latents; sums along the principal directions.
  std::vector<double> gram(d * d), target(d), scale(d);
  for (int64_t j = 0; j < d; ++j) {
    const double variance = products[j * (d + 1) + j];
    scale[j] = variance > 0 ? 1 / std::sqrt(variance) : 0;
  }
  for (int64_t j = 0; j < d; ++j) {
    target[j] = products[j * (d + 1) + d] * scale[j];
    for (int64_t m = 0; m < d; ++m) gram[j * d + m] = products[j * (d + 1) + m] * scale[j] * scale[m];
  }
  const auto eigen = symmetric_eigen(gram, d);
  double explained = 0;
  for (int64_t c = 0; c < d; ++c) {
    if (eigen.values[c] <= 1e-12 * eigen.values[0]) break;
    double along = 0;
    for (int64_t j = 0; j < d; ++j) along += eigen.vectors[c * d + j] * target[j];
    explained += along * along / eigen.values[c];
  }
  return std::min(1.0, explained / total);
}

}  // namespace teasel
