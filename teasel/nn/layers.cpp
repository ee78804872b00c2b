#include "teasel/nn/layers.hpp"

#include <ATen/ATen.h>

#include "teasel/nn/linear.hpp"
#include "teasel/nn/stride2.hpp"

namespace teasel::nn {
namespace {

struct Added {
  size_t weight, bias;
};

Added add_layer(const Builder& build, const std::string& name, LayerKind kind, at::IntArrayRef weight_shape,
                int64_t out) {
  Tensor weight = at::empty(weight_shape, at::kFloat), bias = at::empty({out}, at::kFloat);
  const std::string full = build.prefix + name;
  initialise(build.initialisation, kind, full, build.seed, weight, bias);
  const size_t weight_index = build.store.add(full + ".weight", weight);
  return {weight_index, build.store.add(full + ".bias", bias)};
}

}  // namespace

Linear::Linear(const Builder& build, const std::string& name, int64_t in, int64_t out, LayerKind kind)
    : store_(&build.store) {
  auto added = add_layer(build, name, kind, {out, in}, out);
  weight_ = added.weight, bias_ = added.bias;
}

Tensor Linear::operator()(const Tensor& x, double slope, Precision precision) const {
  const Tensor &weight = (*store_)[weight_], &bias = (*store_)[bias_];
  if (auto y = linear({weight, bias, slope}, x, precision)) return *y;
  Tensor y = at::linear(x, weight, bias);
  return slope == 1 ? y : slope == 0 ? y.relu_() : at::leaky_relu(y, slope);
}

Convolution::Convolution(const Builder& build, const std::string& name, const Shape& shape)
    : store_(&build.store), shape_(shape) {
  const int64_t k = shape.kernel;
  auto added = shape.transposed
                   ? add_layer(build, name, LayerKind::transposed, {shape.in, shape.out, k, k}, shape.out)
                   : add_layer(build, name, LayerKind::convolution, {shape.out, shape.in, k, k}, shape.out);
  weight_ = added.weight, bias_ = added.bias;
}

namespace {

// With one channel both layouts are the same bytes and torch's test of the strides says "channels first", after which
// the widest activation of the network would come out channels first too. Strides of our own making say what we mean.
Tensor channels_last(const Tensor& x) {
  if (x.size(1) > 1) return x.contiguous(at::MemoryFormat::ChannelsLast);
  return x.contiguous().view({x.size(0), x.size(2), x.size(3), 1}).permute({0, 3, 1, 2});
}

bool stride2_like(const Convolution::Shape& s) {
  return s.kernel == 4 && s.stride == 2 && s.padding == 1 && s.extra_rows == 0 && s.extra_columns == 0;
}

}  // namespace

Tensor Convolution::operator()(const Tensor& x, bool relu, Precision precision) const {
  const Tensor &weight = (*store_)[weight_], &bias = (*store_)[bias_];
  if (stride2_like(shape_))
    if (auto y = stride2({weight, bias, shape_.transposed, relu}, x, precision)) return *y;
  const Tensor input = channels_last(x.to(weight.scalar_type()));
  Tensor y = shape_.transposed ? at::conv_transpose2d(input, weight, bias, shape_.stride, shape_.padding,
                                                      {shape_.extra_rows, shape_.extra_columns})
                               : at::conv2d(input, weight, bias, shape_.stride, shape_.padding);
  return relu ? y.relu_() : y;
}

Tensor Convolution::operator()(const Items& items, bool relu, Precision precision) const {
  if (stride2_like(shape_))
    if (auto y = stride2({(*store_)[weight_], (*store_)[bias_], shape_.transposed, relu}, items, precision)) return *y;
  return (*this)(items.values(), relu, precision);
}

std::optional<Tensor> Convolution::bernoulli(const Tensor& x, const Items& items, Precision precision) const {
  if (!stride2_like(shape_)) return {};
  return stride2_bernoulli({(*store_)[weight_], (*store_)[bias_], shape_.transposed, false}, x, items, precision);
}

}  // namespace teasel::nn
