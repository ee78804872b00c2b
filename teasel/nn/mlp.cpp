#include "teasel/nn/mlp.hpp"

#include <ATen/ATen.h>

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

}  // namespace teasel::nn
