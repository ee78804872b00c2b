// One sequence's last frame as a combination of those before it, and the polynomial that this makes.
#pragma once
#include <complex>
#include <cstdint>
#include <vector>

namespace teasel::linalg {

// What the way back needs of one sequence; numbers are laid one after the other as `size` says, so that a batch keeps
// one buffer.
struct CompanionFit {
  int64_t frames, width;  // m = T - 1 frames before the last one, of K numbers each; m <= K

  int64_t size() const { return frames * width + frames * frames + frames + width; }
  // Places in the buffer.
  double* q(double* at) const { return at; }                                  // [m, K]: orthonormal rows
  double* r(double* at) const { return at + frames * width; }                 // [m, m]: X' = Q' R, upper
  double* coefficients(double* at) const { return r(at) + frames * frames; }  // [m]
  double* residual(double* at) const { return coefficients(at) + frames; }    // [K]: z_T - c X

  // z: [m + 1, K]. Fills the buffer; returns ||R|| ||R^-1||, infinity where R is singular.
  double fit(const double* z, double* buffer) const;
  // The roots of x^m - sum_k c_k x^k and their conditions ||(1, x, .., x^(m-1))|| / |p'(x)|. False if they were not
  // found.
  bool roots(const double* coefficients, std::complex<double>* roots, double* condition) const;
  // Adds to z_gradient [m + 1, K] what d c [m] makes of it.
  void backward(const double* buffer, const double* coefficients_gradient, double* z_gradient) const;
};

// p'(x) of x^m - sum_k c_k x^k.
std::complex<double> companion_derivative(const double* coefficients, int64_t m, std::complex<double> x);

}  // namespace teasel::linalg
