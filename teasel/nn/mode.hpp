// How a network is run.
#pragma once
#include <ATen/core/Tensor.h>

#include <functional>
#include <string_view>

namespace teasel::nn {

// What layers compute in where our kernels serve: floats, or bfloat16 for activations between convolutions and, where a
// processor multiplies it faster, for operands of products; sums, weights and everything else stay floats.
enum class Precision { single, bfloat16 };

// Training or looking. Networks with dropout or batch statistics read it; most do not.
struct Mode {
  bool training = false;
  // Standard normal numbers of a shape from a named stream of the step; empty while looking.
  std::function<at::Tensor(at::IntArrayRef, std::string_view stream)> noise = {};
  Precision precision = Precision::single;
};

}  // namespace teasel::nn
