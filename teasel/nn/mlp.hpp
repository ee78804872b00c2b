// Multi-layer perceptrons: discriminators and the like.
#pragma once
#include <vector>

#include "teasel/nn/layers.hpp"

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

}  // namespace teasel::nn
