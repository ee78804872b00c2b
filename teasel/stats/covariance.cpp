#include "teasel/stats/covariance.hpp"

#include <algorithm>
#include <cmath>

#include "teasel/stats/columns.hpp"
#include "teasel/stats/symmetric.hpp"

namespace teasel {

std::vector<double> covariance(std::span<const double> table, int64_t n, int64_t d) {
  const auto mean = column_moments(table, n, d).mean;
  std::vector<double> out(d * d), off(d);
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j < d; ++j) off[j] = table[i * d + j] - mean[j];
    for (int64_t j = 0; j < d; ++j)
      for (int64_t k = 0; k <= j; ++k) out[j * d + k] += off[j] * off[k];
  }
  for (int64_t j = 0; j < d; ++j)
    for (int64_t k = 0; k <= j; ++k) out[k * d + j] = out[j * d + k] /= static_cast<double>(n - 1);
  return out;
}

double gaussian_wasserstein_correlation(std::span<const double> covariance, int64_t d) {
  // diag(S) S and this symmetric matrix have the same eigenvalues.
  std::vector<double> scaled(d * d);
  double trace = 0;
  for (int64_t r = 0; r < d; ++r) {
    trace += covariance[r * d + r];
    for (int64_t c = 0; c < d; ++c)
      scaled[r * d + c] = std::sqrt(covariance[r * d + r] * covariance[c * d + c]) * covariance[r * d + c];
  }
  double roots = 0;
  for (const double value : symmetric_eigen(scaled, d).values) roots += std::sqrt(std::max(0.0, value));
  return std::max(0.0, 2 * trace - 2 * roots);
}

}  // namespace teasel
