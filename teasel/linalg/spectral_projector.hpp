// The part of latents that some of an operator's modes carry.
#pragma once
#include <ATen/core/Tensor.h>

namespace teasel::linalg {

// The eigenvalue nearest to a shift with its eigenvectors: v [B, K] right (C v = lambda v), u [B, K] left (u C =
// lambda u), scaled to |v| = 1 and u v = 1, so that v u is the mode's projector and (z v) u its part of z.
struct Mode {
  at::Tensor right, left;
  at::Tensor eigenvalue;  // [B]: u C v
  at::Tensor residual;    // [B]: (|C v - lambda v| + |u C - lambda u| / |u|) / |C|; large where it did not converge
};

// By inverse iteration at a fixed shift. koopman: [B, K, K] double. Converges as |lambda_1 - shift| / |lambda_2 -
// shift| to the power of `iterations`, and not at all to a complex pair: see `residual`. No gradient:
// `spectral_projector` has it.
Mode nearest_mode(const at::Tensor& koopman, double shift = 1, int64_t iterations = 20);

// P [B, K, K] of the chosen eigenvalues (bool [B, K], in the order of `eigenvalues`; conjugate pairs together,
// otherwise an error): P P = P, P C = C P, and z P is the part of z that these modes carry; the rest is z - z P. Made
// of the chosen eigenvectors alone, P = V (U^H V)^-1 U^H, so that the others may be as dependent as they like.
//
// Differentiable. With v_i, u_i of the chosen modes scaled to U^H V = I and Q = I - P,
//   dP = sum_i x_i u_i^H + v_i y_i^H,   (lambda_i - C) x_i = Q dC v_i,   y_i^H (lambda_i - C) = u_i^H dC Q
// within the range of Q (Kato 1966, "Perturbation theory for linear operators", II.2). P does not depend on scale or
// phase of eigenvectors, so this has a value wherever the chosen eigenvalues are apart from the others.
at::Tensor spectral_projector(const at::Tensor& koopman, const at::Tensor& chosen);
// Of one real mode.
at::Tensor spectral_projector(const at::Tensor& koopman, const Mode& mode);

// The least distance between a chosen eigenvalue and another one, of every operator [B]; infinity without others.
at::Tensor spectral_gap(const at::Tensor& real, const at::Tensor& imaginary, const at::Tensor& chosen);

}  // namespace teasel::linalg
