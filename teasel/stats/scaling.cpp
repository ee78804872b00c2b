#include "teasel/stats/scaling.hpp"

#include <algorithm>
#include <cmath>

namespace teasel {

std::vector<double> Scaling::apply(std::span<const double> table) const {
  const size_t d = shift.size();
  std::vector<double> out(table.begin(), table.end());
  for (size_t i = 0; i < out.size(); i += d)
    for (size_t j = 0; j < d; ++j) out[i + j] = (out[i + j] - shift[j]) * factor[j];
  return out;
}

Scaling standard_scaling(std::span<const double> table, int64_t d) {
  const auto n = static_cast<double>(table.size() / d);
  Scaling out{std::vector<double>(d), std::vector<double>(d)};
  std::vector<double> variance(d);
  for (size_t i = 0; i < table.size(); ++i) out.shift[i % d] += table[i];
  for (auto& mean : out.shift) mean /= n;
  for (size_t i = 0; i < table.size(); ++i) {
    const double off = table[i] - out.shift[i % d];
    variance[i % d] += off * off / n;
  }
  // What is left of a constant column after rounding is no variance.
  for (int64_t j = 0; j < d; ++j)
    out.factor[j] = std::sqrt(variance[j]) > 1e-14 * std::abs(out.shift[j]) ? 1 / std::sqrt(variance[j]) : 0;
  return out;
}

Scaling min_max_scaling(std::span<const double> table, int64_t d) {
  Scaling out{std::vector<double>(table.begin(), table.begin() + d), std::vector<double>(d)};
  std::vector<double> greatest = out.shift;
  for (size_t i = 0; i < table.size(); ++i) {
    out.shift[i % d] = std::min(out.shift[i % d], table[i]);
    greatest[i % d] = std::max(greatest[i % d], table[i]);
  }
  for (int64_t j = 0; j < d; ++j) out.factor[j] = greatest[j] > out.shift[j] ? 1 / (greatest[j] - out.shift[j]) : 0;
  return out;
}

}  // namespace teasel
