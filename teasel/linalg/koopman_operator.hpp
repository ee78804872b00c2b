// Koopman operators of sequences of latents, by least squares.
#pragma once
#include <ATen/core/Tensor.h>

namespace teasel::linalg {

// How X C = Y is solved, for the rows X = z_0 .. z_{T-2} and Y = z_1 .. z_{T-1}.
enum class Fit {
  minimum_norm,  // C = X^+ Y; singular values below `tolerance` times the greatest count as zero
  ridge,         // minimises |X C - Y|^2 + a |C|^2 with a = `ridge` times the mean squared singular value of X
  truncated      // C = X_r^+ Y with the `rank` greatest singular values of X
};

struct FitOptions {
  Fit fit = Fit::minimum_norm;
  double tolerance = 1e-10;
  double ridge = 1e-3;
  int64_t rank = 4;
};

// z: [B, T, K] double, T >= 2. The operator of every sequence, [B, K, K]: z_{t+1} ~ z_t C. With T - 1 < K many
// operators fit exactly; minimum_norm is the one without part outside the rows of X, and predicts those frames without
// error, so that a loss on them teaches nothing: `ridge` and `truncated` leave one. Differentiable; at a rank that
// changes minimum_norm is discontinuous, and its gradient is that of the rank it has.
at::Tensor koopman_operator(const at::Tensor& z, const FitOptions& options = {});

// One operator for all sequences of a batch [K, K]: the same with the rows of all of them in X and Y.
at::Tensor common_koopman_operator(const at::Tensor& z, const FitOptions& options = {});

// One step at a time from what is known of the frame before: [z_0; X C], [B, T, K]. `koopman`: [B, K, K] or [K, K].
at::Tensor predict(const at::Tensor& z, const at::Tensor& koopman);

// The greatest singular value of X over the least, of every sequence [B]; infinity for a singular one.
at::Tensor fit_condition(const at::Tensor& z);

}  // namespace teasel::linalg
