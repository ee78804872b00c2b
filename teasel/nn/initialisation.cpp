#include "teasel/nn/initialisation.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <span>
#include <stdexcept>

#include "teasel/core/random.hpp"

namespace teasel::nn {
namespace {

std::span<float> values_of(Tensor& t) { return {t.data_ptr<float>(), static_cast<size_t>(t.numel())}; }

void fill_uniform(Tensor& t, const Stream& stream, double bound) {
  auto out = values_of(t);
  stream.uniform(0, t.numel(), out);
  for (float& v : out) v = static_cast<float>((2.0 * v - 1.0) * bound);
}

void fill_normal(Tensor& t, const Stream& stream, double deviation) {
  auto out = values_of(t);
  stream.normal(0, t.numel(), out);
  for (float& v : out) v = static_cast<float>(v * deviation);
}

// Draws again what lies beyond two deviations.
void fill_truncated_normal(Tensor& t, const Stream& stream, double deviation) {
  auto out = values_of(t);
  stream.normal(0, t.numel(), out);
  std::vector<float> again(out.size());
  for (int64_t round = 1;; ++round) {
    bool any = false;
    for (float v : out) any |= std::fabs(v) > 2;
    if (!any) break;
    stream.normal(round, t.numel(), again);
    for (size_t i = 0; i < out.size(); ++i)
      if (std::fabs(out[i]) > 2) out[i] = again[i];
  }
  for (float& v : out) v = static_cast<float>(v * deviation);
}

struct Fans {
  double in, out;
};

// weight.size(1) times the kernel: input channels of a convolution, output channels of a transposed one.
Fans fans_of(const Tensor& weight, LayerKind kind) {
  if (kind == LayerKind::unfolding) return {static_cast<double>(weight.size(0)), static_cast<double>(weight.size(1))};
  const double kernel = weight.dim() == 4 ? static_cast<double>(weight.size(2) * weight.size(3)) : 1;
  return {static_cast<double>(weight.size(1)) * kernel, static_cast<double>(weight.size(0)) * kernel};
}

}  // namespace

const std::vector<std::string>& initialisation_names() {
  static const std::vector<std::string> names{"framework",       "normal_0.02",      "kaiming_normal",
                                              "kaiming_uniform", "truncated_normal", "glorot"};
  return names;
}

void initialise(const std::string& how, LayerKind kind, const std::string& name, uint64_t seed, Tensor& weight,
                Tensor& bias) {
  const Stream weights(seed, "init/" + name + ".weight"), biases(seed, "init/" + name + ".bias");
  const Fans fans = fans_of(weight, kind);
  const bool upwards = kind == LayerKind::transposed || kind == LayerKind::unfolding;
  const bool transposed_default = upwards && (how == "normal_0.02" || how == "kaiming_normal");
  bias.zero_();
  if (how == "framework" || transposed_default) {
    fill_uniform(weight, weights, 1 / std::sqrt(fans.in));
    fill_uniform(bias, biases, 1 / std::sqrt(fans.in));
  } else if (how == "normal_0.02") {
    fill_normal(weight, weights, 0.02);
  } else if (how == "kaiming_normal") {
    fill_normal(weight, weights, std::sqrt(2 / fans.in));
  } else if (how == "kaiming_uniform") {
    fill_uniform(weight, weights, std::sqrt(6 / fans.in));
    fill_uniform(bias, biases, 1 / std::sqrt(fans.in));
  } else if (how == "truncated_normal" && kind != LayerKind::linear) {
    fill_truncated_normal(weight, weights, std::sqrt(1.3 * 2 / fans.in));
  } else if (how == "truncated_normal" || how == "glorot") {
    fill_uniform(weight, weights, std::sqrt(6 / (fans.in + fans.out)));
  } else {
    throw std::logic_error("unknown initialisation " + how);
  }
}

}  // namespace teasel::nn
