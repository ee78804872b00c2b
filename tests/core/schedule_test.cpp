#include "teasel/core/schedule.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace teasel {
namespace {

Schedule make(Schedule::Kind kind, std::vector<double> from, std::vector<double> to, int64_t start, int64_t steps) {
  Schedule s;
  s.kind = kind, s.from = std::move(from), s.to = std::move(to), s.start = start, s.steps = steps;
  return s;
}

TEST(Schedule, ConstantNeverChanges) {
  const Schedule s = 4;
  for (int64_t step : {0, 1, 1000000}) EXPECT_EQ(s.value(step), 4);
  EXPECT_EQ(s.value(0, 7), 4);
  EXPECT_FALSE(s.per_latent());
}

TEST(Schedule, LinearGoesStraightFromStartOverSteps) {
  const Schedule s = make(Schedule::Kind::linear, {1}, {5}, 100, 8);
  for (int64_t step = 90; step < 120; ++step) {
    const double expected = step <= 100 ? 1 : step >= 108 ? 5 : 1 + (static_cast<double>(step) - 100) / 2;
    EXPECT_DOUBLE_EQ(s.value(step), expected) << step;
  }
}

TEST(Schedule, GeometricHasEqualRatios) {
  const Schedule s = make(Schedule::Kind::geometric, {1e-2}, {1e-4}, 0, 4);
  EXPECT_DOUBLE_EQ(s.value(0), 1e-2);
  EXPECT_NEAR(s.value(2), 1e-3, 1e-15);
  EXPECT_NEAR(s.value(4), 1e-4, 1e-15);
  EXPECT_NEAR(s.value(99), 1e-4, 1e-15);
  for (int64_t step = 0; step < 3; ++step) EXPECT_NEAR(s.value(step + 1) / s.value(step), std::pow(10, -0.5), 1e-12);
}

// Values of torch.optim.lr_scheduler.CosineAnnealingLR (PyTorch 2.11) for lr = 1e-3, T_max = 8, eta_min = 1e-5.
TEST(Schedule, CosineIsThatOfPyTorch) {
  const Schedule s = make(Schedule::Kind::cosine, {1e-3}, {1e-5}, 100, 8);
  const double expected[] = {1e-3,     0.000962320368593087,  0.000855017856687341,   0.0006944282990207195,
                             0.000505, 0.0003155717009792806, 0.00015498214331265898, 4.7679631406913064e-05,
                             1e-5};
  for (int64_t i = 0; i <= 8; ++i) EXPECT_NEAR(s.value(100 + i), expected[i], 1e-15) << i;
  EXPECT_EQ(s.value(0), 1e-3);
  EXPECT_EQ(s.value(1000), 1e-5);
  // Rises as it falls, and its two halves are one.
  const Schedule rising = make(Schedule::Kind::cosine, {-2}, {6}, 0, 100);
  for (int64_t i = 0; i <= 100; ++i) EXPECT_NEAR(rising.value(i) + rising.value(100 - i), 4, 1e-12) << i;
  EXPECT_LT(rising.value(10), make(Schedule::Kind::linear, {-2}, {6}, 0, 100).value(10));
}

TEST(Schedule, StagesLetLatentAfterLatentIn) {
  const Schedule s = make(Schedule::Kind::stages, {10}, {1}, 5, 20);
  EXPECT_TRUE(s.per_latent());
  EXPECT_EQ(s.latents(), 0u);  // of any number of latents
  for (size_t latent = 0; latent < 6; ++latent)
    for (int64_t step = 0; step < 130; ++step)
      EXPECT_EQ(s.value(step, latent), step >= 5 + 20 * static_cast<int64_t>(latent) ? 1 : 10);
}

TEST(Schedule, ListsHaveANumberForEachLatent) {
  const Schedule s = make(Schedule::Kind::linear, {0, 10, 20}, {1}, 0, 2);
  EXPECT_TRUE(s.per_latent());
  EXPECT_EQ(s.latents(), 3u);
  EXPECT_EQ(s.value(0, 1), 10);
  EXPECT_EQ(s.value(1, 1), 5.5);
  EXPECT_EQ(s.value(2, 2), 1);
  EXPECT_THROW(s.value(0, 3), std::out_of_range);
}

}  // namespace
}  // namespace teasel
