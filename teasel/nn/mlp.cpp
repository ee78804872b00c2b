#include "teasel/nn/mlp.hpp"

#include <ATen/ATen.h>

#include "teasel/nn/initialisation.hpp"

namespace teasel::nn {

Mlp::Mlp(const Builder& build, int64_t in, int64_t width, int64_t hidden, int64_t out, double slope) : slope_(slope) {
  for (int64_t i = 0; i < hidden; ++i)
    layers_.emplace_back(build, "linear" + std::to_string(i), i == 0 ? in : width, width);
  layers_.emplace_back(build, "head", hidden == 0 ? in : width, out);
}

Tensor Mlp::operator()(const Tensor& x) const {
  Tensor h = x;
  for (size_t i = 0; i + 1 < layers_.size(); ++i) h = at::leaky_relu(layers_[i](h), slope_);
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
    : mlp_({setup.build.store, setup.build.prefix, setup.build.seed, o.initialisation}, setup.inputs, o.width, o.layers,
           o.outputs, o.slope) {}

Tensor MlpDiscriminator::log_odds(const Tensor& z) const {
  const Tensor logits = mlp_(z);
  return logits.size(1) == 1 ? logits.select(1, 0) : logits.select(1, 0) - logits.select(1, 1);
}

}  // namespace teasel::nn
