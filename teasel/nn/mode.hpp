// How a network is run.
#pragma once
#include <ATen/core/Tensor.h>

#include <functional>
#include <string_view>

namespace teasel::nn {

// What convolutions compute in where our kernels serve them: floats, or bfloat16 operands and activations with sums,
// weights and everything else in floats.
enum class Precision { single, bfloat16 };

// Training or looking. Networks with dropout or batch statistics read it; most do not.
struct Mode {
  bool training = false;
  // Standard normal numbers of a shape from a named stream of the step; empty while looking.
  std::function<at::Tensor(at::IntArrayRef, std::string_view stream)> noise = {};
  Precision precision = Precision::single;
};

}  // namespace teasel::nn
