// Multi-layer perceptrons: discriminators and the like.
#pragma once
#include <vector>

#include "teasel/nn/discriminator.hpp"

namespace teasel::nn {

// Linear layers with leaky ReLU between: `hidden` layers of `width`, then `out` numbers.
class Mlp {
 public:
  Mlp(const Builder& build, int64_t in, int64_t width, int64_t hidden, int64_t out, double slope);
  Tensor operator()(const Tensor& x) const;

 private:
  std::vector<Linear> layers_;
  double slope_;
};

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
