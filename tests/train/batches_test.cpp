// The order of items.
#include "teasel/train/batches.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "teasel/core/error.hpp"

namespace teasel {
namespace {

std::vector<int64_t> items(int64_t n) {
  std::vector<int64_t> out;
  for (int64_t i = 0; i < n; ++i) out.push_back(1000 + 3 * i);
  return out;
}

std::vector<int64_t> first(DataOrder& order, int64_t steps, int number = 0) {
  std::vector<int64_t> out;
  for (int64_t s = 0; s < steps; ++s)
    for (int64_t item : order.batch(s, number)) out.push_back(item);
  return out;
}

TEST(DataOrder, EveryEpochHoldsEveryItemOnce) {
  DataOrder order(1, items(35), 10);  // epochs end inside batches
  const auto seen = first(order, 14);
  std::set<std::vector<int64_t>> orders;
  for (size_t epoch = 0; epoch < 4; ++epoch) {
    std::vector<int64_t> one(seen.begin() + static_cast<ptrdiff_t>(35 * epoch),
                             seen.begin() + static_cast<ptrdiff_t>(35 * (epoch + 1)));
    orders.insert(one);
    std::ranges::sort(one);
    EXPECT_EQ(one, items(35)) << epoch;
  }
  EXPECT_EQ(orders.size(), 4u);  // each epoch is shuffled anew
}

TEST(DataOrder, IsAFunctionOfTheStep) {
  DataOrder forward(1, items(35), 10), jumping(1, items(35), 10);
  const auto all = first(forward, 20);
  for (int64_t step : {19, 3, 3, 11, 0})
    EXPECT_EQ(jumping.batch(step, 0), std::vector<int64_t>(all.begin() + 10 * step, all.begin() + 10 * step + 10))
        << step;
}

TEST(DataOrder, DependsOnSeedAndBatchNumber) {
  DataOrder one(1, items(200), 50), same(1, items(200), 50), other(2, items(200), 50);
  EXPECT_EQ(first(one, 4), first(same, 4));
  EXPECT_NE(first(one, 4), first(other, 4));
  EXPECT_NE(first(one, 4, 0), first(one, 4, 1));
}

// Positions of the items in two independent orders are uncorrelated.
TEST(DataOrder, BatchesOfAStepAreIndependent) {
  const int64_t n = 2000;
  DataOrder order(1, items(n), n);
  const auto a = order.batch(0, 0), b = order.batch(0, 1);
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i)
    sum += (static_cast<double>(a[i] - 1000) / 3 - n / 2.0) * (static_cast<double>(b[i] - 1000) / 3 - n / 2.0);
  EXPECT_LT(std::abs(sum / static_cast<double>(n) / (n * n / 12.0)), 4 / std::sqrt(static_cast<double>(n)));
}

TEST(DataOrder, ABatchMayBeLargerThanTheSet) {
  DataOrder order(1, items(3), 10);
  std::map<int64_t, int> count;
  for (int64_t item : order.batch(0, 0)) ++count[item];
  EXPECT_EQ(count.size(), 3u);
  for (auto& [item, times] : count) EXPECT_TRUE(times == 3 || times == 4);
}

TEST(DataOrder, RefusesAnEmptySplit) { EXPECT_THROW(DataOrder(1, {}, 10), Error); }

}  // namespace
}  // namespace teasel
