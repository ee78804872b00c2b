// Ranks and correlations.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace teasel {

// Ranks from 1; equal values share the mean of their ranks. Values must be finite.
std::vector<double> average_ranks(std::span<const double> values);

// Spearman's rank correlation of two equally long samples, ties by average ranks; 0 where one of them is constant.
double spearman(std::span<const double> x, std::span<const double> y);

// Spearman's correlation of every column of `x` with every column of `y`: row-major [d, k].
// x: [n, d], y: [n, k], row-major. A constant column correlates 0 with everything.
std::vector<double> spearman_matrix(std::span<const double> x, int64_t d, std::span<const double> y, int64_t k,
                                    int64_t n);

// For every column of a row-major matrix [rows, columns] the row with the greatest absolute value (the first of
// equals).
std::vector<int64_t> strongest_rows(std::span<const double> matrix, int64_t rows, int64_t columns);

}  // namespace teasel
