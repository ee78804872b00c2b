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
  Tensor first = noise({300, 12}, "a"), second = noise({77, 300}, "b"), third = noise({2, 77}, "c"),
         first_bias = noise({300}, "d"), second_bias = noise({77}, "e"), third_bias = noise({2}, "f");
  std::vector<Tensor> parameters() {
    std::vector<Tensor> out{first, second, third, first_bias, second_bias, third_bias};
    for (auto& p : out) p.set_requires_grad(true);
    return out;
  }
  template <class Layer>
  Tensor loss(const std::vector<Tensor>& p, const Tensor& x, const Layer& layer) const {
    // tanh_ writes over a layer's result: one without activation must not count on it.
    const Tensor h = layer(layer(x, p[0], p[3], 0.2), p[1] * 0.1, p[4], 1.0).tanh_();
    return layer(h, p[2], p[5], 0.0).square().sum();
  }
};

// Autograd's gradients of a network on kernels (null: ATen, in double), with its loss in front.
std::vector<Tensor> loss_and_gradients(int64_t batch, const LinearKernels* k, bool of_weights = true) {
  Net net;
  auto parameters = net.parameters();
  Tensor x = noise({batch, 12}, "x").set_requires_grad(true);
  if (!k) {
    for (auto& p : parameters) p = p.detach().to(at::kDouble).set_requires_grad(true);
    x = x.detach().to(at::kDouble).set_requires_grad(true);
  }
  const Tensor loss = net.loss(parameters, x, [&](const Tensor& in, const Tensor& w, const Tensor& b, double slope) {
    return k ? linear({w, b, slope}, in, k).value() : at::leaky_relu(at::linear(in, w, b), slope);
  });
  if (of_weights) parameters.push_back(x);
  std::vector<Tensor> out{loss};
  const auto wanted = of_weights ? parameters : std::vector<Tensor>{x};
  for (auto& gradient : torch::autograd::grad({loss}, wanted)) out.push_back(gradient);
  return out;
}

TEST(LinearLayers, ANetworkEqualsItselfInDouble) {
  for (const auto* k : kernels::runnable_linear_kernels())
    for (int64_t batch = 1; batch <= 65; batch += 8) {
      const bool half = std::string(k->name()).find("bf16") != std::string::npos;
      const auto found = loss_and_gradients(batch, k), expected = loss_and_gradients(batch, nullptr);
      EXPECT_NEAR(found[0].item<double>() / expected[0].item<double>(), 1, half ? 2e-2 : 1e-6) << k->name();
      for (size_t i = 1; i < found.size(); ++i) {
        EXPECT_EQ(found[i].scalar_type(), at::kFloat);
        const double distance = ((found[i] - expected[i]).norm() / expected[i].norm()).item<double>();
        EXPECT_LT(distance, half ? 0.1 : 1e-5) << k->name() << " batch " << batch << " gradient " << i;
      }
    }
}

TEST(LinearLayers, OnlyGradientsThatAreAskedFor) {
  for (const auto* k : kernels::runnable_linear_kernels())
    EXPECT_TRUE(at::equal(loss_and_gradients(5, k).back(), loss_and_gradients(5, k, false).back()));
}

TEST(LinearLayers, HaveNoSecondDerivative) {
  for (const auto* k : kernels::runnable_linear_kernels()) {
    Tensor x = noise({2, 3}, "x").set_requires_grad(true);
    const Tensor y = linear({noise({4, 3}, "w"), noise({4}, "b"), 0.2}, x, k).value().sum();
    EXPECT_THROW(torch::autograd::grad({y}, {x}, {}, true, true), std::logic_error);
  }
}

TEST(LinearLayers, OneChoiceForAllThatIsNotServed) {
  const Tensor weight = noise({4, 3}, "weight"), bias = noise({4}, "bias"), x = noise({2, 3}, "x");
  for (const auto* k : kernels::runnable_linear_kernels()) {
    const auto served = [&](const Tensor& input, const Tensor& w) {
      return linear({w, bias.to(w.scalar_type()), 0.2}, input, k).has_value();
    };
    EXPECT_TRUE(served(x, weight));
    EXPECT_FALSE(served(x.to(at::kDouble), weight.to(at::kDouble)));
    EXPECT_FALSE(served(x.unsqueeze(0), weight));
    EXPECT_FALSE(served(x.narrow(0, 0, 0), weight));
    EXPECT_FALSE(served(x, noise({3, 4}, "w").t()));
  }
  // The layer gives the same either way.
  ParameterStore store;
  const Linear layer({store, "", 3}, "a", 12, 300);
  const Tensor many = noise({2, 5, 12}, "many");
  for (double slope : {0.0, 0.2, 1.0})
    EXPECT_LT(error(layer(many.view({10, 12}), slope).view({2, 5, 300}), layer(many, slope).to(at::kDouble)), 1e-6);
}

}  // namespace
}  // namespace teasel::nn
