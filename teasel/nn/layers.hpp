// Layers: shapes and indices into a ParameterStore. They own no tensors.
#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

#include "teasel/nn/parameter_store.hpp"

namespace teasel::nn {

// What a layer is built with: the store it adds its parameters to, the prefix of their names and the seed they begin
// from.
struct Builder {
  ParameterStore& store;
  std::string prefix;  // "encoder."
  uint64_t seed = 0;
  std::string initialisation = "framework";  // one of initialisation_names()
};

class Linear {
 public:
  // Adds "<prefix><name>.weight" [out, in] and "<prefix><name>.bias" [out].
  Linear(const Builder& build, const std::string& name, int64_t in, int64_t out);
  Tensor operator()(const Tensor& x) const;  // [..., in] -> [..., out]

 private:
  const ParameterStore* store_;
  size_t weight_, bias_;
};

// A convolution with a square kernel, on images [B, C, H, W] in channels-last memory.
class Convolution {
 public:
  struct Shape {
    int64_t in, out, kernel = 4, stride = 2, padding = 1;
    bool transposed = false;  // weight [in, out, k, k] instead of [out, in, k, k]
  };
  Convolution(const Builder& build, const std::string& name, const Shape& shape);
  Tensor operator()(const Tensor& x) const;

 private:
  const ParameterStore* store_;
  Shape shape_;
  size_t weight_, bias_;
};

}  // namespace teasel::nn
