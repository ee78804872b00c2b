// Layers: shapes and indices into a ParameterStore. They own no tensors.
#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>

#include "teasel/nn/initialisation.hpp"
#include "teasel/nn/items.hpp"
#include "teasel/nn/mode.hpp"
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
  // Adds "<prefix><name>.weight" [out, in] and "<prefix><name>.bias" [out]. `kind` says how they begin (unfolding: a
  // layer that stands for a transposed convolution of one pixel).
  Linear(const Builder& build, const std::string& name, int64_t in, int64_t out, LayerKind kind = LayerKind::linear);
  // [..., in] -> [..., out], then leaky ReLU of this slope below zero (0: ReLU, 1: none). Matrices run on our own
  // kernels where these serve (nn/linear.hpp), everything else on ATen.
  Tensor operator()(const Tensor& x, double slope = 1, Precision precision = Precision::single) const;

 private:
  const ParameterStore* store_;
  size_t weight_, bias_;
};

// A convolution with a square kernel, on images [B, C, H, W] in channels-last memory. 4x4 kernels of stride 2 run on
// our own kernels where these serve (nn/stride2.hpp), everything else on ATen.
class Convolution {
 public:
  struct Shape {
    int64_t in, out, kernel = 4, stride = 2, padding = 1;
    bool transposed = false;  // weight [in, out, k, k] instead of [out, in, k, k]
    // Rows and columns that a transposed convolution adds below and to the right: several sizes shrink to one, and
    // these tell which of them to come back to.
    int64_t extra_rows = 0, extra_columns = 0;
  };
  Convolution(const Builder& build, const std::string& name, const Shape& shape);
  // With a ReLU or without. The result is bfloat16 where `precision` asks for it and our kernels serve.
  Tensor operator()(const Tensor& x, bool relu = false, Precision precision = Precision::single) const;
  // Of items as the data set stores them.
  Tensor operator()(const Items& items, bool relu, Precision precision) const;
  // Followed by the Bernoulli likelihood of the items, in one pass: nats per item [B]. Empty where our kernels do not
  // serve.
  std::optional<Tensor> bernoulli(const Tensor& x, const Items& items, Precision precision) const;

 private:
  const ParameterStore* store_;
  Shape shape_;
  size_t weight_, bias_;
};

}  // namespace teasel::nn
