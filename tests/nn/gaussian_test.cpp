// Closed forms against numerical integration and brute force.
#include "teasel/nn/gaussian.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "teasel/core/random.hpp"

namespace teasel::nn {
namespace {

// Integral of q log(q / p) by the trapezoid rule, which converges exponentially for Gaussians.
double kl_by_integration(double mean, double log_variance) {
  const double deviation = std::exp(log_variance / 2), h = deviation / 200;
  double sum = 0;
  for (int i = -4000; i <= 4000; ++i) {
    const double x = mean + i * h, t = (x - mean) / deviation;
    const double log_q = -t * t / 2 - std::log(deviation), log_p = -x * x / 2;
    sum += std::exp(log_q) / std::sqrt(2 * std::numbers::pi) * (log_q - log_p) * h;
  }
  return sum;
}

TEST(KlToStandardNormal, EqualsTheIntegral) {
  for (double mean : {-3.0, -0.5, 0.0, 1.0, 4.0})
    for (double log_variance : {-6.0, -1.0, 0.0, 0.5, 2.0}) {
      const Tensor kl =
          kl_to_standard_normal(at::scalar_tensor(mean, at::kDouble), at::scalar_tensor(log_variance, at::kDouble));
      EXPECT_NEAR(kl.item<double>(), kl_by_integration(mean, log_variance), 1e-9) << mean << " " << log_variance;
    }
}

TEST(KlToStandardNormal, OfADeviationEqualsTheIntegralAndStaysFinite) {
  for (double mean : {-3.0, 0.0, 1.0})
    for (double deviation : {0.05, 0.69, 1.0, 2.7}) {
      const Tensor kl = kl_to_standard_normal_of_deviation(at::scalar_tensor(mean, at::kDouble),
                                                           at::scalar_tensor(deviation, at::kDouble));
      // ln(deviation + 1e-8) is off by 1e-8 / deviation.
      EXPECT_NEAR(kl.item<double>(), kl_by_integration(mean, 2 * std::log(deviation)), 1e-9 + 1e-8 / deviation);
    }
  const Tensor none = at::zeros({1});
  EXPECT_NEAR(kl_to_standard_normal_of_deviation(none, none).item<double>(), -0.5 - std::log(1e-8), 1e-5);
}

TEST(Reparameterise, HasTheMomentsItWasAskedFor) {
  Tensor noise = at::empty({100000}, at::kFloat);
  Stream(1, "noise").normal(0, 1, {noise.data_ptr<float>(), 100000});
  const Tensor x = reparameterise(at::full({100000}, 1.5), at::full({100000}, std::log(4.0)), noise);
  EXPECT_NEAR(x.mean().item<double>(), 1.5, 0.03);
  EXPECT_NEAR(x.var().item<double>(), 4.0, 0.08);
}

TEST(PermuteDims, PermutesEveryColumnByItsOwnOrder) {
  const int64_t rows = 500, columns = 4;
  Tensor z = at::empty({rows, columns}, at::kFloat), orders = at::empty({columns, rows}, at::kLong);
  Stream(1, "z").normal(0, columns, {z.data_ptr<float>(), static_cast<size_t>(rows * columns)});
  z.select(1, 1).copy_(z.select(1, 0));  // two columns that are one
  for (int64_t j = 0; j < columns; ++j) {
    const auto order = Stream(2, "order" + std::to_string(j)).permutation(rows);
    std::copy(order.begin(), order.end(), orders.data_ptr<int64_t>() + j * rows);
  }
  const Tensor permuted = permute_dims(z, orders);
  ASSERT_EQ(permuted.sizes(), z.sizes());
  for (int64_t j = 0; j < columns; ++j) {
    for (int64_t i = 0; i < rows; ++i)
      ASSERT_EQ(permuted[i][j].item<float>(), z[orders[j][i].item<int64_t>()][j].item<float>());
    EXPECT_TRUE(at::equal(std::get<0>(permuted.select(1, j).sort()), std::get<0>(z.select(1, j).sort())));
  }
  const auto correlation = [](const Tensor& a, const Tensor& b) {
    return ((a - a.mean()) * (b - b.mean())).mean().item<double>() / (a.std() * b.std()).item<double>();
  };
  EXPECT_GT(correlation(z.select(1, 0), z.select(1, 1)), 0.99);
  EXPECT_LT(std::abs(correlation(permuted.select(1, 0), permuted.select(1, 1))), 0.15);
}

}  // namespace
}  // namespace teasel::nn
