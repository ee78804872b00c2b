// Products of linear layers with bias and leaky ReLU, forwards and backwards, in shares for threads. No torch here: the
// callers own tensors and threads.
#pragma once
#include <cstddef>
#include <cstdint>

#include "teasel/nn/kernels/workspace.hpp"

namespace teasel::nn::kernels {

// y [batch, out] = f(x [batch, in] transpose(weight [out, in]) + bias [out]), f(v) = v above zero and slope * v below:
// a slope of 0 is ReLU, 1 no activation at all. All matrices lie row by row.
struct LinearShape {
  int64_t batch, in, out;
  float slope = 1;
};

// The kernels for one instruction set and one precision: operands of the products are floats, or rounded to bfloat16;
// everything else, sums included, is in floats.
//
// Method: the batch runs along the vectors and the weights are read in the order they lie in, so that none is ever
// rearranged as a whole. Inputs and gradients are rearranged once a call: that is what `pack_` makes. A number of the
// result is summed by one thread in an order that does not depend on the shares.
class LinearKernels {
 public:
  virtual ~LinearKernels() = default;
  virtual const char* name() const = 0;
  // Shares begin at multiples of this many features.
  static constexpr int64_t unit = 48;

  // x with the batch along its rows, for forward; features begin..end.
  virtual size_t input_bytes(const LinearShape& s) const = 0;
  virtual void pack_input(const LinearShape& s, int64_t begin, int64_t end, const float* x, void* packed) const = 0;
  // y, outputs begin..end. bias may be null.
  virtual void forward(const LinearShape& s, int64_t begin, int64_t end, const void* input, const float* weight,
                       const float* bias, float* y, Workspace& work) const = 0;

  // x as the gradient of the weights reads it; features begin..end.
  virtual size_t factor_bytes(const LinearShape& s) const = 0;
  virtual void pack_factor(const LinearShape& s, int64_t begin, int64_t end, const float* x, void* packed) const = 0;
  // The gradient before the activation, from that of y and from y itself (which tells on what side of zero it was;
  // null where the slope is 1), and its sum over the batch, the gradient of the bias; outputs begin..end. bias_gradient
  // may be null.
  virtual size_t gradient_bytes(const LinearShape& s) const = 0;
  virtual void pack_gradient(const LinearShape& s, int64_t begin, int64_t end, const float* y_gradient, const float* y,
                             void* packed, float* bias_gradient) const = 0;
  // The gradient of the weight, outputs begin..end.
  virtual void weight_gradient(const LinearShape& s, int64_t begin, int64_t end, const void* gradient,
                               const void* factor, float* weight_gradient, Workspace& work) const = 0;
  // The gradient of x, features begin..end.
  virtual void input_gradient(const LinearShape& s, int64_t begin, int64_t end, const void* gradient,
                              const float* weight, float* x_gradient, Workspace& work) const = 0;
};

}  // namespace teasel::nn::kernels
