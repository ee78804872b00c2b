// Adam against Algorithm 1 of Kingma and Ba 2015 in double precision.
#include "teasel/nn/adam.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "teasel/core/random.hpp"

namespace teasel::nn {
namespace {

struct Plain {
  std::vector<double> p, m, v;
  void update(const std::vector<float>& gradient, const AdamSettings& s, int64_t t) {
    for (size_t i = 0; i < p.size(); ++i) {
      const double g = gradient[i] + s.weight_decay * p[i];
      m[i] = s.beta1 * m[i] + (1 - s.beta1) * g;
      v[i] = s.beta2 * v[i] + (1 - s.beta2) * g * g;
      const double m_hat = m[i] / (1 - std::pow(s.beta1, t)), v_hat = v[i] / (1 - std::pow(s.beta2, t));
      p[i] -= s.lr * m_hat / (std::sqrt(v_hat) + s.epsilon);
    }
  }
};

void compare(const AdamSettings& settings, size_t n) {
  std::vector<float> p(n), g(n), m(n), v(n);
  Stream(1, "start").normal(0, 1, p);
  Plain plain{{p.begin(), p.end()}, std::vector<double>(n), std::vector<double>(n)};
  for (int64_t t = 1; t <= 50; ++t) {
    Stream(2, "gradient", t).normal(0, 1, g);
    for (size_t i = 0; i < n; ++i)
      g[i] = g[i] * std::pow(10.0f, static_cast<float>(i % 9) - 6) + static_cast<float>(0.1 * plain.p[i]);
    adam_update(p, g, m, v, settings, t);
    plain.update(g, settings, t);
  }
  for (size_t i = 0; i < n; ++i) ASSERT_NEAR(p[i], plain.p[i], 50 * settings.lr * 1e-5 + 1e-6) << i;
}

TEST(Adam, FollowsThePlainAlgorithm) {
  compare({.lr = 1e-2}, 1001);
  compare({.lr = 1e-3, .beta1 = 0.5, .beta2 = 0.9, .epsilon = 1e-6}, 33);
  compare({.lr = 1e-2, .weight_decay = 0.1}, 100);
  compare({.lr = 1e-2, .beta1 = 0, .beta2 = 0.99}, 7);
}

TEST(Adam, FirstStepIsTheLearningRate) {  // m / sqrt(v) is the gradient's sign after the corrections
  std::vector<float> p{1, 1, 1}, m(3), v(3);
  const std::vector<float> g{100, -0.01f, 0};
  adam_update(p, g, m, v, {.lr = 0.1}, 1);
  EXPECT_NEAR(p[0], 0.9, 1e-6);
  EXPECT_NEAR(p[1], 1.1, 1e-6);
  EXPECT_EQ(p[2], 1);
}

TEST(Adam, SplitsOverThreadsWithoutATrace) {
  const size_t n = 200000;
  std::vector<float> g(n), all(n), all_m(n), all_v(n);
  Stream(1, "g").normal(0, 1, g);
  adam_update(all, g, all_m, all_v, {}, 1);
  for (size_t i = 0; i < n; i += 9973) {
    std::vector<float> p(1), m(1), v(1);
    adam_update(p, std::span(g).subspan(i, 1), m, v, {}, 1);
    ASSERT_FLOAT_EQ(p[0], all[i]);
  }
}

TEST(Adam, SaysWhetherAllGradientsWereFinite) {
  for (const size_t n : {size_t{1}, size_t{17}, size_t{100000}})
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::quiet_NaN(),
                            std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()})
      for (const size_t at : {size_t{0}, n / 2, n - 1}) {
        std::vector<float> p(n), m(n), v(n), g(n, std::numeric_limits<float>::max());
        EXPECT_TRUE(adam_update(p, g, m, v, {}, 1)) << n;
        g[at] = bad;
        EXPECT_FALSE(adam_update(p, g, m, v, {}, 2)) << bad << " at " << at << " of " << n;
      }
}

TEST(Adam, RefusesSpansOfDifferentLengths) {
  std::vector<float> two(2), three(3);
  EXPECT_THROW(adam_update(two, three, two, two, {}, 1), std::logic_error);
}

}  // namespace
}  // namespace teasel::nn
