// Convolutions with 4x4 kernels, stride 2 and padding 1, and their transposes, with bias and ReLU, forwards and
// backwards, on one thread's share of a batch. No torch here: the callers own tensors and threads.
#pragma once
#include <cstddef>
#include <cstdint>

#include "teasel/nn/kernels/workspace.hpp"

namespace teasel::nn::kernels {

// The two images that such a convolution relates, channels last: `high` [2 height, 2 width, high_channels] and `low`
// [height, width, low_channels]. One weight [low_channels, high_channels, 4, 4] serves both directions: "down" from
// high to low (the convolution) and "up" from low to high (its transpose, and its input gradient).
struct Geometry {
  int64_t height, width, low_channels, high_channels;

  int64_t low_size() const { return height * width * low_channels; }
  int64_t high_size() const { return 4 * height * width * high_channels; }
  int64_t weight_size() const { return low_channels * high_channels * 16; }
  // Few high channels: pixels, which are always floats.
  bool direct() const { return high_channels <= 4; }
};

// How pixels are stored.
enum class Pixels { bit, u8, f32 };

// The kernels for one instruction set and one precision. Activations and their gradients are floats, or bfloat16 where
// activation_bytes() is 2; weights, biases, their gradients and all sums are floats.
//
// Method: the four phases of the high image turn the stride-2 convolution into 2x2 convolutions of stride 1, for which
// Winograd's minimal filtering F(2x2, 2x2) needs 9 multiplications instead of 16 (Winograd 1980; Lavin and Gray 2016).
// With few high channels (pixels) the convolution is direct.
class ConvolutionKernels {
 public:
  virtual ~ConvolutionKernels() = default;
  virtual const char* name() const = 0;
  virtual int64_t activation_bytes() const = 0;
  // Whether this geometry is served.
  virtual bool serves(const Geometry& g) const = 0;

  // The weight, rearranged for one direction; made once per call of a layer, in shares: channels begin..end of the
  // direction's input (even numbers, or all).
  virtual size_t packed_bytes(const Geometry& g, bool down) const = 0;
  virtual void pack(const Geometry& g, bool down, int64_t begin, int64_t end, const float* weight,
                    void* packed) const = 0;

  // low = [relu](down(high) + bias), images begin..end of the batch. bias may be null.
  virtual void down(const Geometry& g, int64_t begin, int64_t end, const void* high, const void* packed,
                    const float* bias, bool relu, void* low, Workspace& work) const = 0;
  // The same from pixels as a data set stores them: images of `image_bytes` bytes each.
  virtual void down_pixels(const Geometry& g, int64_t begin, int64_t end, const void* images, int64_t image_bytes,
                           Pixels pixels, const void* packed, const float* bias, bool relu, void* low,
                           Workspace& work) const = 0;
  // high = [relu](up(low) + bias)
  virtual void up(const Geometry& g, int64_t begin, int64_t end, const void* low, const void* packed, const float* bias,
                  bool relu, void* high, Workspace& work) const = 0;

  // Gradients of weights are collected in sums of this many floats, which begin at zero, one per thread.
  virtual size_t weight_sum_size(const Geometry& g) const = 0;
  // weight_gradient [low_channels, high_channels, 4, 4] of the sum of `count` such sums, `stride` floats apart; high
  // channels begin..end.
  virtual void finish_weight_gradient(const Geometry& g, int64_t begin, int64_t end, const float* sums, int64_t count,
                                      size_t stride, float* weight_gradient) const = 0;
  // Backwards through down. The gradient of low counts where `low` (the layer's output) is positive, or everywhere if
  // it is null. high_gradient may be null; `packed` is for the direction up then unused.
  virtual void down_backward(const Geometry& g, int64_t begin, int64_t end, const void* high, const void* low,
                             const void* low_gradient, const void* packed_up, void* high_gradient, float* weight_sum,
                             float* bias_gradient, Workspace& work) const = 0;
  virtual void down_pixels_backward(const Geometry& g, int64_t begin, int64_t end, const void* images,
                                    int64_t image_bytes, Pixels pixels, const void* low, const void* low_gradient,
                                    float* weight_sum, float* bias_gradient, Workspace& work) const = 0;
  // Backwards through up, likewise. low_gradient may be null.
  virtual void up_backward(const Geometry& g, int64_t begin, int64_t end, const void* low, const void* high,
                           const void* high_gradient, const void* packed_down, void* low_gradient, float* weight_sum,
                           float* bias_gradient, Workspace& work) const = 0;

  // up without ReLU, then the Bernoulli likelihood of `images`: loss[i] = sum over pixels of softplus(a) - x a, in
  // nats, and its gradient sigmoid(a) - x with respect to the logits a, as floats [count, 2 height, 2 width,
  // high_channels]. The logits themselves are not stored.
  virtual void up_bernoulli(const Geometry& g, int64_t begin, int64_t end, const void* low, const void* packed,
                            const float* bias, const void* images, int64_t image_bytes, Pixels pixels, float* loss,
                            float* logit_gradient, Workspace& work) const = 0;
  // Backwards through up_bernoulli: `scale` [count] is the gradient of every item's loss.
  virtual void up_bernoulli_backward(const Geometry& g, int64_t begin, int64_t end, const void* low,
                                     const float* logit_gradient, const float* scale, const void* packed_down,
                                     void* low_gradient, float* weight_sum, float* bias_gradient,
                                     Workspace& work) const = 0;
};

}  // namespace teasel::nn::kernels
