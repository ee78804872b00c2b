#include <ATen/ATen.h>

#include "teasel/nn/likelihood.hpp"

namespace teasel::nn {

// Bernoulli with logits a: -log p(x) = softplus(a) - x a, from the logits, never from clamped probabilities.
class Bernoulli : public Likelihood {
 public:
  using Options = NoOptions;
  Bernoulli(const Options&, const Setup&) {}

  Tensor negative_log_likelihood(const Tensor& raw, const Items& items) const override {
    const Tensor x = items.values();
    return at::binary_cross_entropy_with_logits(raw, x, {}, {}, at::Reduction::None).flatten(1).sum(1);
  }
  std::optional<Tensor> after(const Convolution& last, const Tensor& h, const Items& items,
                              const Mode& mode) const override {
    return last.bernoulli(h, items, mode.precision);
  }
  Tensor mean(const Tensor& raw) const override { return raw.sigmoid(); }
};

TEASEL_REGISTER(Likelihood, Bernoulli, "Bernoulli with logits: binary and grey images");

}  // namespace teasel::nn
