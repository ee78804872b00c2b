// Eigenvectors of one small general matrix by LAPACK, which libtorch brings.
#pragma once
#include <complex>
#include <cstdint>
#include <vector>

namespace teasel::linalg {

// C v_j = lambda_j v_j and u_j^H C = lambda_j u_j^H, vectors of length 1, column j of [n, n] row by row. Complex ones
// in conjugate pairs one after the other, the eigenvalue with positive imaginary part first.
struct Eigensystem {
  std::vector<std::complex<double>> values, right, left;
};

// matrix: [n, n] row by row. False, and NaN everywhere, where it is not finite or the iteration did not converge.
bool eigensystem(const double* matrix, int64_t n, Eigensystem& out);

}  // namespace teasel::linalg
