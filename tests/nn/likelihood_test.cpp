// The Bernoulli likelihood against the plain formula in long double.
#include "teasel/nn/likelihood.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

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

}  // namespace
}  // namespace teasel::nn
