#include <ATen/ATen.h>

#include "teasel/nn/likelihood.hpp"

namespace teasel::nn {

// Bernoulli less the entropy of the pixels: KL(Bernoulli(x) || Bernoulli(p)) summed over an item, 0 where the image is
// copied exactly. On grey values the plain Bernoulli's floor is the pixels' entropy, which no decoder changes:
// gradients are the same, the numbers say how much is still to be learned (disentanglement_lib's
// `subtract_true_image_entropy`).
class BernoulliAboveEntropy : public Likelihood {
 public:
  using Options = NoOptions;
  BernoulliAboveEntropy(const Options&, const Setup& setup)
      : bernoulli_(Registry<Likelihood>::get().make("bernoulli", Value(), setup)) {}

  Tensor negative_log_likelihood(const Tensor& raw, const Items& items) const override {
    return less_entropy(bernoulli_->negative_log_likelihood(raw, items), items);
  }
  std::optional<Tensor> after(const Convolution& last, const Tensor& h, const Items& items,
                              const Mode& mode) const override {
    const auto cross_entropy = bernoulli_->after(last, h, items, mode);
    return cross_entropy ? std::optional(less_entropy(*cross_entropy, items)) : std::nullopt;
  }
  Tensor mean(const Tensor& raw) const override { return bernoulli_->mean(raw); }

 private:
  static Tensor less_entropy(const Tensor& cross_entropy, const Items& items) {
    if (items.dtype == Dtype::bit) return cross_entropy;  // 0 and 1 have no entropy
    const Tensor x = items.values();
    return cross_entropy + (at::xlogy(x, x) + at::xlogy(1 - x, 1 - x)).flatten(1).sum(1);
  }

  std::unique_ptr<Likelihood> bernoulli_;
};

TEASEL_REGISTER(Likelihood, BernoulliAboveEntropy,
                "Bernoulli less the pixels' entropy: 0 for an exact copy of a grey image");

}  // namespace teasel::nn
