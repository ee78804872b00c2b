// Likelihoods against their plain formulas in long double, and what all of them keep to.
#include "teasel/nn/likelihood.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <functional>
#include <numbers>

#include "teasel/core/error.hpp"

namespace teasel::nn {
namespace {

// -x log p - (1 - x) log(1 - p) with p = 1 / (1 + exp(-a)).
long double nll(long double a, long double x) {
  return x * std::log1p(std::exp(-a)) + (1 - x) * std::log1p(std::exp(a));
}

TEST(Bernoulli, SumsOverAnItem) {
  ParameterStore store;
  const auto bernoulli = Registry<Likelihood>::get().make("bernoulli", Value(), {{store, "decoder."}, {}});
  const Tensor raw = at::linspace(-12, 12, 40, at::kFloat).view({2, 1, 4, 5});
  const Tensor x = at::tensor({0.0f, 1.0f, 0.25f, 1.0f}).repeat({10}).view({2, 1, 4, 5});
  const Tensor out = bernoulli->negative_log_likelihood(raw, {x, Dtype::f32, {1, 4, 5}});
  ASSERT_EQ(out.sizes().vec(), std::vector<int64_t>{2});
  for (int64_t item = 0; item < 2; ++item) {
    long double sum = 0;
    for (int64_t i = 0; i < 20; ++i)
      sum += nll(raw[item].view({-1})[i].item<float>(), x[item].view({-1})[i].item<float>());
    EXPECT_NEAR(out[item].item<double>(), static_cast<double>(sum), 1e-5 * static_cast<double>(sum));
  }
}

TEST(Bernoulli, StaysFiniteAndExactFarOut) {
  ParameterStore store;
  const auto bernoulli = Registry<Likelihood>::get().make("bernoulli", Value(), {{store, "decoder."}, {}});
  for (float a : {-200.0f, 200.0f})
    for (float x : {0.0f, 1.0f}) {
      const Tensor out = bernoulli->negative_log_likelihood(at::full({1, 1, 1, 1}, a),
                                                            {at::full({1, 1, 1, 1}, x), Dtype::f32, {1, 1, 1}});
      EXPECT_FLOAT_EQ(out.item<float>(), (a > 0) == (x > 0) ? 0.0f : 200.0f) << a << " " << x;
    }
}

TEST(Bernoulli, MeanIsTheLogisticFunction) {
  ParameterStore store;
  const auto bernoulli = Registry<Likelihood>::get().make("bernoulli", Value(), {{store, "decoder."}, {}});
  for (double a : {-3.0, 0.0, 1.5})
    EXPECT_NEAR(bernoulli->mean(at::scalar_tensor(a)).item<double>(), 1 / (1 + std::exp(-a)), 1e-6);
}

// ---- every registered likelihood ------------------------------------------------------------------------------------

struct Made {
  ParameterStore store;
  std::unique_ptr<Likelihood> likelihood;
};

// A likelihood of values in [low, high].
std::unique_ptr<Made> make(const std::string& name, const std::string& options = "", double low = 0, double high = 1) {
  auto made = std::make_unique<Made>();
  made->likelihood =
      Registry<Likelihood>::get().make(name, parse_toml(options, "test"), {{made->store, "decoder."}, {}, low, high});
  for (auto& slot : made->store.slots())
    slot.value = slot.value.detach().to(at::kDouble).set_requires_grad(slot.trained);
  return made;
}

Items items_of(const Tensor& x) {
  return {x, Dtype::f32, std::vector<int64_t>(x.sizes().begin() + 1, x.sizes().end())};
}

class EveryLikelihood : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryLikelihood, SumsOverItemsAndKeepsItsMeanInTheRange) {
  const auto made = make(GetParam());
  const Tensor raw = at::linspace(-5, 5, 36, at::kDouble).view({3, 1, 3, 4}),
               x = at::linspace(0, 1, 36, at::kDouble).view({3, 1, 3, 4});
  const Tensor all = made->likelihood->negative_log_likelihood(raw, items_of(x));
  ASSERT_EQ(all.sizes().vec(), std::vector<int64_t>{3});
  for (int64_t item = 0; item < 3; ++item) {
    Tensor sum = at::zeros({1}, at::kDouble);
    for (int64_t row = 0; row < 3; ++row)
      for (int64_t column = 0; column < 4; ++column) {
        const auto pixel = [&](const Tensor& t) { return t[item][0][row][column].view({1, 1, 1, 1}); };
        sum += made->likelihood->negative_log_likelihood(pixel(raw), items_of(pixel(x)));
      }
    EXPECT_NEAR(all[item].item<double>(), sum.item<double>(), 1e-9 * (1 + std::abs(sum.item<double>())));
  }
  const Tensor mean = made->likelihood->mean(raw);
  EXPECT_GE(mean.min().item<double>(), 0);
  EXPECT_LE(mean.max().item<double>(), 1);
  EXPECT_GT((mean[2] - mean[0]).min().item<double>(), 0);
}

TEST_P(EveryLikelihood, AnExactCopyIsTheMostLikely) {
  const auto made = make(GetParam());
  const Tensor x = at::linspace(0.1, 0.9, 9, at::kDouble).view({9, 1, 1, 1}), copy = x.logit();
  EXPECT_LT((made->likelihood->mean(copy) - x).abs().max().item<double>(), 1e-12);
  const Tensor best = made->likelihood->negative_log_likelihood(copy, items_of(x));
  for (double away : {-0.5, -0.01, 0.01, 0.5})
    EXPECT_TRUE((made->likelihood->negative_log_likelihood(copy + away, items_of(x)) > best).all().item<bool>())
        << away;
}

TEST_P(EveryLikelihood, GradientsAgreeWithFiniteDifferences) {
  const auto made = make(GetParam());
  const Tensor x = at::linspace(0, 1, 8, at::kDouble).view({2, 1, 2, 2});
  Tensor raw = at::linspace(-2.2, 2.7, 8, at::kDouble).view({2, 1, 2, 2}).requires_grad_();
  const auto loss = [&](const Tensor& r) { return made->likelihood->negative_log_likelihood(r, items_of(x)).sum(); };
  const Tensor gradient = torch::autograd::grad({loss(raw)}, {raw})[0].view({8});
  for (int64_t i = 0; i < 8; ++i) {
    const double h = 1e-6;
    Tensor step = at::zeros({8}, at::kDouble);
    step[i] = h;
    const Tensor there = raw.detach() + step.view_as(raw), back = raw.detach() - step.view_as(raw);
    EXPECT_NEAR(gradient[i].item<double>(), (loss(there) - loss(back)).item<double>() / (2 * h), 1e-6) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Registered, EveryLikelihood, ::testing::ValuesIn(Registry<Likelihood>::get().names()),
                         [](auto& info) { return info.param; });

// ---- Gaussian and Laplace -------------------------------------------------------------------------------------------

// For one pixel: the integral of the density over all x.
double mass(const std::string& name, const std::string& options, double location, double width) {
  const auto made = make(name, options + "\nlocation = 'identity'");
  const int64_t n = 400001;
  const Tensor x = at::linspace(location - width, location + width, n, at::kDouble).view({n, 1});
  const Tensor density = (-made->likelihood->negative_log_likelihood(at::full_like(x, location), items_of(x))).exp();
  return density.sum().item<double>() * 2 * width / static_cast<double>(n - 1);
}

TEST(LocationScale, DensitiesIntegrateToOne) {
  EXPECT_NEAR(mass("gaussian", "scale = 0.3", -0.7, 4), 1, 1e-9);
  EXPECT_NEAR(mass("gaussian", "scale = 2", 0.2, 25), 1, 1e-9);
  EXPECT_NEAR(mass("gaussian", "scale = 0.5\nlearned_scale = true", 0.2, 6), 1, 1e-7);
  EXPECT_NEAR(mass("laplace", "scale = 0.3", -0.7, 12), 1, 1e-6);
  EXPECT_NEAR(mass("laplace", "scale = 0.5\nlearned_scale = true", 0.2, 20), 1, 1e-6);
}

// The log-density of values in [-2, 3] and every published form, pixel by pixel in long double.
TEST(LocationScale, FormsAreTheirFormulas) {
  const Tensor raw = at::linspace(-3, 3, 10, at::kDouble).view({2, 5}),
               x = at::linspace(-2, 3, 10, at::kDouble).view({2, 5});
  const auto expect = [&](const std::string& name, const std::string& options,
                          const std::function<long double(long double, long double)>& pixel) {
    const Tensor out = make(name, options, -2, 3)->likelihood->negative_log_likelihood(raw, items_of(x));
    for (int64_t item = 0; item < 2; ++item) {
      long double sum = 0;
      for (int64_t i = 0; i < 5; ++i) {
        const long double m = -2 + 5 / (1 + std::exp(-static_cast<long double>(raw[item][i].item<double>())));
        sum += pixel(x[item][i].item<double>(), m);
      }
      EXPECT_NEAR(out[item].item<double>(), static_cast<double>(sum), 1e-10 * static_cast<double>(1 + std::abs(sum)))
          << name << " " << options;
    }
  };
  const long double pi = std::numbers::pi_v<long double>;
  expect("gaussian", "scale = 0.7", [&](long double v, long double m) {
    return (v - m) * (v - m) / (2 * 0.7L * 0.7L) + std::log(0.7L) + std::log(2 * pi) / 2;
  });
  expect("gaussian", "form = 'squared_error'", [](long double v, long double m) { return (v - m) * (v - m); });
  expect("gaussian", "form = 'squared_error_255'", [](long double v, long double m) {
    const long double v255 = (v + 2) / 5 * 255, m255 = (m + 2) / 5 * 255;
    return (v255 - m255) * (v255 - m255) / 255;
  });
  expect("laplace", "scale = 0.7",
         [](long double v, long double m) { return std::abs(v - m) / 0.7L + std::log(2 * 0.7L); });
  expect("laplace", "form = 'absolute_error_3'", [](long double v, long double m) { return 3 * std::abs(v - m); });
}

// The likelihood is greatest where the scale is the root of the mean squared error, or the mean absolute error.
TEST(LocationScale, ALearnedScaleComesToRestAtTheError) {
  for (const std::string name : {"gaussian", "laplace"}) {
    const auto made = make(name, "scale = 0.5\nlearned_scale = true\nsmallest_scale = 0.01\nlocation = 'identity'");
    ASSERT_EQ(made->store.slots().size(), 1u);
    EXPECT_EQ(made->store.slots()[0].name, "decoder.log_excess");
    EXPECT_TRUE(made->store.slots()[0].trained);
    EXPECT_NEAR(std::exp(made->store[0].item<double>()) + 0.01, 0.5, 1e-7);
    const Tensor x = at::linspace(-1, 2, 12, at::kDouble).view({2, 6}),
                 raw = at::linspace(0, 1, 12, at::kDouble).view({2, 6});
    const double error = name == "gaussian" ? std::sqrt((x - raw).square().mean().item<double>())
                                            : (x - raw).abs().mean().item<double>();
    const auto slope_at = [&](double scale) {
      made->store[0].detach().fill_(std::log(scale - 0.01));
      const Tensor loss = made->likelihood->negative_log_likelihood(raw, items_of(x)).sum();
      return torch::autograd::grad({loss}, {made->store[0]})[0].item<double>();
    };
    EXPECT_NEAR(slope_at(error), 0, 1e-9) << name;
    EXPECT_LT(slope_at(0.8 * error), -0.1) << name;
    EXPECT_GT(slope_at(1.2 * error), 0.1) << name;
  }
}

TEST(LocationScale, SaysWhatDoesNotGoTogether) {
  EXPECT_THROW(make("gaussian", "form = 'squared_error'\nlearned_scale = true"), Error);
  EXPECT_THROW(make("laplace", "form = 'absolute_error_3'\nlearned_scale = true"), Error);
  EXPECT_THROW(make("gaussian", "scale = 0.001\nsmallest_scale = 0.01\nlearned_scale = true"), Error);
  EXPECT_THROW(make("gaussian", "", -INFINITY, INFINITY), Error);
  EXPECT_NO_THROW(make("gaussian", "location = 'identity'", -INFINITY, INFINITY));
  EXPECT_THROW(make("gaussian", "form = 'sum'"), Error);
  EXPECT_THROW(make("gaussian", "form = 'squared_error_255'\nlocation = 'identity'", -INFINITY, INFINITY), Error);
  for (const char* name : {"bernoulli", "bernoulli_above_entropy"}) {
    EXPECT_THROW(make(name, "", -1, 1), Error);
    EXPECT_THROW(make(name, "", 0, 255), Error);
    EXPECT_NO_THROW(make(name, "", 0.2, 0.9));
  }
}

// ---- Bernoulli above the pixels' entropy
// ------------------------------------------------------------------------------

TEST(BernoulliAboveEntropy, IsADivergenceOfPixels) {
  const auto made = make("bernoulli_above_entropy"), plain = make("bernoulli");
  const Tensor x = at::tensor({0.0, 0.2, 0.5, 0.7, 1.0}, at::kDouble).view({1, 5}),
               raw = at::tensor({-1.0, 0.3, 0.0, 2.0, -0.5}, at::kDouble).view({1, 5});
  long double divergence = 0;
  for (int64_t i = 0; i < 5; ++i) {
    const long double v = x[0][i].item<double>(),
                      p = 1 / (1 + std::exp(-static_cast<long double>(raw[0][i].item<double>())));
    if (v > 0) divergence += v * std::log(v / p);
    if (v < 1) divergence += (1 - v) * std::log((1 - v) / (1 - p));
  }
  EXPECT_NEAR(made->likelihood->negative_log_likelihood(raw, items_of(x)).item<double>(),
              static_cast<double>(divergence), 1e-12);
  const Tensor grey = x.slice(1, 1, 4);
  EXPECT_NEAR(made->likelihood->negative_log_likelihood(grey.logit(), items_of(grey)).item<double>(), 0, 1e-12);
  EXPECT_GT(plain->likelihood->negative_log_likelihood(grey.logit(), items_of(grey)).item<double>(), 1);

  const Items bits{at::tensor({0b10110000}, at::kByte).view({1, 1}), Dtype::bit, {4}};
  const Tensor logits = at::tensor({1.0f, 0.5f, -2.0f, 3.0f}).view({1, 4});
  EXPECT_EQ(made->likelihood->negative_log_likelihood(logits, bits).item<float>(),
            plain->likelihood->negative_log_likelihood(logits, bits).item<float>());
}

}  // namespace
}  // namespace teasel::nn
