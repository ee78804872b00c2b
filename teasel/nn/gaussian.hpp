// Closed forms of diagonal Gaussians, and what variational autoencoders do with them.
#pragma once
#include <ATen/core/Tensor.h>

namespace teasel::nn {

using at::Tensor;

// KL(N(mean, exp(log_variance)) || N(0, 1)) of every latent, nats: 1/2 (mean^2 + exp(log_variance) - log_variance - 1)
// (Kingma and Welling 2014, appendix B). Same shape as the arguments.
Tensor kl_to_standard_normal(const Tensor& mean, const Tensor& log_variance);

// The same for N(mean, deviation^2), with ln(deviation + 1e-8) for ln(deviation) as CascadeVAE's code has it, which
// keeps deviations that have vanished finite (Jeong and Song 2019).
Tensor kl_to_standard_normal_of_deviation(const Tensor& mean, const Tensor& deviation);

// mean + exp(log_variance / 2) * noise.
Tensor reparameterise(const Tensor& mean, const Tensor& log_variance, const Tensor& noise);

// Permutes every column of z [B, n] over the batch by its own order (permutation [n, B]): a sample of the product of
// the marginals (Kim and Mnih 2018, Algorithm 1).
Tensor permute_dims(const Tensor& z, const Tensor& permutation);

}  // namespace teasel::nn
