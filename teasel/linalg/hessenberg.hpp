// Eigenvalues of small real matrices in Hessenberg form, without LAPACK's overhead per call.
#pragma once
#include <complex>
#include <cstdint>

namespace teasel::linalg {

// Scales rows and columns of `h` ([n, n] row by row) by powers of two, so that each row's norm is near its column's:
// a similarity without rounding (Parlett and Reinsch 1969, "Balancing a matrix for calculation of eigenvalues and
// eigenvectors").
void balance(double* h, int64_t n);

// All eigenvalues of an upper Hessenberg matrix ([n, n] row by row; destroyed), by Francis' QR iteration with implicit
// double shifts (Golub and Van Loan, "Matrix Computations", 7.5). Complex ones stand in exact conjugate pairs, the one
// with positive imaginary part first. False where the iteration did not converge (or `h` is not finite).
bool hessenberg_eigenvalues(double* h, int64_t n, std::complex<double>* eigenvalues);

}  // namespace teasel::linalg
