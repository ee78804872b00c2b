// Multi-layer perceptrons: encoders, decoders, discriminators.
#pragma once
#include <vector>

#include "teasel/nn/discriminator.hpp"

namespace teasel::nn {

// Linear layers of the widths `hidden`, each with `activation` behind it, then `out` numbers.
class Mlp {
 public:
  // Leaky ReLU of this slope below zero (0: ReLU), or tanh.
  struct Activation {
    double slope = 0;
    bool tanh = false;
  };
  Mlp(const Builder& build, int64_t in, const std::vector<int64_t>& hidden, int64_t out, const Activation& activation);
  // x: [B, in] -> [B, out].
  Tensor operator()(const Tensor& x, Precision precision = Precision::single) const;

 private:
  std::vector<Linear> layers_;
  Activation activation_;
};

inline Mlp::Activation leaky_relu(double slope) { return {.slope = slope}; }

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
  Tensor log_odds(const Tensor& z, const Mode& mode) const override;

 private:
  Mlp mlp_;
};

}  // namespace teasel::nn
