// Covariance matrices and what is read off them.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace teasel {

// Unbiased covariance (divisor n - 1) of the columns of a row-major table [n, d], n >= 2: row-major [d, d].
std::vector<double> covariance(std::span<const double> table, int64_t n, int64_t d);

// The squared 2-Wasserstein (Frechet) distance of N(0, S) and N(0, diag S), S a covariance [d, d]:
// 2 tr S - 2 tr (diag(S)^1/2 S diag(S)^1/2)^1/2. At least 0, and 0 where nothing correlates.
double gaussian_wasserstein_correlation(std::span<const double> covariance, int64_t d);

}  // namespace teasel
