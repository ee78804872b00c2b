#include <ATen/ATen.h>

#include "teasel/core/error.hpp"
#include "teasel/nn/likelihood.hpp"

namespace teasel::nn {

// Bernoulli with logits a: -log p(x) = softplus(a) - x a, from the logits, never from clamped probabilities. For values
// outside 0..1 that would fall without end.
class Bernoulli : public Likelihood {
 public:
  using Options = NoOptions;
  Bernoulli(const Options&, const Setup& setup) {
    if (!(setup.low >= 0 && setup.high <= 1))
      throw Error("the Bernoulli likelihood needs values from 0 to 1, and the data's range is wider",
                  "Choose the likelihood gaussian or laplace, or scale the images to 0 to 1.");
  }

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
