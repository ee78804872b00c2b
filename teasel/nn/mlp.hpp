// Multi-layer perceptrons: encoders, decoders, discriminators.
#pragma once
#include <functional>
#include <vector>

#include "teasel/nn/discriminator.hpp"

namespace teasel::nn {

// Linear layers of the widths `hidden`, each with `activation` behind it, then `out` numbers.
class Mlp {
 public:
  using Activation = std::function<Tensor(Tensor)>;  // may change its argument
  Mlp(const Builder& build, int64_t in, const std::vector<int64_t>& hidden, int64_t out, Activation activation);
  // x: [B, in] -> [B, out].
  Tensor operator()(const Tensor& x) const;

 private:
  std::vector<Linear> layers_;
  Activation activation_;
};

Mlp::Activation leaky_relu(double slope);

struct MlpDiscriminatorOptions {
  int64_t layers = 5, width = 1000, outputs = 2;
  double slope = 0.2;
  std::string initialisation = "normal_0.02";

  void describe(Fields& f);
};

// A perceptron whose log-odds are the first of two logits less the second (softmax), or its one logit (logistic
// function). Both can learn the same functions; YannDubs/disentangling-vae reports worse results with one.
class MlpDiscriminator : public Discriminator {
 public:
  MlpDiscriminator(const MlpDiscriminatorOptions& options, const Setup& setup);
  Tensor log_odds(const Tensor& z) const override;

 private:
  Mlp mlp_;
};

}  // namespace teasel::nn
