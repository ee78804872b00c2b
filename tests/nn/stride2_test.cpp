// The convolution kernels of every instruction set that this processor runs, against ATen in double precision; then the
// layers that use them, through autograd.
#include "teasel/nn/stride2.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "teasel/core/random.hpp"
#include "teasel/nn/kernels/choice.hpp"
#include "teasel/nn/layers.hpp"

namespace teasel::nn {
namespace {

using kernels::ConvolutionKernels;
using kernels::Geometry;
using kernels::Pixels;
using kernels::Workspace;

Tensor noise(at::IntArrayRef shape, const std::string& name, double scale = 1) {
  Tensor out = at::empty(shape, at::kFloat);
  Stream(11, name).normal(0, out.numel(), {out.data_ptr<float>(), static_cast<size_t>(out.numel())});
  return out.mul_(scale);
}

Tensor last(const Tensor& x) { return x.contiguous(at::MemoryFormat::ChannelsLast); }
Tensor down_of(const Tensor& high, const Tensor& w) { return at::conv2d(high, w, {}, 2, 1); }
Tensor up_of(const Tensor& low, const Tensor& w) { return at::conv_transpose2d(low, w, {}, 2, 1); }

// Largest difference over the largest entry.
double error(const Tensor& found, const Tensor& expected) {
  return ((found.to(at::kDouble) - expected).abs().max() / expected.abs().max().clamp_min(1e-30)).item<double>();
}

// One geometry: images and gradients as the kernels see them (rounded to their activations), and in double.
struct Case {
  const ConvolutionKernels& k;
  Geometry g;
  int64_t count;
  bool half;
  Tensor high, low, weight, low_bias, high_bias, low_output, high_output;  // outputs: where a ReLU was positive
  Tensor packed_down, packed_up;
  Workspace work;
  double tolerance;

