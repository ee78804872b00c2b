#include "teasel/nn/stride2.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include "teasel/nn/kernel_calls.hpp"
#include "teasel/nn/kernels/choice.hpp"

namespace teasel::nn {
namespace {

using kernels::ConvolutionKernels;
using kernels::Geometry;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

const ConvolutionKernels* kernels_for(Precision precision) {
  return kernels::convolution_kernels(precision == Precision::bfloat16);
}

// What a pass needs beside its tensors; kept by the graph from forwards to backwards.
struct Call : torch::CustomClassHolder {
  const ConvolutionKernels* kernels;
  Geometry geometry;
  bool relu = false;
  Items items = {};
  int64_t image_bytes = 0;
  kernels::Pixels pixels = kernels::Pixels::f32;

  Call(const ConvolutionKernels* k, const Geometry& g) : kernels(k), geometry(g) {}
  void take(const Items& source) {
    items = source;
    items.stored = source.stored.contiguous();
    image_bytes = items.stored.nbytes() / std::max<int64_t>(items.count(), 1);
    pixels = items.dtype == Dtype::bit  ? kernels::Pixels::bit
             : items.dtype == Dtype::u8 ? kernels::Pixels::u8
                                        : kernels::Pixels::f32;
  }
  at::ScalarType activation() const { return kernels->activation_bytes() == 2 ? at::kBFloat16 : at::kFloat; }
  const void* images() const { return items.stored.const_data_ptr(); }
};
using CallPtr = c10::intrusive_ptr<Call>;

Tensor channels_last(const Tensor& x, at::ScalarType type) {
  if (x.size(1) > 1) return x.to(type).contiguous(at::MemoryFormat::ChannelsLast);
  return x.to(type).contiguous();  // with one channel the bytes are the same
}

Tensor images(const Call& call, int64_t count, bool high) {
  const Geometry& g = call.geometry;
  const auto options = at::TensorOptions(high && g.direct() ? at::kFloat : call.activation());
  if (high)
    return at::empty({count, g.high_channels, 2 * g.height, 2 * g.width}, options, at::MemoryFormat::ChannelsLast);
  return at::empty({count, g.low_channels, g.height, g.width}, options, at::MemoryFormat::ChannelsLast);
}

// Shares (for_shares) of an even number of channels, an even number each; few channels are one share.
template <class Run>
void for_channels(int64_t count, const Run& run) {
  if (count < 16) return run(0, count);
  for_shares(count / 2, [&](int64_t, int64_t begin, int64_t end, kernels::Workspace&) { run(2 * begin, 2 * end); });
}

Tensor packed(const Call& call, bool down, const Tensor& weight) {
  const Geometry& g = call.geometry;
  Tensor out = at::empty({static_cast<int64_t>(call.kernels->packed_bytes(g, down))}, at::kByte);
  for_channels(down ? g.high_channels : g.low_channels, [&](int64_t begin, int64_t end) {
    call.kernels->pack(g, down, begin, end, weight.const_data_ptr<float>(), out.data_ptr());
  });
  return out;
}

struct ParameterGradients {
  Tensor weight, bias;
};
// Runs run(begin, end, weight_sums, bias_gradient, workspace) and adds up what the threads found.
template <class Run>
ParameterGradients parameter_gradients(const Call& call, int64_t count, bool transposed, const Run& run) {
  const Geometry& g = call.geometry;
  const int64_t bias = transposed ? g.high_channels : g.low_channels;
  const auto sums = static_cast<int64_t>(call.kernels->weight_sum_size(g));
  const int64_t stride = sums + (bias + 15) / 16 * 16, parts = shares(count);
  Tensor memory = at::empty({parts, stride}, at::kFloat);
  float* base = memory.data_ptr<float>();
  for_shares(count, [&](int64_t part, int64_t begin, int64_t end, kernels::Workspace& work) {
    float* own = base + part * stride;
    std::fill(own, own + stride, 0.0f);
    run(begin, end, own, own + sums, work);
  });
  ParameterGradients out{at::empty({g.low_channels, g.high_channels, 4, 4}, at::kFloat), at::empty({bias}, at::kFloat)};
  for_channels(g.high_channels, [&](int64_t begin, int64_t end) {
    call.kernels->finish_weight_gradient(g, begin, end, base, parts, static_cast<size_t>(stride),
                                         out.weight.data_ptr<float>());
  });
  float* to = out.bias.data_ptr<float>();
  for (int64_t c = 0; c < bias; ++c) {
    to[c] = 0;
    for (int64_t p = 0; p < parts; ++p) to[c] += base[p * stride + sums + c];
  }
  return out;
}

const void* relu_output(const Call& call, const Tensor& y) { return call.relu ? y.const_data_ptr() : nullptr; }

CallPtr call_of(AutogradContext* context) {
  return c10::static_intrusive_pointer_cast<Call>(context->saved_data["call"].toCapsule());
}

// Keeps what the way back needs.
Tensor remember(AutogradContext* context, const CallPtr& call, variable_list saved, const Tensor& result) {
  context->save_for_backward(std::move(saved));
  context->saved_data["call"] = c10::IValue::make_capsule(call);
  return result;
}

// The gradient of a layer's input: memory for it and the weight packed for the direction back; both null where nobody
// wants it.
struct InputGradient {
  Tensor image, weight;
  InputGradient(AutogradContext* context, const Call& call, int64_t count, bool down, const Tensor& layer_weight) {
    if (!context->needs_input_grad(0)) return;
    image = images(call, count, down);
    weight = packed(call, !down, layer_weight);
  }
  const void* packed_weight() const { return weight.defined() ? weight.const_data_ptr() : nullptr; }
  void* data() const { return image.defined() ? image.data_ptr() : nullptr; }
};

// A layer between activations: down, or up.
template <bool down>
struct Layer : Function<Layer<down>> {
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight, const Tensor& bias,
                        const CallPtr& call) {
    Tensor y = images(*call, x.size(0), !down);
    const Tensor w = packed(*call, down, weight);
    constexpr auto run = down ? &ConvolutionKernels::down : &ConvolutionKernels::up;
    for_shares(x.size(0), [&](int64_t, int64_t begin, int64_t end, kernels::Workspace& work) {
      (call->kernels->*run)(call->geometry, begin, end, x.const_data_ptr(), w.const_data_ptr(),
                            bias.const_data_ptr<float>(), call->relu, y.data_ptr(), work);
    });
    return remember(context, call, {x, weight, y}, y);
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    once_only();
    const auto saved = context->get_saved_variables();
    const CallPtr call = call_of(context);
    const Tensor &x = saved[0], &weight = saved[1], &y = saved[2];
    const Tensor gradient = channels_last(gradients[0], y.scalar_type());
    const InputGradient input(context, *call, x.size(0), down, weight);
    const auto parameters = parameter_gradients(
        *call, x.size(0), !down, [&](int64_t begin, int64_t end, float* sums, float* bias, kernels::Workspace& work) {
          const ConvolutionKernels& k = *call->kernels;
          const void *xs = x.const_data_ptr(), *ys = relu_output(*call, y), *gs = gradient.const_data_ptr();
          if constexpr (down)
            k.down_backward(call->geometry, begin, end, xs, ys, gs, input.packed_weight(), input.data(), sums, bias,
                            work);
          else
            k.up_backward(call->geometry, begin, end, xs, ys, gs, input.packed_weight(), input.data(), sums, bias,
                          work);
        });
    return {input.image, parameters.weight, parameters.bias, Tensor()};
  }
};

struct DownPixels : Function<DownPixels> {
  static Tensor forward(AutogradContext* context, const Tensor& weight, const Tensor& bias, const CallPtr& call) {
    const int64_t count = call->items.count();
    Tensor y = images(*call, count, false);
    const Tensor w = packed(*call, true, weight);
    for_shares(count, [&](int64_t, int64_t begin, int64_t end, kernels::Workspace& work) {
      call->kernels->down_pixels(call->geometry, begin, end, call->images(), call->image_bytes, call->pixels,
                                 w.const_data_ptr(), bias.const_data_ptr<float>(), call->relu, y.data_ptr(), work);
    });
    return remember(context, call, {y}, y);
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    once_only();
    const Tensor y = context->get_saved_variables()[0];
    const CallPtr call = call_of(context);
    const Tensor gradient = channels_last(gradients[0], call->activation());
    const auto parameters = parameter_gradients(
        *call, y.size(0), false, [&](int64_t begin, int64_t end, float* sums, float* bias, kernels::Workspace& work) {
          call->kernels->down_pixels_backward(call->geometry, begin, end, call->images(), call->image_bytes,
                                              call->pixels, relu_output(*call, y), gradient.const_data_ptr(), sums,
                                              bias, work);
        });
    return {parameters.weight, parameters.bias, Tensor()};
  }
};

struct UpBernoulli : Function<UpBernoulli> {
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight, const Tensor& bias,
                        const CallPtr& call) {
    const Geometry& g = call->geometry;
    Tensor loss = at::empty({x.size(0)}, at::kFloat),
           logit_gradient = at::empty({x.size(0), g.high_size()}, at::kFloat);
    const Tensor w = packed(*call, false, weight);
    for_shares(x.size(0), [&](int64_t, int64_t begin, int64_t end, kernels::Workspace& work) {
      call->kernels->up_bernoulli(g, begin, end, x.const_data_ptr(), w.const_data_ptr(), bias.const_data_ptr<float>(),
                                  call->images(), call->image_bytes, call->pixels, loss.data_ptr<float>(),
                                  logit_gradient.data_ptr<float>(), work);
    });
    return remember(context, call, {x, weight, logit_gradient}, loss);
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    once_only();
    const auto saved = context->get_saved_variables();
    const CallPtr call = call_of(context);
    const Tensor &x = saved[0], &weight = saved[1], &logit_gradient = saved[2];
    const Tensor scale = gradients[0].contiguous();
    const InputGradient input(context, *call, x.size(0), false, weight);
    const auto parameters = parameter_gradients(
        *call, x.size(0), true, [&](int64_t begin, int64_t end, float* sums, float* bias, kernels::Workspace& work) {
          call->kernels->up_bernoulli_backward(call->geometry, begin, end, x.const_data_ptr(),
                                               logit_gradient.const_data_ptr<float>(), scale.const_data_ptr<float>(),
                                               input.packed_weight(), input.data(), sums, bias, work);
        });
    return {input.image, parameters.weight, parameters.bias, Tensor()};
  }
};

