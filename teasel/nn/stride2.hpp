// 4x4 stride-2 convolutions and their transposes with what follows them in one pass: bias, ReLU or a likelihood. The one
// place that chooses between our own kernels (nn/kernels) and ATen.
#pragma once
#include <ATen/core/Tensor.h>

#include <optional>

#include "teasel/nn/items.hpp"
#include "teasel/nn/mode.hpp"

namespace teasel::nn {

// The layer: weight [out, in, 4, 4], or [in, out, 4, 4] if transposed; bias [out].
struct Stride2Layer {
  Tensor weight, bias;
  bool transposed = false;
  bool relu = false;
};

// x [B, in, H, W] floats or bfloat16, on any device, in any layout -> [B, out, ...] channels last; bfloat16 where
// `precision` asks for it and the kernels have it. Empty where our kernels do not serve: another device, odd sizes, channels
// that are no multiple of 16 (and no 1 to 4 output channels of a transposed convolution).
std::optional<Tensor> stride2(const Stride2Layer& layer, const Tensor& x, Precision precision);
// A convolution of items as they are stored, with 1 to 4 channels; the items get no gradient.
std::optional<Tensor> stride2(const Stride2Layer& layer, const Items& items, Precision precision);
// A transposed convolution to 1 to 4 channels, then the Bernoulli likelihood of the items: nats per item [B].
std::optional<Tensor> stride2_bernoulli(const Stride2Layer& layer, const Tensor& x, const Items& items,
                                        Precision precision);

// Whether this processor has kernels of that precision.
bool has_kernels(Precision precision);
// "avx512", "avx2", ... or "none": for reports.
std::string kernel_name(Precision precision);

}  // namespace teasel::nn