  Case(const ConvolutionKernels& kernels, const Geometry& geometry, int64_t images)
      : k(kernels), g(geometry), count(images), half(kernels.activation_bytes() == 2) {
    tolerance = half ? 2e-2 : 1e-5;
    high = rounded(noise({count, g.high_channels, 2 * g.height, 2 * g.width}, "high"), !g.direct());
    low = rounded(noise({count, g.low_channels, g.height, g.width}, "low"), true);
    high_output = rounded(noise(high.sizes(), "high output"), !g.direct());
    low_output = rounded(noise(low.sizes(), "low output"), true);
    weight = noise({g.low_channels, g.high_channels, 4, 4}, "weight", 0.1);
    low_bias = noise({g.low_channels}, "low bias"), high_bias = noise({g.high_channels}, "high bias");
    packed_down = pack(true), packed_up = pack(false);
  }
  Tensor rounded(const Tensor& x, bool activation) const { return last(half && activation ? x.to(at::kBFloat16) : x); }
  Tensor pack(bool down) const {
    Tensor out = at::empty({static_cast<int64_t>(k.packed_bytes(g, down))}, at::kByte);
    k.pack(g, down, 0, down ? g.high_channels : g.low_channels, weight.const_data_ptr<float>(), out.data_ptr());
    return out;
  }
  Tensor masked(const Tensor& gradient, const Tensor& output) const {
    return gradient.to(at::kDouble) * (output.to(at::kDouble) > 0);
  }
  Tensor wide(const Tensor& x) const { return x.to(at::kDouble); }
  std::string name() const {
    return std::string(k.name()) + " " + std::to_string(g.height) + "x" + std::to_string(g.width) + " low " +
           std::to_string(g.low_channels) + " high " + std::to_string(g.high_channels) + " batch " +
           std::to_string(count);
  }
  // [sums of weights | gradient of the bias] of a backward pass in two parts, as two threads would make them.
  template <class Run>
  std::pair<Tensor, Tensor> gradients(int64_t bias, const Run& run) {
    const auto size = static_cast<int64_t>(k.weight_sum_size(g));
    Tensor sums = at::zeros({2, size}), biases = at::zeros({2, bias}), out = at::empty_like(weight);
    for (int64_t part = 0; part < 2; ++part)
      run(count * part / 2, count * (part + 1) / 2, sums[part].data_ptr<float>(), biases[part].data_ptr<float>());
    k.finish_weight_gradient(g, 0, g.high_channels, sums.const_data_ptr<float>(), 2, static_cast<size_t>(size),
                             out.data_ptr<float>());
    return {out, biases.sum(0)};
  }
};

// The gradient of the weight of down, whose transpose up is: one product of a high and a low image.
Tensor weight_gradient(const Case& c, const Tensor& high, const Tensor& low) {
  Tensor w = c.wide(c.weight).set_requires_grad(true);
  return torch::autograd::grad({down_of(high, w)}, {w}, {low})[0];
}

void check_layers(Case& c) {
  SCOPED_TRACE(c.name());
  const Geometry& g = c.g;
  Tensor low = at::empty_like(c.low), high = at::empty_like(c.high);
  c.k.down(g, 0, c.count, c.high.const_data_ptr(), c.packed_down.const_data_ptr(), c.low_bias.const_data_ptr<float>(),
           true, low.data_ptr(), c.work);
  EXPECT_LT(error(low, at::relu(down_of(c.wide(c.high), c.wide(c.weight)) + c.wide(c.low_bias).view({1, -1, 1, 1}))),
            c.tolerance);
  c.k.up(g, 0, c.count, c.low.const_data_ptr(), c.packed_up.const_data_ptr(), c.high_bias.const_data_ptr<float>(), true,
         high.data_ptr(), c.work);
  EXPECT_LT(error(high, at::relu(up_of(c.wide(c.low), c.wide(c.weight)) + c.wide(c.high_bias).view({1, -1, 1, 1}))),
            c.tolerance);

  const Tensor low_gradient = c.masked(c.low, c.low_output), high_gradient = c.masked(c.high, c.high_output);
  auto [weight, bias] = c.gradients(g.low_channels, [&](int64_t begin, int64_t end, float* sums, float* bias_sums) {
    c.k.down_backward(g, begin, end, c.high.const_data_ptr(), c.low_output.const_data_ptr(), c.low.const_data_ptr(),
                      c.packed_up.const_data_ptr(), high.data_ptr(), sums, bias_sums, c.work);
  });
  EXPECT_LT(error(high, up_of(low_gradient, c.wide(c.weight))), c.tolerance);
  EXPECT_LT(error(weight, weight_gradient(c, c.wide(c.high), low_gradient)), c.tolerance);
  EXPECT_LT(error(bias, low_gradient.sum({0, 2, 3})), 1e-4);

  std::tie(weight, bias) = c.gradients(g.high_channels, [&](int64_t begin, int64_t end, float* sums, float* bias_sums) {
    c.k.up_backward(g, begin, end, c.low.const_data_ptr(), c.high_output.const_data_ptr(), c.high.const_data_ptr(),
                    c.packed_down.const_data_ptr(), low.data_ptr(), sums, bias_sums, c.work);
  });
  EXPECT_LT(error(low, down_of(high_gradient, c.wide(c.weight))), c.tolerance);
  EXPECT_LT(error(weight, weight_gradient(c, high_gradient, c.wide(c.low))), c.tolerance);
  EXPECT_LT(error(bias, high_gradient.sum({0, 2, 3})), 1e-4);
}

struct Stored {
  Pixels pixels;
  Tensor bytes, values;  // values in [0, 1], [count, channels, height, width] doubles
};

Stored stored(const Case& c, Pixels pixels) {
  const auto sizes = c.high.sizes();
  if (pixels == Pixels::f32) {
    const Tensor x = noise(sizes, "pixels").sigmoid().contiguous();
    return {pixels, x, c.wide(x)};
  }
  if (pixels == Pixels::u8) {
    const Tensor x = (noise(sizes, "pixels").sigmoid() * 255).to(at::kByte);
    return {pixels, x, c.wide(x) / 255};
  }
  const Tensor on = (noise(sizes, "pixels") > 0).flatten(1);
  const int64_t bytes = (on.size(1) + 7) / 8;
  Tensor packed = at::zeros({c.count, bytes}, at::kByte);
  for (int64_t i = 0; i < c.count; ++i)
    for (int64_t b = 0; b < on.size(1); ++b)
      if (on[i][b].item<bool>()) packed.data_ptr<uint8_t>()[i * bytes + b / 8] |= static_cast<uint8_t>(128 >> (b % 8));
  return {pixels, packed, c.wide(on).view(sizes)};
}

void check_pixels(Case& c, Pixels pixels) {
  SCOPED_TRACE(c.name());
  const Geometry& g = c.g;
  const Stored x = stored(c, pixels);
  const int64_t bytes = x.bytes.nbytes() / c.count;
  Tensor low = at::empty_like(c.low);
  c.k.down_pixels(g, 0, c.count, x.bytes.const_data_ptr(), bytes, pixels, c.packed_down.const_data_ptr(),
                  c.low_bias.const_data_ptr<float>(), true, low.data_ptr(), c.work);
  EXPECT_LT(error(low, at::relu(down_of(x.values, c.wide(c.weight)) + c.wide(c.low_bias).view({1, -1, 1, 1}))),
            c.tolerance);
  const Tensor low_gradient = c.masked(c.low, c.low_output);
  auto [weight, bias] = c.gradients(g.low_channels, [&](int64_t begin, int64_t end, float* sums, float* bias_sums) {
    c.k.down_pixels_backward(g, begin, end, x.bytes.const_data_ptr(), bytes, pixels, c.low_output.const_data_ptr(),
                             c.low.const_data_ptr(), sums, bias_sums, c.work);
  });
  EXPECT_LT(error(weight, weight_gradient(c, x.values, low_gradient)), 1e-5);
  EXPECT_LT(error(bias, low_gradient.sum({0, 2, 3})), 1e-4);
}

void check_bernoulli(Case& c, Pixels pixels) {
  SCOPED_TRACE(c.name());
  const Geometry& g = c.g;
  const Stored x = stored(c, pixels);
  const int64_t bytes = x.bytes.nbytes() / c.count;
  Tensor loss = at::empty({c.count}), gradient = at::empty({c.count, 2 * g.height, 2 * g.width, g.high_channels});
  c.k.up_bernoulli(g, 0, c.count, c.low.const_data_ptr(), c.packed_up.const_data_ptr(),
                   c.high_bias.const_data_ptr<float>(), x.bytes.const_data_ptr(), bytes, pixels, loss.data_ptr<float>(),
                   gradient.data_ptr<float>(), c.work);
  Tensor h = c.wide(c.low).set_requires_grad(true), w = c.wide(c.weight).set_requires_grad(true),
         b = c.wide(c.high_bias).set_requires_grad(true);
  const Tensor logits = up_of(h, w) + b.view({1, -1, 1, 1});
  const Tensor expected = at::binary_cross_entropy_with_logits(logits, x.values, {}, {}, 0).flatten(1).sum(1);
  EXPECT_LT(((loss - expected).abs() / expected).max().item<double>(), 1.5e-7);
  EXPECT_LT(error(gradient.permute({0, 3, 1, 2}), logits.sigmoid() - x.values), 1e-6);

  const Tensor scale = noise({c.count}, "scale");
  const auto expected_gradients = torch::autograd::grad({expected}, {h, w, b}, {c.wide(scale)});
  Tensor low_gradient = at::empty_like(c.low);
  auto [weight, bias] = c.gradients(g.high_channels, [&](int64_t begin, int64_t end, float* sums, float* bias_sums) {
    c.k.up_bernoulli_backward(g, begin, end, c.low.const_data_ptr(), gradient.const_data_ptr<float>(),
                              scale.const_data_ptr<float>(), c.packed_down.const_data_ptr(), low_gradient.data_ptr(),
                              sums, bias_sums, c.work);
  });
  EXPECT_LT(error(low_gradient, expected_gradients[0]), c.tolerance);
  EXPECT_LT(error(weight, expected_gradients[1]), 1e-5);
  EXPECT_LT(error(bias, expected_gradients[2]), 1e-4);
}

TEST(ConvolutionKernels, LayersEqualAtenInDouble) {
  for (const auto* k : kernels::runnable_convolution_kernels())
    for (const Geometry& g : {Geometry{16, 16, 32, 32},
                              {8, 8, 64, 32},
                              {4, 4, 64, 64},
                              {4, 4, 16, 48},
                              {3, 5, 48, 16},
                              {1, 1, 80, 16},
                              {7, 2, 16, 64}}) {
      ASSERT_TRUE(k->serves(g));
      Case c(*k, g, 3);
      check_layers(c);
    }
}

TEST(ConvolutionKernels, EveryBatchSize) {
  for (const auto* k : kernels::runnable_convolution_kernels())
    for (int64_t count = 1; count <= 65; ++count) {
      Case layers(*k, {4, 4, 32, 16}, count), pixels(*k, {4, 4, 16, 1}, count);
      check_layers(layers);
      check_pixels(pixels, Pixels::bit);
      check_bernoulli(pixels, Pixels::bit);
    }
}

TEST(ConvolutionKernels, PixelsOfEveryKind) {
  for (const auto* k : kernels::runnable_convolution_kernels())
    for (const Geometry& g : {Geometry{32, 32, 32, 1}, {16, 16, 32, 1}, {16, 16, 48, 3}, {5, 7, 16, 3}, {3, 3, 16, 2}})
      for (Pixels pixels : {Pixels::bit, Pixels::u8, Pixels::f32}) {
        Case c(*k, g, 2);
        check_pixels(c, pixels);
        check_bernoulli(c, pixels);
      }
}

TEST(ConvolutionKernels, LetNanThrough) {
  for (const auto* k : kernels::runnable_convolution_kernels()) {
    Case c(*k, {4, 4, 16, 16}, 1);
    c.high.select(0, 0).select(0, 5).select(0, 2).select(0, 3) = std::numeric_limits<float>::quiet_NaN();
    Tensor low = at::empty_like(c.low);
    c.k.down(c.g, 0, 1, c.high.const_data_ptr(), c.packed_down.const_data_ptr(), c.low_bias.const_data_ptr<float>(),
             true, low.data_ptr(), c.work);
    EXPECT_TRUE(at::isnan(low).any().item<bool>());
  }
}

TEST(ConvolutionKernels, LargeAndSmallLogitsKeepTheirDigits) {
  for (const auto* k : kernels::runnable_convolution_kernels()) {
    Case c(*k, {4, 4, 16, 1}, 8);
    c.weight.mul_(20);  // logits up to a few hundred
    c.packed_down = c.pack(true), c.packed_up = c.pack(false);
    check_bernoulli(c, Pixels::bit);
  }
}

// ---- through autograd ---------------------------------------------------------------------------------------------
struct Net {
  ParameterStore store;
  Convolution first, second, third, fourth;
  Net()
      : first({store, "", 3}, "a", {.in = 1, .out = 32}),
        second({store, "", 3}, "b", {.in = 32, .out = 48}),
        third({store, "", 3}, "c", {.in = 48, .out = 16, .transposed = true}),
        fourth({store, "", 3}, "d", {.in = 16, .out = 1, .transposed = true}) {}
  Tensor loss(const Items& items, Precision precision) const {
    const Tensor h = third(second(first(items, true, precision), true, precision), true, precision);
    if (auto fused = fourth.bernoulli(h, items, precision)) return fused->sum();
    return at::binary_cross_entropy_with_logits(fourth(h), items.values().to(h.scalar_type()), {}, {}, 2);
  }
  std::vector<Tensor> parameters() const {
    std::vector<Tensor> out;
    for (auto& slot : store.slots()) out.push_back(slot.value);
    return out;
  }
};

Items bits(int64_t count, int64_t side) {
  return {(noise({count, side * side / 8}, "bytes").sigmoid() * 255).to(at::kByte), Dtype::bit, {1, side, side}};
}

TEST(Stride2, AWholeNetworkEqualsItselfInDouble) {
  Net net;
  const Items items = bits(9, 16);
  const Tensor loss = net.loss(items, Precision::single);
  const auto found = torch::autograd::grad({loss}, net.parameters());
  for (auto& slot : net.store.slots()) slot.value = slot.value.detach().to(at::kDouble).set_requires_grad(true);
  const Tensor expected_loss = net.loss(items, Precision::single);  // doubles: ATen
  ASSERT_EQ(expected_loss.scalar_type(), at::kDouble);
  const auto expected = torch::autograd::grad({expected_loss}, net.parameters());
  EXPECT_NEAR(loss.item<double>() / expected_loss.item<double>(), 1, 2e-7);
  for (size_t i = 0; i < found.size(); ++i) EXPECT_LT(error(found[i], expected[i]), 1e-4) << net.store.slots()[i].name;
}

TEST(Stride2, BfloatGradientsPointTheSameWay) {
  if (!has_kernels(Precision::bfloat16)) GTEST_SKIP() << "this processor has no bfloat16 instructions";
  Net net;
  const Items items = bits(16, 32);
  const auto exact = torch::autograd::grad({net.loss(items, Precision::single)}, net.parameters());
  const auto rough = torch::autograd::grad({net.loss(items, Precision::bfloat16)}, net.parameters());
  for (size_t i = 0; i < exact.size(); ++i) {
    const double distance = ((exact[i] - rough[i]).norm() / exact[i].norm()).item<double>();
    EXPECT_LT(distance, 0.05) << net.store.slots()[i].name;
    EXPECT_EQ(rough[i].scalar_type(), at::kFloat);
  }
}

TEST(Stride2, OneChoiceForAllThatIsNotServed) {
  ParameterStore store;
  const Builder build{store, "", 1};
  // Channels that are no multiple of 16, odd sides, other kernels: ATen, and the same answers.
  const Convolution odd(build, "odd", {.in = 5, .out = 7}), small(build, "small", {.in = 16, .out = 16, .kernel = 3});
  const Tensor x = noise({2, 5, 9, 11}, "x");
  const Stride2Layer layer{store[0], store[1], false, true};
  EXPECT_FALSE(stride2(layer, x, Precision::single).has_value());
  EXPECT_TRUE(at::equal(odd(x, true), at::relu(at::conv2d(last(x), store[0], store[1], 2, 1))));
  EXPECT_EQ(small(noise({2, 16, 8, 8}, "y")).size(2), 4);
}

TEST(Stride2, ASecondDerivativeIsRefused) {
  if (!has_kernels(Precision::single)) GTEST_SKIP() << "no kernels for this processor";
  Net net;
  const Tensor loss = net.loss(bits(2, 16), Precision::single);
  EXPECT_THROW(torch::autograd::grad({loss}, net.parameters(), {}, true, true), std::logic_error);
}

}  // namespace
}  // namespace teasel::nn
