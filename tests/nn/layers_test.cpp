// Layers against loops written out here, and their gradients against central differences in double precision.
#include "teasel/nn/layers.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <functional>

#include "teasel/core/error.hpp"
#include "teasel/core/random.hpp"
#include "teasel/nn/convolutional.hpp"
#include "teasel/nn/initialisation.hpp"
#include "teasel/nn/mlp.hpp"

namespace teasel::nn {
namespace {

Tensor noise(at::IntArrayRef shape, const std::string& name) {
  Tensor out = at::empty(shape, at::kFloat);
  Stream(3, name).normal(0, out.numel(), {out.data_ptr<float>(), static_cast<size_t>(out.numel())});
  return out.to(at::kDouble);
}

void to_double(ParameterStore& store) {
  for (auto& slot : store.slots()) slot.value = slot.value.detach().to(at::kDouble).set_requires_grad(slot.trained);
}

// Every single derivative of `loss` with respect to the store's parameters.
void check_gradients(ParameterStore& store, const std::function<Tensor()>& loss) {
  std::vector<Tensor> parameters;
  for (auto& slot : store.slots()) parameters.push_back(slot.value);
  const auto gradients = torch::autograd::grad({loss()}, parameters, {}, false, false, true);
  c10::NoGradGuard no_gradients;
  const double h = 1e-6;
  for (size_t p = 0; p < parameters.size(); ++p) {
    ASSERT_TRUE(gradients[p].defined()) << store.slots()[p].name;
    const Tensor gradient = gradients[p].contiguous();
    double* value = parameters[p].data_ptr<double>();
    for (int64_t i = 0; i < parameters[p].numel(); ++i) {
      const double before = value[i];
      value[i] = before + h;
      const double above = loss().item<double>();
      value[i] = before - h;
      const double below = loss().item<double>();
      value[i] = before;
      const double expected = (above - below) / (2 * h), found = gradient.const_data_ptr<double>()[i];
      ASSERT_NEAR(found, expected, 1e-6 * (1 + std::abs(expected))) << store.slots()[p].name << " [" << i << "]";
    }
  }
}

TEST(Linear, IsWeightTimesInputPlusBias) {
  ParameterStore store;
  const Linear linear({store, "a.", 1}, "b", 3, 2);
  ASSERT_EQ(store.slots()[0].name, "a.b.weight");
  ASSERT_EQ(store.slots()[1].name, "a.b.bias");
  to_double(store);
  const Tensor x = noise({4, 3}, "x"), y = linear(x);
  for (int64_t r = 0; r < 4; ++r)
    for (int64_t o = 0; o < 2; ++o) {
      double sum = store[1][o].item<double>();
      for (int64_t i = 0; i < 3; ++i) sum += store[0][o][i].item<double>() * x[r][i].item<double>();
      EXPECT_NEAR(y[r][o].item<double>(), sum, 1e-12);
    }
  check_gradients(store, [&] { return linear(x).square().sum(); });
}

TEST(Convolution, IsTheSumOverItsWindow) {
  ParameterStore store;
  const Convolution conv({store, "", 1}, "c", {.in = 2, .out = 3});
  to_double(store);
  const Tensor x = noise({2, 2, 6, 6}, "x"), y = conv(x);
  ASSERT_EQ(y.sizes().vec(), (std::vector<int64_t>{2, 3, 3, 3}));
  for (int64_t b = 0; b < 2; ++b)
    for (int64_t o = 0; o < 3; ++o)
      for (int64_t r = 0; r < 3; ++r)
        for (int64_t c = 0; c < 3; ++c) {
          double sum = store[1][o].item<double>();
          for (int64_t i = 0; i < 2; ++i)
            for (int64_t u = 0; u < 4; ++u)
              for (int64_t v = 0; v < 4; ++v) {
                const int64_t row = 2 * r + u - 1, column = 2 * c + v - 1;
                if (row < 0 || row >= 6 || column < 0 || column >= 6) continue;
                sum += store[0][o][i][u][v].item<double>() * x[b][i][row][column].item<double>();
              }
          ASSERT_NEAR(y[b][o][r][c].item<double>(), sum, 1e-10);
        }
  check_gradients(store, [&] { return conv(x).square().sum(); });
}

// <conv(x), y> = <x, transposed(y)> with the same weights: the definition of the transposed convolution.
TEST(Convolution, TransposedIsTheAdjoint) {
  ParameterStore store;
  const Convolution down({store, "", 1}, "down", {.in = 2, .out = 3});
  const Convolution up({store, "", 1}, "up", {.in = 3, .out = 2, .transposed = true});
  to_double(store);
  {
    c10::NoGradGuard no_gradients;
    store[2].copy_(store[0]);
    store[1].zero_(), store[3].zero_();
  }
  const Tensor x = noise({2, 2, 6, 6}, "x"), y = noise({2, 3, 3, 3}, "y");
  EXPECT_NEAR((down(x) * y).sum().item<double>(), (x * up(y)).sum().item<double>(), 1e-10);
  check_gradients(store, [&] { return (up(down(x)) - x).square().sum(); });
}

// Windows that do not end with the image, and one more row than column: the extra ones are what the adjoint misses.
TEST(Convolution, TransposedIsTheAdjointWithExtraRowsAndColumns) {
  ParameterStore store;
  const Convolution down({store, "", 1}, "down", {.in = 2, .out = 3, .kernel = 5, .stride = 3, .padding = 1});
  const Convolution up({store, "", 1}, "up",
                       {.in = 3,
                        .out = 2,
                        .kernel = 5,
                        .stride = 3,
                        .padding = 1,
                        .transposed = true,
                        .extra_rows = 2,
                        .extra_columns = 1});
  to_double(store);
  {
    c10::NoGradGuard no_gradients;
    store[2].copy_(store[0]);
    store[1].zero_(), store[3].zero_();
  }
  const Tensor x = noise({2, 2, 8, 7}, "x"), y = noise({2, 3, 2, 2}, "y");
  EXPECT_NEAR((down(x) * y).sum().item<double>(), (x * up(y)).sum().item<double>(), 1e-10);
  check_gradients(store, [&] { return (up(down(x)) - x).square().sum(); });
}

TEST(Mlp, HasLeakyReluBetweenItsLayers) {
  ParameterStore store;
  const Mlp mlp({store, "", 1}, 3, {4, 4}, 2, leaky_relu(0.2));
  to_double(store);
  ASSERT_EQ(store.slots().size(), 6u);
  const Tensor x = noise({5, 3}, "x");
  Tensor h = x;
  for (size_t layer = 0; layer < 3; ++layer) {
    h = h.matmul(store[2 * layer].t()) + store[2 * layer + 1];
    if (layer < 2) h = at::where(h > 0, h, 0.2 * h);
  }
  EXPECT_LT((mlp(x) - h).abs().max().item<double>(), 1e-12);
  check_gradients(store, [&] { return mlp(x).square().sum(); });
}

TEST(Mlp, WithoutHiddenLayersIsLinear) {
  ParameterStore store;
  const Mlp mlp({store, "", 1}, 3, {}, 2, leaky_relu(0.2));
  EXPECT_EQ(store.slots().size(), 2u);
  EXPECT_EQ(mlp(at::zeros({5, 3})).sizes().vec(), (std::vector<int64_t>{5, 2}));
}

FieldSpec image(int64_t channels, int64_t side) { return {"x", {channels, side, side}, Dtype::f32}; }

TEST(ConvolutionalNetworks, GradientsThroughEncoderDecoderAndLikelihood) {
  ParameterStore store;
  const Value options = parse_toml("channels = [3, 4]\nhidden = [5]\ninitialisation = 'glorot'", "test");
  const auto encoder = Registry<Encoder>::get().make("conv_a4", options, {{store, "encoder.", 1}, image(1, 8), 2});
  const auto decoder = Registry<Decoder>::get().make("conv_a4", options, {{store, "decoder.", 1}, image(1, 8), 2});
  to_double(store);
  {
    c10::NoGradGuard no_gradients;  // biases that are exactly 0 put units on the kink of ReLU
    for (auto& slot : store.slots()) slot.value.add_(0.05 * noise(slot.value.sizes(), slot.name));
  }
  const Items items{noise({3, 1, 8, 8}, "x").sigmoid(), Dtype::f32, {1, 8, 8}};
  check_gradients(store, [&] { return decoder->negative_log_likelihood((*encoder)(items), items).sum(); });
}

TEST(ConvolutionalNetworks, GradientsThroughOtherKernelsStridesAndPaddings) {
  ParameterStore store;
  const Value options =
      parse_toml("channels = [3, 4]\nkernels = [3, 5]\nstrides = [1, 2]\npaddings = [0, 1]\nhidden = []", "test");
  const FieldSpec field{"x", {1, 10, 9}, Dtype::f32};
  const auto encoder = Registry<Encoder>::get().make("conv_a7", options, {{store, "encoder.", 1}, field, 2});
  const auto decoder = Registry<Decoder>::get().make("conv_a7", options, {{store, "decoder.", 1}, field, 2});
  to_double(store);
  {
    c10::NoGradGuard no_gradients;
    for (auto& slot : store.slots()) slot.value.add_(0.1 * noise(slot.value.sizes(), slot.name));
  }
  const Items items{noise({2, 1, 10, 9}, "x").sigmoid(), Dtype::f32, {1, 10, 9}};
  check_gradients(store, [&] { return decoder->negative_log_likelihood((*encoder)(items), items).sum(); });
}

std::vector<std::vector<int64_t>> weights_of(const ParameterStore& store, const std::string& part) {
  std::vector<std::vector<int64_t>> out;
  for (auto& slot : store.slots())
    if (slot.name.starts_with(part) && slot.name.ends_with(".weight")) out.push_back(slot.value.sizes().vec());
  return out;
}

// The NAR code's network: 64 pixels become one, and a transposed convolution of one pixel comes back to 64.
TEST(ConvolutionalNetworks, TheNarNetworkHasThePublishedLayers) {
  ParameterStore store;
  Registry<Encoder>::get().make("conv_a7", Value(), {{store, "encoder.", 1}, image(1, 64), 40});
  Registry<Decoder>::get().make("conv_a7", Value(), {{store, "decoder.", 1}, image(1, 64), 20});
  EXPECT_EQ(weights_of(store, "encoder."), (std::vector<std::vector<int64_t>>{{4, 1, 3, 3},
                                                                              {8, 4, 3, 3},
                                                                              {16, 8, 3, 3},
                                                                              {32, 16, 3, 3},
                                                                              {64, 32, 5, 5},
                                                                              {128, 64, 5, 5},
                                                                              {256, 128, 5, 5},
                                                                              {40, 256}}));
  EXPECT_EQ(weights_of(store, "decoder."), (std::vector<std::vector<int64_t>>{{256, 20},
                                                                              {256, 128, 5, 5},
                                                                              {128, 64, 5, 5},
                                                                              {64, 32, 5, 5},
                                                                              {32, 16, 3, 3},
                                                                              {16, 8, 3, 3},
                                                                              {8, 4, 3, 3},
                                                                              {4, 1, 3, 3}}));
}

TEST(ConvolutionalNetworks, SmallerKernelsInsideAsDisentanglementLibHasThem) {
  ParameterStore store;
  Registry<Encoder>::get().make("conv_a6", Value(), {{store, "encoder.", 1}, image(3, 64), 20});
  Registry<Decoder>::get().make("conv_a6", Value(), {{store, "decoder.", 1}, image(3, 64), 10});
  EXPECT_EQ(weights_of(store, "encoder."),
            (std::vector<std::vector<int64_t>>{
                {32, 3, 4, 4}, {32, 32, 4, 4}, {64, 32, 2, 2}, {64, 64, 2, 2}, {256, 1024}, {20, 256}}));
  EXPECT_EQ(weights_of(store, "decoder."),
            (std::vector<std::vector<int64_t>>{
                {256, 10}, {1024, 256}, {64, 64, 4, 4}, {64, 32, 4, 4}, {32, 32, 4, 4}, {32, 3, 4, 4}}));
}

// Smaller images drop the innermost convolutions (CascadeVAE: 32, 32, 64 at 32 pixels), larger ones repeat the last.
TEST(ConvolutionalNetworks, FitTheirLayersToTheImage) {
  const auto channels = [](int64_t side) {
    ParameterStore store;
    Registry<Encoder>::get().make("conv_a4", Value(), {{store, "", 1}, image(1, side), 2});
    std::vector<int64_t> out;
    for (auto& weight : weights_of(store, "conv")) out.push_back(weight[0]);
    return out;
  };
  EXPECT_EQ(channels(32), (std::vector<int64_t>{32, 32, 64}));
  EXPECT_EQ(channels(64), (std::vector<int64_t>{32, 32, 64, 64}));
  EXPECT_EQ(channels(128), (std::vector<int64_t>{32, 32, 64, 64, 64}));
}

TEST(ConvolutionalNetworks, ConvolutionsThatKeepTheSizeEndWithTheArchitecture) {
  const ConvolutionalOptions same{.channels = {8, 8}, .kernels = {4, 3}, .strides = {2, 1}, .paddings = {1, 1}};
  const auto fitted = completed({.channels = {}, .kernels = {}, .strides = {}, .paddings = {}}, same,
                                FieldSpec{"x", {1, 32, 32}, Dtype::f32});
  EXPECT_EQ(fitted.channels, (std::vector<int64_t>{8, 8}));
}

TEST(Mlps, HaveTheirPublishedLayers) {
  ParameterStore store;
  const auto encoder = Registry<Encoder>::get().make("mlp_a5", Value(), {{store, "encoder.", 1}, image(1, 64), 20});
  const auto decoder = Registry<Decoder>::get().make("mlp_a5", Value(), {{store, "decoder.", 1}, image(1, 64), 10});
  EXPECT_EQ(weights_of(store, "encoder."), (std::vector<std::vector<int64_t>>{{1200, 4096}, {1200, 1200}, {20, 1200}}));
  EXPECT_EQ(weights_of(store, "decoder."),
            (std::vector<std::vector<int64_t>>{{1200, 10}, {1200, 1200}, {1200, 1200}, {4096, 1200}}));
}

// The function itself, from the parameters: ReLU in the encoder, tanh in the decoder, on items that are no images.
TEST(Mlps, AreLinearLayersWithReluAndTanhBetween) {
  ParameterStore store;
  const FieldSpec field{"x", {2, 5}, Dtype::f32};
  const auto hidden = [](const char* list) { return parse_toml(std::string("hidden = ") + list, "test"); };
  const auto encoder = Registry<Encoder>::get().make("mlp_a5", hidden("[4, 3]"), {{store, "encoder.", 1}, field, 6});
  const auto decoder = Registry<Decoder>::get().make("mlp_a5", hidden("[4]"), {{store, "decoder.", 1}, field, 6});
  to_double(store);
  const auto linear = [&](const Tensor& x, size_t layer) {
    return x.matmul(store[2 * layer].t()) + store[2 * layer + 1];
  };
  const Tensor x = noise({3, 2, 5}, "x");
  const Tensor h = linear(linear(linear(x.reshape({3, 10}), 0).clamp_min(0), 1).clamp_min(0), 2);
  const Items items{x, Dtype::f32, {2, 5}};
  EXPECT_LT(((*encoder)(items)-h).abs().max().item<double>(), 1e-12);
  const Tensor out = linear(linear(h, 3).tanh(), 4).sigmoid().reshape({3, 2, 5});
  EXPECT_LT((decoder->decode(h) - out).abs().max().item<double>(), 1e-12);
  check_gradients(store, [&] { return decoder->decode((*encoder)(items)).square().sum(); });
}

// Parameters of a network counted from its published table: kernels of 4x4, the last convolution on 4x4 pixels.
int64_t published_count(const std::vector<int64_t>& channels, const std::vector<int64_t>& hidden, int64_t outputs) {
  int64_t count = 0, width = 1;
  for (int64_t c : channels) count += c * width * 16 + c, width = c;
  width *= 16;
  for (int64_t h : hidden) count += h * width + h, width = h;
  return count + outputs * width + outputs;
}

TEST(ConvolutionalNetworks, EncodersHaveThePublishedNumberOfParameters) {
  const auto count = [](const std::string& name) {
    ParameterStore store;
    Registry<Encoder>::get().make(name, Value(), {{store, "", 1}, image(1, 64), 20});
    int64_t sum = 0;
    for (auto& slot : store.slots()) sum += slot.value.numel();
    return sum;
  };
  EXPECT_EQ(count("conv_a1"), published_count({32, 32, 32, 32}, {256, 256}, 20));
  EXPECT_EQ(count("conv_a2"), published_count({32, 32, 64, 64}, {128}, 20));
  EXPECT_EQ(count("conv_a3"), published_count({32, 32, 64, 64}, {256}, 20));
  EXPECT_EQ(count("conv_a4"), published_count({32, 32, 64, 64}, {256}, 20));
}

TEST(ConvolutionalNetworks, EveryArchitectureFitsSquareImagesOfPowersOfTwo) {
  for (auto& name : Registry<Encoder>::get().names())
    for (int64_t side : {8, 16, 32, 64, 128})
      for (int64_t channels : {1, 3}) {
        ParameterStore store;
        const auto encoder =
            Registry<Encoder>::get().make(name, Value(), {{store, "encoder.", 1}, image(channels, side), 6});
        const auto decoder =
            Registry<Decoder>::get().make(name, Value(), {{store, "decoder.", 1}, image(channels, side), 3});
        const Items items{at::zeros({2, channels, side, side}), Dtype::f32, {channels, side, side}};
        EXPECT_EQ((*encoder)(items).sizes().vec(), (std::vector<int64_t>{2, 6})) << name << " " << side;
        const Tensor made = decoder->decode(at::zeros({2, 3}));
        EXPECT_EQ(made.sizes().vec(), (std::vector<int64_t>{2, channels, side, side})) << name << " " << side;
        EXPECT_TRUE(made.is_contiguous());
        EXPECT_EQ(decoder->negative_log_likelihood(at::zeros({2, 3}), items).sizes().vec(), std::vector<int64_t>{2});
      }
}

TEST(ConvolutionalNetworks, SayWhatDoesNotFit) {
  ParameterStore store;
  const auto make = [&](const FieldSpec& field, const std::string& options) {
    return Registry<Encoder>::get().make("conv_a4", parse_toml(options, "test"), {{store, "", 1}, field, 6});
  };
  EXPECT_THROW(make({"x", {10}, Dtype::f32}, ""), Error);
  EXPECT_THROW(make(image(1, 50), "channels = [8, 8]"), Error);
  EXPECT_THROW(make(image(1, 4), ""), Error);
  EXPECT_THROW(make(image(1, 64), "channels = [8, 8]\nkernels = [4, 4, 4]"), Error);
  EXPECT_THROW(make(image(1, 8), "channels = [8, 8]\nkernels = [4, 9]"), Error);
  EXPECT_NO_THROW(make(image(1, 63), "channels = [8, 8]\nkernels = [3]"));
  try {
    make(image(1, 36), "channels = [8, 8, 8, 8]");
    ADD_FAILURE() << "9 pixels cannot be halved";
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("convolution 3 of 4"), std::string::npos) << e.what();
    EXPECT_NE(std::string(e.what()).find("9x9"), std::string::npos) << e.what();
    EXPECT_FALSE(e.hint().empty());
  }
}

TEST(ParameterStore, MatchesByPrefix) {
  ParameterStore store;
  for (auto* name : {"encoder.a", "encoder.b", "decoder.a"}) store.add(name, at::zeros({1}));
  store.add("encoder.mean", at::zeros({1}), false);
  EXPECT_EQ(store.matching("encoder."), (std::vector<size_t>{0, 1}));
  EXPECT_EQ(store.matching("decoder.|encoder.b"), (std::vector<size_t>{1, 2}));
  EXPECT_THROW(store.matching("encoder.|discriminator."), std::logic_error);
  EXPECT_THROW(store.add("encoder.a", at::zeros({1})), std::logic_error);
}

// ---- initialisation -----------------------------------------------------------------------------------------------

struct Moments {
  double mean, deviation, largest, bias_largest;
};

Moments begin(const std::string& how, LayerKind kind) {
  Tensor weight = kind == LayerKind::linear || kind == LayerKind::unfolding ? at::empty({300, 200})
                                                                            : at::empty({64, 48, 4, 4}),
         bias = at::empty({weight.size(0)});
  initialise(how, kind, "layer", 1, weight, bias);
  return {weight.mean().item<double>(), weight.std().item<double>(), weight.abs().max().item<double>(),
          bias.abs().max().item<double>()};
}

void expect_uniform(const Moments& m, double bound) {
  EXPECT_LE(m.largest, bound);
  EXPECT_GT(m.largest, 0.995 * bound);
  EXPECT_NEAR(m.deviation, bound / std::sqrt(3), 0.01 * bound);
  EXPECT_NEAR(m.mean, 0, 0.01 * bound);
}

void expect_normal(const Moments& m, double deviation) {
  EXPECT_GT(m.largest, 3.5 * deviation);
  EXPECT_NEAR(m.deviation, deviation, 0.02 * deviation);
  EXPECT_NEAR(m.mean, 0, 0.02 * deviation);
}

TEST(Initialisation, HasTheDistributionOfItsName) {
  const double linear_in = 200, linear_out = 300, conv_in = 48 * 16, conv_out = 64 * 16;
  expect_uniform(begin("framework", LayerKind::linear), 1 / std::sqrt(linear_in));
  expect_uniform(begin("framework", LayerKind::convolution), 1 / std::sqrt(conv_in));
  expect_uniform(begin("framework", LayerKind::transposed), 1 / std::sqrt(conv_in));
  expect_normal(begin("normal_0.02", LayerKind::linear), 0.02);
  expect_normal(begin("normal_0.02", LayerKind::convolution), 0.02);
  expect_uniform(begin("normal_0.02", LayerKind::transposed), 1 / std::sqrt(conv_in));
  expect_normal(begin("kaiming_normal", LayerKind::linear), std::sqrt(2 / linear_in));
  expect_normal(begin("kaiming_normal", LayerKind::convolution), std::sqrt(2 / conv_in));
  expect_uniform(begin("kaiming_normal", LayerKind::transposed), 1 / std::sqrt(conv_in));
  expect_uniform(begin("kaiming_uniform", LayerKind::linear), std::sqrt(6 / linear_in));
  expect_uniform(begin("kaiming_uniform", LayerKind::convolution), std::sqrt(6 / conv_in));
  expect_uniform(begin("truncated_normal", LayerKind::linear), std::sqrt(6 / (linear_in + linear_out)));
  expect_uniform(begin("glorot", LayerKind::linear), std::sqrt(6 / (linear_in + linear_out)));
  expect_uniform(begin("glorot", LayerKind::convolution), std::sqrt(6 / (conv_in + conv_out)));

  // As the transposed convolution of one pixel that it stands for, it counts what it makes.
  expect_uniform(begin("normal_0.02", LayerKind::unfolding), 1 / std::sqrt(linear_out));
  expect_uniform(begin("kaiming_uniform", LayerKind::unfolding), std::sqrt(6 / linear_out));

  // A normal cut at two deviations has .8796 of its standard deviation.
  const Moments cut = begin("truncated_normal", LayerKind::convolution);
  const double deviation = std::sqrt(2.6 / conv_in);
  EXPECT_LE(cut.largest, 2 * deviation);
  EXPECT_GT(cut.largest, 1.98 * deviation);
  EXPECT_NEAR(cut.deviation, 0.8796 * deviation, 0.02 * deviation);
}

TEST(Initialisation, BiasesAreZeroWhereThePublishedCodeHasThemSo) {
  for (auto& how : initialisation_names())
    for (auto kind : {LayerKind::linear, LayerKind::convolution}) {
      const bool zero = how != "framework" && how != "kaiming_uniform";
      EXPECT_EQ(begin(how, kind).bias_largest == 0, zero) << how;
    }
}

TEST(Initialisation, DependsOnSeedAndNameAlone) {
  const auto first = [](uint64_t seed, const std::string& name, const std::string& prefix) {
    ParameterStore store;
    const Linear before({store, prefix, seed}, "before", 2, 2), layer({store, "", seed}, name, 5, 5);
    return store[2].clone();
  };
  EXPECT_TRUE(at::equal(first(1, "a", "x."), first(1, "a", "y.")));
  EXPECT_FALSE(at::equal(first(1, "a", "x."), first(2, "a", "x.")));
  EXPECT_FALSE(at::equal(first(1, "a", "x."), first(1, "b", "x.")));
}

}  // namespace
}  // namespace teasel::nn
