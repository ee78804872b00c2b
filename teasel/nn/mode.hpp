// How a network is run.
#pragma once
#include <ATen/core/Tensor.h>

#include <functional>
#include <string_view>

namespace teasel::nn {

// Training or looking. Networks with dropout or batch statistics read it; most do not.
struct Mode {
  bool training = false;
  // Standard normal numbers of a shape from a named stream of the step; empty while looking.
  std::function<at::Tensor(at::IntArrayRef, std::string_view stream)> noise = {};
};

}  // namespace teasel::nn
