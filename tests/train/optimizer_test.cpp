// Flat buffers, moments, clipping.
#include "teasel/train/optimizer.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

namespace teasel {
namespace {

Phase phase(const std::string& name, const std::string& trains) {
  return {.name = name, .trains = trains, .terms = [](StepContext&) { return Terms(); }};
}

struct Store {
  ParameterStore store;
  Store() {
    store.add("a.w", at::arange(6, at::kFloat).view({2, 3}).contiguous());
    store.add("b.w", at::arange(17, at::kFloat).contiguous());
    store.add("c.w", at::ones({3}));
  }
};

TEST(Optimizers, KeepValuesAndMakeThemViews) {
  Store s;
  const Optimizers optimizers(s.store, {phase("one", "a."), phase("two", "b.")});
  EXPECT_TRUE(at::equal(s.store[0].detach(), at::arange(6, at::kFloat).view({2, 3})));
  EXPECT_TRUE(at::equal(s.store[1].detach(), at::arange(17, at::kFloat)));
  for (size_t i = 0; i < 3; ++i) EXPECT_TRUE(s.store[i].requires_grad() && s.store[i].is_leaf());
  EXPECT_EQ(optimizers.parameters(0).size(), 1u);
  EXPECT_EQ(optimizers.parameters(0)[0].data_ptr(), s.store[0].data_ptr());
}

TEST(Optimizers, UpdateEveryParameterAlone) {
  Store s, apart;
  Optimizers together(s.store, {phase("all", "a.|b.|c.")});
  std::vector<Tensor> gradients;
  for (auto& p : together.parameters(0)) gradients.push_back(at::linspace(-1, 1, p.numel()).view(p.sizes()));
  for (int step = 0; step < 3; ++step) together.update(0, gradients, {.lr = 0.1}, 0);
  for (size_t i = 0; i < 3; ++i) {
    Optimizers one(apart.store, {phase("one", apart.store.slots()[i].name)});
    for (int step = 0; step < 3; ++step) one.update(0, {gradients[i]}, {.lr = 0.1}, 0);
    EXPECT_TRUE(at::equal(s.store[i].detach(), apart.store[i].detach())) << i;
  }
}

TEST(Optimizers, TakeGradientsOfAnyMemoryOrder) {
  ParameterStore rows, other;
  rows.add("w", at::zeros({2, 3, 4, 4})), other.add("w", at::zeros({2, 3, 4, 4}));
  Optimizers a(rows, {phase("p", "w")}), b(other, {phase("p", "w")});
  const Tensor gradient = at::arange(96, at::kFloat).view({2, 3, 4, 4}) - 50;
  a.update(0, {gradient}, {.lr = 0.1}, 0);
  b.update(0, {gradient.contiguous(at::MemoryFormat::ChannelsLast)}, {.lr = 0.1}, 0);
  EXPECT_TRUE(at::equal(rows[0].detach(), other[0].detach()));
}

TEST(Optimizers, PhasesThatShareAParameterHaveMomentsOfTheirOwn) {
  Store s;
  Optimizers optimizers(s.store, {phase("one", "a.|b."), phase("two", "b.|c.")});
  std::vector<std::string> names;
  for (auto& [name, tensor] : optimizers.moments()) names.push_back(name);
  for (auto* expected : {"optimizer.one.first_moment.a.w", "optimizer.one.second_moment.b.w",
                         "optimizer.two.first_moment.b.w", "optimizer.two.second_moment.c.w"})
    EXPECT_TRUE(std::ranges::count(names, expected)) << expected;
  EXPECT_EQ(names.size(), 8u);
  std::vector<Tensor> gradients;
  for (auto& p : optimizers.parameters(0)) gradients.push_back(at::ones(p.sizes()));
  optimizers.update(0, gradients, {}, 0);
  EXPECT_EQ(optimizers.updates(0), 1);
  EXPECT_EQ(optimizers.updates(1), 0);
  for (auto& [name, tensor] : optimizers.moments())
    EXPECT_EQ((tensor != 0).any().item<bool>(), name.starts_with("optimizer.one")) << name;
}

TEST(Optimizers, ClipTheNormOverAllOfAPhase) {
  Store s;
  Optimizers optimizers(s.store, {phase("all", "a.|c.")});
  const std::vector<Tensor> gradients{at::full({2, 3}, 2.0f), at::full({3}, 4.0f)};
  const double norm = std::sqrt(6 * 4.0 + 3 * 16.0);
  // With beta1 = 0 the first moment is the gradient that arrived.
  const auto arrived = [&](double clip) {
    optimizers.reset(0);
    EXPECT_NEAR(optimizers.update(0, gradients, {.beta1 = 0}, clip).norm, clip > 0 ? norm : 0, 1e-5);
    double squares = 0;
    for (auto& [name, tensor] : optimizers.moments())
      if (name.find("first_moment") != std::string::npos) squares += tensor.square().sum().item<double>();
    return std::sqrt(squares);
  };
  EXPECT_NEAR(arrived(1), 1, 1e-5);
  EXPECT_NEAR(arrived(100), norm, 1e-5);
  EXPECT_NEAR(arrived(0), norm, 1e-5);
}

TEST(Optimizers, ClipGradientsWhoseSquaresSinglePrecisionDoesNotHold) {
  Store s;
  Optimizers optimizers(s.store, {phase("all", "a.|c.")});
  const std::vector<Tensor> gradients{at::full({2, 3}, 1e25f), at::zeros({3})};
  const auto updated = optimizers.update(0, gradients, {.beta1 = 0}, 1);
  EXPECT_NEAR(updated.norm / (std::sqrt(6) * 1e25), 1, 1e-6);
  double squares = 0;
  for (auto& [name, tensor] : optimizers.moments())
    if (name.find("first_moment") != std::string::npos) squares += tensor.square().sum().item<double>();
  EXPECT_NEAR(std::sqrt(squares), 1, 1e-5);
}

TEST(Optimizers, UndefinedGradientsCountAsZero) {
  Store s;
  Optimizers optimizers(s.store, {phase("all", "a.|c.")});
  optimizers.update(0, {at::ones({2, 3}), Tensor()}, {.lr = 0.1}, 0);
  EXPECT_TRUE(at::equal(s.store[2].detach(), at::ones({3})));
  EXPECT_FALSE(at::equal(s.store[0].detach(), at::arange(6, at::kFloat).view({2, 3})));
}

TEST(Optimizers, ResetForgetsMomentsAndCount) {
  Store s;
  Optimizers optimizers(s.store, {phase("all", "a.")});
  optimizers.update(0, {at::ones({2, 3})}, {}, 0);
  optimizers.reset(0);
  EXPECT_EQ(optimizers.updates(0), 0);
  for (auto& [name, tensor] : optimizers.moments()) EXPECT_FALSE((tensor != 0).any().item<bool>()) << name;
}

}  // namespace
}  // namespace teasel
