// Columns of row-major tables and their moments.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace teasel {

// Column `j` of a row-major table [n, d].
std::vector<float> column(std::span<const float> table, int64_t n, int64_t d, int64_t j);
std::vector<double> column(std::span<const double> table, int64_t n, int64_t d, int64_t j);

// The rows `index` of a row-major table [n, d], as a table of their own.
std::vector<float> take_rows(std::span<const float> table, int64_t d, std::span<const int64_t> index);
std::vector<double> take_rows(std::span<const double> table, int64_t d, std::span<const int64_t> index);

// Mean and unbiased variance (divisor n - 1; 0 for a single row) of every column.
struct ColumnMoments {
  std::vector<double> mean, variance;  // [d]
};

// Moments of a row-major table [n, d], n >= 1, in double precision by two passes.
ColumnMoments column_moments(std::span<const float> table, int64_t n, int64_t d);
ColumnMoments column_moments(std::span<const double> table, int64_t n, int64_t d);

}  // namespace teasel
