// The kernels for linear layers of every instruction set that this processor runs, against ATen in double precision;
// then the layers that use them, through autograd.
#include "teasel/nn/linear.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "teasel/core/random.hpp"
#include "teasel/nn/kernels/choice.hpp"
#include "teasel/nn/layers.hpp"

namespace teasel::nn {
namespace {

using kernels::LinearKernels;
using kernels::LinearShape;
using kernels::Workspace;

Tensor noise(at::IntArrayRef shape, const std::string& name) {
  Tensor out = at::empty(shape, at::kFloat);
  Stream(13, name).normal(0, out.numel(), {out.data_ptr<float>(), static_cast<size_t>(out.numel())});
  return out;
}

// Largest difference over the largest entry.
double error(const Tensor& found, const Tensor& expected) {
  return ((found.to(at::kDouble) - expected).abs().max() / expected.abs().max().clamp_min(1e-30)).item<double>();
}

Tensor bytes(size_t count) { return at::empty({static_cast<int64_t>(count)}, at::kByte); }

struct Results {
  Tensor y, x_gradient, weight_gradient, bias_gradient;
};

// Forwards and backwards; features in shares of `share` units, each of its own workspace.
Results run(const LinearKernels& k, const LinearShape& s, const Tensor& x, const Tensor& weight, const Tensor& bias,
            const Tensor& y_gradient, int64_t share) {
  Results r{at::empty({s.batch, s.out}), at::empty_like(x), at::empty_like(weight), at::empty_like(bias)};
  const Tensor input = bytes(k.input_bytes(s)), factor = bytes(k.factor_bytes(s)),
               gradient = bytes(k.gradient_bytes(s));
  const auto in_shares = [&](int64_t count, const auto& part) {
    for (int64_t begin = 0; begin < count; begin += share * LinearKernels::unit) {
      Workspace work;
      part(begin, std::min(count, begin + share * LinearKernels::unit), work);
    }
  };
  const float *w = weight.const_data_ptr<float>(), *xs = x.const_data_ptr<float>();
  in_shares(s.in, [&](int64_t begin, int64_t end, Workspace&) {
    k.pack_input(s, begin, end, xs, input.data_ptr());
    k.pack_factor(s, begin, end, xs, factor.data_ptr());
  });
  in_shares(s.out, [&](int64_t begin, int64_t end, Workspace& work) {
    k.forward(s, begin, end, input.data_ptr(), w, bias.const_data_ptr<float>(), r.y.data_ptr<float>(), work);
    k.pack_gradient(s, begin, end, y_gradient.const_data_ptr<float>(), r.y.const_data_ptr<float>(), gradient.data_ptr(),
                    r.bias_gradient.data_ptr<float>());
  });
  in_shares(s.out, [&](int64_t begin, int64_t end, Workspace& work) {
    k.weight_gradient(s, begin, end, gradient.data_ptr(), factor.data_ptr(), r.weight_gradient.data_ptr<float>(), work);
  });
  in_shares(s.in, [&](int64_t begin, int64_t end, Workspace& work) {
    k.input_gradient(s, begin, end, gradient.data_ptr(), w, r.x_gradient.data_ptr<float>(), work);
  });
  return r;
}

void check(const LinearKernels& k, const LinearShape& s) {
  SCOPED_TRACE(std::string(k.name()) + " batch " + std::to_string(s.batch) + " in " + std::to_string(s.in) + " out " +
               std::to_string(s.out) + " slope " + std::to_string(s.slope));
  const double tolerance = std::string(k.name()).find("bf16") == std::string::npos ? 2e-6 : 2e-2;
  const Tensor x = noise({s.batch, s.in}, "x"), weight = noise({s.out, s.in}, "weight"), bias = noise({s.out}, "bias"),
               y_gradient = noise({s.batch, s.out}, "gradient");
  const Results found = run(k, s, x, weight, bias, y_gradient, 1);

  const auto wide = [](const Tensor& t) { return t.to(at::kDouble); };
  const Tensor before = at::linear(wide(x), wide(weight), wide(bias));
  EXPECT_LT(error(found.y, at::where(before > 0, before, s.slope * before)), tolerance);
  // On the side of zero where the kernel saw it: near zero, rounding decides.
  const Tensor gradient = at::where(found.y > 0, wide(y_gradient), s.slope * wide(y_gradient));
  EXPECT_LT(error(found.weight_gradient, gradient.t().matmul(wide(x))), tolerance);
  EXPECT_LT(error(found.x_gradient, gradient.matmul(wide(weight))), tolerance);
  EXPECT_LT(error(found.bias_gradient, gradient.sum(0)), 2e-6);

  const Results whole = run(k, s, x, weight, bias, y_gradient, 1000);
  EXPECT_TRUE(at::equal(found.y, whole.y));
  EXPECT_TRUE(at::equal(found.weight_gradient, whole.weight_gradient));
  EXPECT_TRUE(at::equal(found.x_gradient, whole.x_gradient));
  EXPECT_TRUE(at::equal(found.bias_gradient, whole.bias_gradient));
}

TEST(LinearKernels, EqualAtenInDoubleWhateverTheShares) {
  for (const auto* k : kernels::runnable_linear_kernels())
    for (const LinearShape& s : {LinearShape{64, 1000, 1000, 0.2f},
                                 {64, 1024, 256, 0},
                                 {128, 10, 100, 0.2f},
                                 {128, 100, 2, 1},
                                 {300, 97, 211, 0.5f},
                                 {1, 1, 1, 1},
                                 {5, 3, 49, 0}})
      check(*k, s);
}

TEST(LinearKernels, EveryBatchSizeAndManyWidths) {
  for (const auto* k : kernels::runnable_linear_kernels())
    for (int64_t n = 1; n <= 65; ++n) {
      check(*k, {n, 50, 20, 0.2f});
      check(*k, {9, n, 33, 0});
      check(*k, {17, 18, n, 1});
    }
}

TEST(LinearKernels, LetNanThrough) {
  for (const auto* k : kernels::runnable_linear_kernels()) {
    Tensor x = noise({3, 20}, "x");
    x[1][7] = std::numeric_limits<float>::quiet_NaN();
    const Results r =
        run(*k, {3, 20, 30, 0}, x, noise({30, 20}, "weight"), noise({30}, "bias"), noise({3, 30}, "g"), 1);
    EXPECT_TRUE(at::isnan(r.y[1]).all().item<bool>());
    EXPECT_FALSE(at::isnan(r.y[0]).any().item<bool>());
  }
}

// ---- through autograd ---------------------------------------------------------------------------------------------
struct Net {
  ParameterStore store;
  Linear first, second, third;
  Net()
      : first({store, "", 3}, "a", 12, 300), second({store, "", 3}, "b", 300, 77), third({store, "", 3}, "c", 77, 2) {}
  Tensor loss(const Tensor& x, Precision precision) const {
    // tanh_ writes over the layer's result: a layer without activation must not count on it.
    return third(second(first(x, 0.2, precision), 1, precision).tanh_(), 0).square().sum();
  }
  std::vector<Tensor> parameters() const {
    std::vector<Tensor> out;
    for (auto& slot : store.slots()) out.push_back(slot.value);
    return out;
  }
};

TEST(LinearLayers, ANetworkEqualsItselfInDouble) {
  for (int64_t batch = 1; batch <= 65; batch += 8) {
    Net net;
    Tensor x = noise({batch, 12}, "x").set_requires_grad(true);
    auto inputs = net.parameters();
    inputs.push_back(x);
    const Tensor loss = net.loss(x, Precision::single);
    const auto found = torch::autograd::grad({loss}, inputs);
    for (auto& slot : net.store.slots()) slot.value = slot.value.detach().to(at::kDouble).set_requires_grad(true);
    inputs = net.parameters();
    inputs.push_back(x.detach().to(at::kDouble).set_requires_grad(true));
    const Tensor expected_loss = net.loss(inputs.back(), Precision::single);  // doubles: ATen
    ASSERT_EQ(expected_loss.scalar_type(), at::kDouble);
    const auto expected = torch::autograd::grad({expected_loss}, inputs);
    EXPECT_NEAR(loss.item<double>() / expected_loss.item<double>(), 1, 1e-6);
    for (size_t i = 0; i < found.size(); ++i) EXPECT_LT(error(found[i], expected[i]), 1e-5) << i;
  }
}

TEST(LinearLayers, BfloatGradientsPointTheSameWay) {
  if (kernels::linear_kernels(true) == kernels::linear_kernels(false))
    GTEST_SKIP() << "on this processor linear layers compute in floats";
  Net net;
  const Tensor x = noise({64, 12}, "x");
  const auto exact = torch::autograd::grad({net.loss(x, Precision::single)}, net.parameters());
  const auto rough = torch::autograd::grad({net.loss(x, Precision::bfloat16)}, net.parameters());
  for (size_t i = 0; i < exact.size(); ++i)
    EXPECT_LT(((exact[i] - rough[i]).norm() / exact[i].norm()).item<double>(), 0.05) << net.store.slots()[i].name;
}

TEST(LinearLayers, OnlyGradientsThatAreAskedFor) {
  Net net;
  Tensor x = noise({5, 12}, "x").set_requires_grad(true);
  const Tensor all = torch::autograd::grad({net.loss(x, Precision::single)}, {x})[0];
  for (auto& slot : net.store.slots()) slot.value = slot.value.detach();
  EXPECT_TRUE(at::equal(all, torch::autograd::grad({net.loss(x, Precision::single)}, {x})[0]));
}

TEST(LinearLayers, OneChoiceForAllThatIsNotServed) {
  const Tensor weight = noise({4, 3}, "weight"), bias = noise({4}, "bias"), x = noise({2, 3}, "x");
  const auto served = [&](const Tensor& input, const Tensor& w) {
    return linear({w, bias.to(w.scalar_type()), 0.2}, input, Precision::single).has_value();
  };
  EXPECT_EQ(served(x, weight), kernels::linear_kernels() != nullptr);
  EXPECT_FALSE(served(x.to(at::kDouble), weight.to(at::kDouble)));
  EXPECT_FALSE(served(x.unsqueeze(0), weight));
  EXPECT_FALSE(served(x.narrow(0, 0, 0), weight));
  EXPECT_FALSE(served(x, noise({3, 4}, "w").t()));
  // Their results are the same.
  Net net;
  const Tensor many = noise({2, 5, 12}, "many");
  const Tensor flat = net.first(many.view({10, 12}), 0.2).view({2, 5, 300});
  EXPECT_LT(error(flat, net.first(many, 0.2).to(at::kDouble)), 1e-6);
}

}  // namespace
}  // namespace teasel::nn
