// Spectrum of the Koopman operator of short sequences, by the roots of one polynomial.
//
// A sequence z_0 .. z_{T-1} of vectors in R^K, with the rows X = z_0 .. z_{T-2} and Y = z_1 .. z_{T-1}, has the
// minimum-norm operator C = X^+ Y (rows act from the left: z_{t+1} ~ z_t C). Where T - 1 <= K and X has full row rank,
// X C = Y holds exactly, C has rank T - 1 at most, and its eigenvalues besides K - (T - 1) zeros are those of the small
// matrix Y X^+ (AB and BA share theirs). That is a companion matrix: Y repeats all rows of X but the first, so that its
// rows are unit vectors but for the last, which holds the coefficients c of the last frame on those before, by least
// squares. The eigenvalues are the T - 1 roots of
//   p(x) = x^(T-1) - sum_k c_k x^k
// (the companion form of dynamic mode decomposition; Rowley et al. 2009, "Spectral analysis of nonlinear flows").
#pragma once
#include "teasel/linalg/spectrum.hpp"

namespace teasel::linalg {

struct CompanionSpectrum {
  Spectrum spectrum;         // of T - 1 eigenvalues
  at::Tensor fit_condition;  // [B], without gradient: ||R|| ||R^-1|| (Frobenius) of X = (Q R)'
};

// z: [B, T, K] double, T >= 2, T - 1 <= K, of full row rank. Least squares by an orthogonal factorisation in double
// precision, not by the Gram matrix, whose condition is the square. Differentiable. An instance whose X is singular to
// working precision has a fit_condition beyond 1 / (T K epsilon) and meaningless eigenvalues: take `koopman_operator`
// with a tolerance and its dense spectrum for it.
CompanionSpectrum companion_spectrum(const at::Tensor& z);

}  // namespace teasel::linalg
