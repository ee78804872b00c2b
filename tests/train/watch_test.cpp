// The best state by a rule, and learning rates that fall on a plateau.
#include "teasel/train/watch.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace teasel {
namespace {

WatchOptions watching(const std::string& direction = "min", int64_t every = 0) {
  WatchOptions options;
  options.value = "loss", options.direction = direction, options.every = every;
  return options;
}

std::vector<Measured> loss(double value) { return {{"other", -100}, {"loss", value}}; }

// After which steps a rule calls the state better, given one loss per step.
std::vector<int64_t> improvements(BestRule rule, const std::vector<double>& losses) {
  std::vector<int64_t> out;
  for (size_t i = 0; i < losses.size(); ++i) {
    rule.hear(loss(losses[i]));
    if (rule.improved(static_cast<int64_t>(i) + 1)) out.push_back(static_cast<int64_t>(i) + 1);
  }
  return out;
}

TEST(BestRule, TakesEveryNewBest) {
  const std::vector<double> losses{5, 6, 4, 4, 3.5, 9, -1};
  EXPECT_EQ(improvements(BestRule(watching("min")), losses), (std::vector<int64_t>{1, 3, 5, 7}));
  EXPECT_EQ(improvements(BestRule(watching("max")), losses), (std::vector<int64_t>{1, 2, 6}));
}

TEST(BestRule, ComparesMeansOfWindows) {
  // Means of three: 4, 5, 3.
  EXPECT_EQ(improvements(BestRule(watching("min", 3)), {0, 6, 6, 5, 5, 5, 9, 0, 0}), (std::vector<int64_t>{3, 9}));
}

TEST(BestRule, LeavesOutWhatIsNotFinite) {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(improvements(BestRule(watching()), {nan, 5, -infinity, 4}), (std::vector<int64_t>{2, 4}));
}

TEST(BestRule, GoesOnFromItsState) {
  const std::vector<double> losses{8, 6, 6.5, 5, 5.5, 4, 4.5, 3, 7, 2};
  BestRule straight(watching("min", 3));
  const auto expected = improvements(straight, losses);
  for (size_t cut = 0; cut <= losses.size(); ++cut) {
    BestRule before(watching("min", 3)), after(watching("min", 3));
    std::vector<int64_t> seen;
    for (size_t i = 0; i < losses.size(); ++i) {
      if (const Value state = parse_json(to_json(before.state()), ""); i == cut) after.restore(&state);
      BestRule& rule = i < cut ? before : after;
      rule.hear(loss(losses[i]));
      if (rule.improved(static_cast<int64_t>(i) + 1)) seen.push_back(static_cast<int64_t>(i) + 1);
    }
    EXPECT_EQ(seen, expected) << cut;
  }
}

PlateauOptions falling(int64_t patience, int64_t cooldown = 0) {
  PlateauOptions options;
  options.value = "loss", options.factor = 0.5, options.patience = patience, options.cooldown = cooldown;
  options.threshold = 0.01, options.floor = 0.2;
  return options;
}

std::vector<double> scales(Plateau plateau, const std::vector<double>& losses) {
  std::vector<double> out;
  for (size_t i = 0; i < losses.size(); ++i) {
    plateau.hear(loss(losses[i]));
    plateau.update(static_cast<int64_t>(i) + 1);
    out.push_back(plateau.scale());
  }
  return out;
}

TEST(Plateau, FallsAfterItsPatienceAndNoLowerThanTheFloor) {
  // 0.995 is less than one percent better than 1: not better.
  EXPECT_EQ(scales(Plateau(falling(1)), {1, 0.995, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5}),
            (std::vector<double>{1, 1, 0.5, 0.5, 0.25, 0.25, 0.2, 0.2, 0.2, 0.2}));
  EXPECT_EQ(scales(Plateau(falling(5)), {1, 1, 1, 1, 1, 1, 1}), (std::vector<double>{1, 1, 1, 1, 1, 1, 0.5}));
}

TEST(Plateau, WaitsWhileItCools) {
  EXPECT_EQ(scales(Plateau(falling(0, 2)), {1, 1, 1, 1, 1, 1}), (std::vector<double>{1, 0.5, 0.5, 0.5, 0.25, 0.25}));
}

TEST(Plateau, GoesOnFromItsState) {
  const std::vector<double> losses{1, 1, 1, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9};
  const auto expected = scales(Plateau(falling(1, 1)), losses);
  for (size_t cut = 1; cut < losses.size(); ++cut) {
    Plateau before(falling(1, 1)), after(falling(1, 1));
    for (size_t i = 0; i < losses.size(); ++i) {
      if (const Value state = parse_json(to_json(before.state()), ""); i == cut) after.restore(&state);
      Plateau& plateau = i < cut ? before : after;
      plateau.hear(loss(losses[i]));
      plateau.update(static_cast<int64_t>(i) + 1);
      EXPECT_EQ(plateau.scale(), expected[i]) << cut << " " << i;
    }
  }
}

}  // namespace
}  // namespace teasel
