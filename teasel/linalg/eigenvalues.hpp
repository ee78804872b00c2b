// Eigenvalues of batches of general matrices, with gradients.
#pragma once
#include "teasel/linalg/spectrum.hpp"

namespace teasel::linalg {

// matrices: [B, n, n] double, general (not symmetric). By LAPACK, threads over the batch. The gradient of a simple
// eigenvalue with right and left eigenvectors v and u is d lambda = u^H dC v / (u^H v): no inverse of the matrix of
// eigenvectors, which may not have one. Its condition is 1 / |u^H v|, and beyond `greatest_condition` the gradient is
// scaled down. Eigenvalues and gradient are NaN for a matrix that is not finite.
Spectrum eigenvalues(const at::Tensor& matrices);

}  // namespace teasel::linalg
