#include "teasel/nn/gaussian.hpp"

#include <ATen/ATen.h>

namespace teasel::nn {

Tensor kl_to_standard_normal(const Tensor& mean, const Tensor& log_variance) {
  // expm1 keeps the digits of latents that tell almost nothing.
  return 0.5 * (mean.square() + (log_variance.expm1() - log_variance));
}

Tensor kl_to_standard_normal_of_deviation(const Tensor& mean, const Tensor& deviation) {
  return 0.5 * (mean.square() + deviation.square() - 1) - (deviation + 1e-8).log();
}

Tensor reparameterise(const Tensor& mean, const Tensor& log_variance, const Tensor& noise) {
  return mean + (0.5 * log_variance).exp() * noise;
}

Tensor permute_dims(const Tensor& z, const Tensor& permutation) { return z.gather(0, permutation.t()); }

}  // namespace teasel::nn
