#include "teasel/nn/mlp.hpp"

#include <ATen/ATen.h>

#include "teasel/nn/initialisation.hpp"

namespace teasel::nn {

Mlp::Mlp(const Builder& build, int64_t in, const std::vector<int64_t>& hidden, int64_t out,
         const Activation& activation)
    : activation_(activation) {
  for (size_t i = 0; i < hidden.size(); ++i) {
    layers_.emplace_back(build, "linear" + std::to_string(i), in, hidden[i]);
    in = hidden[i];
  }
  layers_.emplace_back(build, "head", in, out);
}

Tensor Mlp::operator()(const Tensor& x, Precision precision) const {
  Tensor h = x;
  for (size_t i = 0; i + 1 < layers_.size(); ++i)
    h = activation_.tanh ? layers_[i](h, 1, precision).tanh_() : layers_[i](h, activation_.slope, precision);
  return layers_.back()(h);
}

void MlpDiscriminatorOptions::describe(Fields& f) {
  f.field("layers", layers, "hidden layers; one more makes the logits", between(1, 32));
  f.field("width", width, "width of the hidden layers", between(1, 65536));
  f.field("slope", slope, "slope of the leaky ReLU below zero", between(0, 1));
  f.field("outputs", outputs, "2: a logit for each class; 1: their difference", between(1, 2));
  f.field("initialisation", initialisation, "how weights begin", one_of(initialisation_names()));
}

MlpDiscriminator::MlpDiscriminator(const MlpDiscriminatorOptions& o, const Setup& setup)
    : mlp_({setup.build.store, setup.build.prefix, setup.build.seed, o.initialisation}, setup.inputs,
           std::vector<int64_t>(static_cast<size_t>(o.layers), o.width), o.outputs, leaky_relu(o.slope)) {}

Tensor MlpDiscriminator::log_odds(const Tensor& z, const Mode& mode) const {
  const Tensor logits = mlp_(z, mode.precision);
  return logits.size(1) == 1 ? logits.select(1, 0) : logits.select(1, 0) - logits.select(1, 1);
}

}  // namespace teasel::nn