// The call for images of this height and width, or null.
CallPtr make_call(const Stride2Layer& layer, Precision precision, int64_t channels, int64_t height, int64_t width) {
  const ConvolutionKernels* kernels = kernels_for(precision);
  const Tensor& w = layer.weight;
  if (!kernels || !w.is_cpu() || w.scalar_type() != at::kFloat || !w.is_contiguous()) return {};
  if (w.size(2) != 4 || w.size(3) != 4 || w.size(layer.transposed ? 0 : 1) != channels) return {};
  if (height < 1 || width < 1 || (!layer.transposed && (height % 2 || width % 2))) return {};
  const int64_t divide = layer.transposed ? 1 : 2;
  const Geometry g{height / divide, width / divide, w.size(0), w.size(1)};
  if (!kernels->serves(g)) return {};
  auto call = c10::make_intrusive<Call>(kernels, g);
  call->relu = layer.relu;
  return call;
}

bool takes(const Items& items, const Tensor& weight, int64_t channel_axis) {
  return items.stored.is_cpu() && items.dtype != Dtype::i64 && items.shape.size() == 3 &&
         items.shape[0] == weight.size(channel_axis) && items.shape[0] <= 4;
}

}  // namespace

std::optional<Tensor> stride2(const Stride2Layer& layer, const Tensor& x, Precision precision) {
  if (!x.is_cpu() || x.dim() != 4) return {};
  const CallPtr call = make_call(layer, precision, x.size(1), x.size(2), x.size(3));
  if (!call || (!layer.transposed && call->geometry.direct())) return {};
  const Tensor input = channels_last(x, call->activation());
  return layer.transposed ? Layer<false>::apply(input, layer.weight, layer.bias, call)
                          : Layer<true>::apply(input, layer.weight, layer.bias, call);
}

