// Small symmetric matrices: Cholesky's factor and eigenvalues.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace teasel {

// The lower factor L of a = L L' (row-major [n, n], zeros above the diagonal). Empty where `a` is not positive
// definite.
std::vector<double> cholesky(std::span<const double> a, int64_t n);

// Solves L L' x = b in place, for a factor L of `cholesky`.
void cholesky_solve(std::span<const double> factor, int64_t n, std::span<double> b);

// Eigenvalues, falling, and in the rows of `vectors` their eigenvectors of length 1, each with its greatest entry (by
// absolute value, the first of equals) positive.
struct SymmetricEigen {
  std::vector<double> values, vectors;  // [n], [n, n]
};

// By Jacobi's rotations, to machine precision. `a`: symmetric, row-major [n, n].
SymmetricEigen symmetric_eigen(std::span<const double> a, int64_t n);

}  // namespace teasel
