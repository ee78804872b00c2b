#include "teasel/stats/pca.hpp"

#include <algorithm>

#include "teasel/stats/symmetric.hpp"

namespace teasel {

PrincipalComponents principal_components(std::span<const double> table, int64_t n, int64_t d) {
  PrincipalComponents out{d, std::vector<double>(d), {}, {}};
  for (int64_t i = 0; i < n * d; ++i) out.mean[i % d] += table[i] / static_cast<double>(n);
  std::vector<double> covariance(d * d), off(d);
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j < d; ++j) off[j] = table[i * d + j] - out.mean[j];
    for (int64_t j = 0; j < d; ++j)
      for (int64_t m = 0; m <= j; ++m) covariance[j * d + m] += off[j] * off[m];
  }
  const auto divisor = static_cast<double>(std::max<int64_t>(n - 1, 1));
  for (int64_t j = 0; j < d; ++j)
    for (int64_t m = 0; m <= j; ++m) covariance[m * d + j] = covariance[j * d + m] /= divisor;
  auto eigen = symmetric_eigen(covariance, d);
  for (auto& value : eigen.values) value = std::max(value, 0.0);
  out.components = std::move(eigen.vectors);
  out.variance = std::move(eigen.values);
  return out;
}

std::vector<double> PrincipalComponents::project(std::span<const double> table, int64_t n, int64_t count) const {
  std::vector<double> out(n * count);
  for (int64_t i = 0; i < n; ++i)
    for (int64_t c = 0; c < count; ++c) {
      double sum = 0;
      for (int64_t j = 0; j < d; ++j) sum += (table[i * d + j] - mean[j]) * components[c * d + j];
      out[i * count + c] = sum;
    }
  return out;
}

}  // namespace teasel