std::optional<Tensor> stride2(const Stride2Layer& layer, const Items& items, Precision precision) {
  if (layer.transposed || !takes(items, layer.weight, 1)) return {};
  const CallPtr call = make_call(layer, precision, items.shape[0], items.shape[1], items.shape[2]);
  if (!call) return {};
  call->take(items);
  return DownPixels::apply(layer.weight, layer.bias, call);
}

std::optional<Tensor> stride2_bernoulli(const Stride2Layer& layer, const Tensor& x, const Items& items,
                                        Precision precision) {
  if (!layer.transposed || !x.is_cpu() || x.dim() != 4 || !takes(items, layer.weight, 1)) return {};
  const CallPtr call = make_call(layer, precision, x.size(1), x.size(2), x.size(3));
  if (!call || !call->geometry.direct() || items.shape[1] != 2 * x.size(2) || items.shape[2] != 2 * x.size(3))
    return {};
  call->take(items);
  return UpBernoulli::apply(channels_last(x, call->activation()), layer.weight, layer.bias, call);
}

bool has_kernels(Precision precision) { return kernels_for(precision) != nullptr; }

std::string kernel_name(Precision precision) {
  const ConvolutionKernels* kernels = kernels_for(precision);
  return kernels ? kernels->name() : "none";
}

}  // namespace teasel::nn
