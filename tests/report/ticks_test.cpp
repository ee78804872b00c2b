#include "teasel/report/ticks.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace teasel {
namespace {

using Labels = std::vector<std::string>;

TEST(Ticks, RoundNumbers) {
  EXPECT_EQ(ticks(0, 1, 5), (std::vector<double>{0, 0.2, 0.4, 0.6000000000000001, 0.8, 1}));
  EXPECT_EQ(ticks(0, 12000, 5), (std::vector<double>{0, 2000, 4000, 6000, 8000, 10000, 12000}));
  EXPECT_EQ(ticks(-3, 7, 5), (std::vector<double>{-2, 0, 2, 4, 6}));
}

TEST(Ticks, NoneWhereThereIsNoRange) {
  EXPECT_TRUE(ticks(1, 1).empty());
  EXPECT_TRUE(ticks(2, 1).empty());
  EXPECT_TRUE(ticks(NAN, 1).empty());
  EXPECT_TRUE(ticks(0, INFINITY).empty());
  EXPECT_LE(ticks(1e15, 1e15 + 0.25).size(), 50u);
}

// Over ranges of all sizes: inside, evenly spaced by 1, 2 or 5 times a power of ten, between half and twice as many as
// wanted.
TEST(Ticks, PropertiesOverManyRanges) {
  for (double low : {-7.3, 0.0, 0.011, 123.4, 99999.0})
    for (double size = 1e-6; size < 1e9; size *= 2.7) {
      auto found = ticks(low, low + size, 6);
      if (size < 1e-12 * std::abs(low)) continue;
      ASSERT_GE(found.size(), 3u) << low << " " << size;
      ASSERT_LE(found.size(), 13u) << low << " " << size;
      double step = tick_step(low, low + size, 6), mantissa = step / std::pow(10, std::floor(std::log10(step) + 1e-9));
      EXPECT_TRUE(std::abs(mantissa - 1) < 1e-6 || std::abs(mantissa - 2) < 1e-6 || std::abs(mantissa - 5) < 1e-6)
          << mantissa;
      for (size_t i = 0; i < found.size(); ++i) {
        EXPECT_GE(found[i], low - 1e-8 * step - 1e-15 * std::abs(low));
        EXPECT_LE(found[i], low + size + 1e-8 * step + 1e-15 * (std::abs(low) + size));
        EXPECT_NEAR(found[i] - found[i ? i - 1 : 0], i ? step : 0, 1e-4 * step);
      }
    }
}

TEST(Ticks, Logarithmic) {
  EXPECT_EQ(log_ticks(1, 1e4), (std::vector<double>{1, 10, 100, 1000, 10000}));
  EXPECT_EQ(log_ticks(10, 1000), (std::vector<double>{10, 20, 50, 100, 200, 500, 1000}));
  auto wide = log_ticks(1e-10, 1e10);
  EXPECT_LE(wide.size(), 7u);
  EXPECT_GE(wide.size(), 4u);
  EXPECT_GE(log_ticks(23, 24).size(), 2u) << "less than a step of 1, 2, 5: linear ticks";
  EXPECT_TRUE(log_ticks(0, 1).empty());
  EXPECT_TRUE(log_ticks(-1, 1).empty());
}

TEST(Ticks, Labels) {
  EXPECT_EQ(tick_labels({0, 0.25, 0.5}), (Labels{"0.00", "0.25", "0.50"}));
  EXPECT_EQ(tick_labels(ticks(0, 1, 5)), (Labels{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"}));
  EXPECT_EQ(tick_labels({-2000, 0, 2000, 10000}), (Labels{"−2,000", "0", "2,000", "10,000"}));
  EXPECT_EQ(tick_labels({0.01, 0.1, 1, 10, 100}), (Labels{"0.01", "0.1", "1", "10", "100"}));
  EXPECT_EQ(tick_labels({0, 2e8, 1e9}), (Labels{"0", "2×10⁸", "10⁹"}));
  EXPECT_EQ(tick_labels({-2e-5, 2.5e-5}), (Labels{"−2×10⁻⁵", "2.5×10⁻⁵"}));
}

}  // namespace
}  // namespace teasel
