#include "teasel/stats/columns.hpp"

#include <algorithm>

namespace teasel {
namespace {

template <class T>
std::vector<T> column_of(std::span<const T> table, int64_t n, int64_t d, int64_t j) {
  std::vector<T> out(n);
  for (int64_t i = 0; i < n; ++i) out[i] = table[i * d + j];
  return out;
}

template <class T>
std::vector<T> rows_of(std::span<const T> table, int64_t d, std::span<const int64_t> index) {
  std::vector<T> out(index.size() * d);
  for (size_t i = 0; i < index.size(); ++i) std::copy_n(table.begin() + index[i] * d, d, out.begin() + i * d);
  return out;
}

template <class T>
ColumnMoments moments_of(std::span<const T> table, int64_t n, int64_t d) {
  ColumnMoments out{std::vector<double>(d), std::vector<double>(d)};
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < d; ++j) out.mean[j] += table[i * d + j];
  for (auto& mean : out.mean) mean /= static_cast<double>(n);
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < d; ++j) {
      const double off = table[i * d + j] - out.mean[j];
      out.variance[j] += off * off;
    }
  for (auto& variance : out.variance) variance /= static_cast<double>(std::max<int64_t>(n - 1, 1));
  return out;
}

}  // namespace

std::vector<float> column(std::span<const float> table, int64_t n, int64_t d, int64_t j) {
  return column_of(table, n, d, j);
}
std::vector<double> column(std::span<const double> table, int64_t n, int64_t d, int64_t j) {
  return column_of(table, n, d, j);
}

std::vector<float> take_rows(std::span<const float> table, int64_t d, std::span<const int64_t> index) {
  return rows_of(table, d, index);
}
std::vector<double> take_rows(std::span<const double> table, int64_t d, std::span<const int64_t> index) {
  return rows_of(table, d, index);
}

ColumnMoments column_moments(std::span<const float> table, int64_t n, int64_t d) { return moments_of(table, n, d); }
ColumnMoments column_moments(std::span<const double> table, int64_t n, int64_t d) { return moments_of(table, n, d); }

}  // namespace teasel
