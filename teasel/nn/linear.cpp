#include "teasel/nn/linear.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include "teasel/nn/kernel_calls.hpp"
#include "teasel/nn/kernels/choice.hpp"

namespace teasel::nn {
namespace {

using at::Tensor;
using kernels::LinearKernels;
using kernels::LinearShape;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Range {
  int64_t begin, end;
};

// Features of one thread's share: run(share of the outputs, share of the inputs, workspace). A number of the result
// does not depend on the shares, so that small products may stay on one thread.
template <class Run>
void for_features(const LinearShape& s, const Run& run) {
  constexpr int64_t unit = LinearKernels::unit, least = 1 << 19;  // multiply-adds that are worth a thread
  const auto share = [](int64_t count, int64_t part, int64_t parts) {
    const int64_t units = (count + unit - 1) / unit;
    return Range{std::min(count, units * part / parts * unit), std::min(count, units * (part + 1) / parts * unit)};
  };
  const int64_t parts = shares(1 + s.batch * s.in * s.out / least);
  at::parallel_for(0, parts, 1, [&](int64_t first, int64_t last) {
    for (int64_t p = first; p < last; ++p) run(share(s.out, p, parts), share(s.in, p, parts), workspace());
  });
}

Tensor bytes(size_t count) { return at::empty({static_cast<int64_t>(count)}, at::kByte); }

LinearShape shape_of(const Tensor& x, const Tensor& weight, double slope) {
  return {x.size(0), weight.size(1), weight.size(0), static_cast<float>(slope)};
}

struct Product : torch::autograd::Function<Product> {
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight, const Tensor& bias,
                        double slope, const LinearKernels* k) {
    const LinearShape s = shape_of(x, weight, slope);
    Tensor y = at::empty({s.batch, s.out}, at::kFloat);
    const Tensor input = bytes(k->input_bytes(s));
    for_features(s, [&](const Range&, const Range& in, kernels::Workspace&) {
      k->pack_input(s, in.begin, in.end, x.const_data_ptr<float>(), input.data_ptr());
    });
    for_features(s, [&](const Range& out, const Range&, kernels::Workspace& work) {
      k->forward(s, out.begin, out.end, input.const_data_ptr(), weight.const_data_ptr<float>(),
                 bias.const_data_ptr<float>(), y.data_ptr<float>(), work);
    });
    context->save_for_backward({x, weight, slope == 1 ? Tensor() : y});
    context->saved_data["slope"] = slope;
    context->saved_data["kernels"] = static_cast<int64_t>(reinterpret_cast<intptr_t>(k));
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    once_only();
    const auto saved = context->get_saved_variables();
    const Tensor &x = saved[0], &weight = saved[1], &y = saved[2], y_gradient = gradients[0].contiguous();
    const LinearShape s = shape_of(x, weight, context->saved_data["slope"].toDouble());
    const auto* k =
        reinterpret_cast<const LinearKernels*>(static_cast<intptr_t>(context->saved_data["kernels"].toInt()));
    const bool of_x = context->needs_input_grad(0), of_weight = context->needs_input_grad(1);
    const Tensor gradient = bytes(k->gradient_bytes(s)), factor = of_weight ? bytes(k->factor_bytes(s)) : Tensor();
    Tensor x_gradient = of_x ? at::empty_like(x) : Tensor(),
           weight_gradient = of_weight ? at::empty_like(weight) : Tensor(),
           bias_gradient = context->needs_input_grad(2) ? at::empty({s.out}, at::kFloat) : Tensor();
    const float* activated = y.defined() ? y.const_data_ptr<float>() : nullptr;
    for_features(s, [&](const Range& out, const Range& in, kernels::Workspace&) {
      k->pack_gradient(s, out.begin, out.end, y_gradient.const_data_ptr<float>(), activated, gradient.data_ptr(),
                       bias_gradient.defined() ? bias_gradient.data_ptr<float>() : nullptr);
      if (of_weight) k->pack_factor(s, in.begin, in.end, x.const_data_ptr<float>(), factor.data_ptr());
    });
    for_features(s, [&](const Range& out, const Range& in, kernels::Workspace& work) {
      if (of_weight)
        k->weight_gradient(s, out.begin, out.end, gradient.const_data_ptr(), factor.const_data_ptr(),
                           weight_gradient.data_ptr<float>(), work);
      if (of_x)
        k->input_gradient(s, in.begin, in.end, gradient.const_data_ptr(), weight.const_data_ptr<float>(),
                          x_gradient.data_ptr<float>(), work);
    });
    return {x_gradient, weight_gradient, bias_gradient, Tensor(), Tensor()};
  }
};

bool plain_floats(const Tensor& t) { return t.is_cpu() && t.scalar_type() == at::kFloat && t.numel() > 0; }

}  // namespace

std::optional<at::Tensor> linear(const LinearLayer& layer, const at::Tensor& x, const LinearKernels* kernels) {
  const at::Tensor &weight = layer.weight, &bias = layer.bias;
  if (!kernels || !plain_floats(x) || !plain_floats(weight) || !plain_floats(bias)) return {};
  if (x.dim() != 2 || weight.dim() != 2 || bias.dim() != 1) return {};
  if (x.size(1) != weight.size(1) || !weight.is_contiguous() || !bias.is_contiguous()) return {};
  return Product::apply(x.contiguous(), weight, bias, layer.slope, kernels);
}

std::optional<at::Tensor> linear(const LinearLayer& layer, const at::Tensor& x, Precision precision) {
  return linear(layer, x, kernels::linear_kernels(precision == Precision::bfloat16));
}

}  // namespace teasel::nn
