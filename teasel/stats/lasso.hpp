// The lasso (Tibshirani 1996): linear regression whose coefficients pay for their size.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace teasel {

struct Lasso {
  std::vector<double> coefficients;  // [d, targets]
  std::vector<double> intercepts;    // [targets]
};

// Minimises |y - x w - b|^2 / (2 n) + alpha |w|_1 for every column of y by itself, by coordinate descent on the
// products of the centred columns (Friedman, Hastie and Tibshirani 2010), until no step moves a prediction by more than
// 1e-9 standard deviations of y: the minimiser that scikit-learn's Lasso approaches up to its `tol`. A constant column
// of x has coefficient 0. x: [n, d], y: [n, targets], row-major, finite, n >= 1; alpha >= 0.
Lasso fit_lasso(std::span<const double> x, int64_t n, int64_t d, std::span<const double> y, int64_t targets,
                double alpha);

}  // namespace teasel
