// Linear layers with their activation in one pass. The one place that chooses between our own kernels (nn/kernels) and
// ATen.
#pragma once
#include <ATen/core/Tensor.h>

#include <optional>

#include "teasel/nn/mode.hpp"

namespace teasel::nn {

namespace kernels {
class LinearKernels;
}

// weight [out, in], bias [out]; then leaky ReLU of this slope below zero (0: ReLU, 1: none).
struct LinearLayer {
  at::Tensor weight, bias;
  double slope = 1;
};

// x [B, in] floats -> [B, out] floats. The products' operands are bfloat16 where `precision` asks for it and that is
// faster on this processor. Empty where our kernels do not serve: another device, another type, other than two axes, or
// a processor on which ATen's library is as fast.
std::optional<at::Tensor> linear(const LinearLayer& layer, const at::Tensor& x, Precision precision);
// The same with these kernels; null: empty.
std::optional<at::Tensor> linear(const LinearLayer& layer, const at::Tensor& x, const kernels::LinearKernels* kernels);

}  // namespace teasel::nn
