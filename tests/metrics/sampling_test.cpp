// What metrics read: draws, parts, missing values, fresh noise; and the intervals of scores.
#include "teasel/metrics/sampling.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "teasel/metrics/estimate.hpp"
#include "teasel/metrics/matrix.hpp"
#include "teasel/stats/interval.hpp"
#include "tests/metrics/tables.hpp"

namespace teasel {
namespace {

// One latent that numbers the items.
CodeTable numbered(bool grid) {
  auto table = testing::factor_grid({3, 4, 5});
  table.d = 1;
  for (int64_t i = 0; i < table.n; ++i) table.z.push_back(static_cast<double>(i));
  table.full_grid = grid;
  return table;
}

std::set<double> values(const CodeTable& table) { return {table.z.begin(), table.z.end()}; }

TEST(Drawn, GridsWithReplacementAndOtherTablesWithout) {
  const Stream stream(1, "test");
  TableEvidence grid(numbered(true)), other(numbered(false));
  EXPECT_EQ(drawn(grid, 1000, stream).n, 1000);
  EXPECT_EQ(values(drawn(grid, 1000, stream)).size(), 60u);
  EXPECT_LT(values(drawn(grid, 60, stream)).size(), 60u);
  EXPECT_EQ(values(drawn(other, 50, stream)).size(), 50u);
  EXPECT_EQ(drawn(other, 1000, stream).n, 60);
  EXPECT_EQ(drawn(grid, 0, stream).z, grid.table().z);
  EXPECT_TRUE(drawn(grid, 0, stream).full_grid);
  EXPECT_FALSE(drawn(grid, 60, stream).full_grid);
  EXPECT_NE(drawn(grid, 50, stream).z, drawn(grid, 50, Stream(2, "test")).z);
}

TEST(TrainTest, PartsAreDisjointOutsideOfGrids) {
  TableEvidence other(numbered(false));
  const auto parts = train_test(other, 30, 15, Stream(1, "test"));
  EXPECT_EQ(parts.train.n, 30);
  EXPECT_EQ(parts.test.n, 15);
  for (const double z : parts.test.z) EXPECT_FALSE(values(parts.train).contains(z));
  // Too few items: in proportion, and every item once.
  const auto scaled = train_test(other, 2000, 1000, Stream(1, "test"));
  EXPECT_EQ(scaled.train.n, 40);
  EXPECT_EQ(scaled.test.n, 20);
  for (const double z : scaled.test.z) EXPECT_FALSE(values(scaled.train).contains(z));
  CodeTable one = numbered(false);
  one.n = 1;
  one.z.resize(1);
  one.y.resize(one.k);
  TableEvidence lonely(one);
  EXPECT_THROW(train_test(lonely, 10, 5, Stream(1, "test")), Error);
}

TEST(TrainTest, ASplitTakesRowsInTheirOrder) {
  TableEvidence split(numbered(true), Split{10, 5});
  const auto parts = train_test(split, 1000, 500, Stream(1, "test"));
  for (int64_t i = 0; i < 10; ++i) EXPECT_EQ(parts.train.z[i], static_cast<double>(i));
  for (int64_t i = 0; i < 5; ++i) EXPECT_EQ(parts.test.z[i], static_cast<double>(10 + i));
  EXPECT_EQ(drawn(split, 0, Stream(1, "test")).z, parts.train.z);
  EXPECT_THROW(TableEvidence(numbered(true), Split{50, 11}), Error);
  EXPECT_THROW(TableEvidence(numbered(true), Split{50, 0}), Error);
}

TEST(Sampled, EveryLookAtAnItemDrawsAfresh) {
  CodeTable table = numbered(true);
  table.sampled = true;
  table.spread.assign(table.n, 0.5f);
  TableEvidence evidence(table);
  const std::vector<int64_t> rows(20000, 7);
  const auto codes = codes_of_rows(table, rows, Stream(3, "noise"));
  double mean = 0, squares = 0;
  for (const double z : codes) mean += z / 20000, squares += (z - 7) * (z - 7) / 20000;
  EXPECT_NEAR(mean, 7, 0.02);
  EXPECT_NEAR(squares, 0.25, 0.01);
  const auto all = drawn(evidence, 0, Stream(1, "test"));
  EXPECT_FALSE(all.sampled);
  EXPECT_TRUE(all.spread.empty());
  EXPECT_NE(all.z, table.z);
  EXPECT_TRUE(all.full_grid);
}

TEST(Missing, RowsAreLeftOutForThatFactorOnly) {
  CodeTable table = numbered(false);
  for (int64_t i = 0; i < table.n; i += 2) table.y[i * table.k + 1] = std::nan("");
  const auto labels = class_labels(table, 1);
  EXPECT_EQ(std::ranges::count(labels, -1), 30);
  const auto known = labelled(table, 1);
  EXPECT_EQ(known.n, 30);
  EXPECT_EQ(known.z[0], 1);
  EXPECT_EQ(labelled(table, 0).n, 60);
  EXPECT_EQ(scored_factors(table), (std::vector<int64_t>{0, 1, 2}));
  for (int64_t i = 0; i < table.n; ++i)
    if (table.y[i * table.k + 1] != 2) table.y[i * table.k + 1] = std::nan("");
  EXPECT_EQ(scored_factors(table), (std::vector<int64_t>{0, 2}));  // one value is left
  EXPECT_EQ(labelled(table, 1).classes, 1);
  const std::vector<int64_t> held{1};
  const FixedFactorRows rows(table, held);
  for (int64_t i = 0; i < 20; ++i) EXPECT_EQ(table.y[rows.draw_item(1, Stream(1, "x"), i) * table.k + 1], 2);
}

TEST(MutualInformation, OfAFactorWithGapsIsThatOfTheItemsThatHaveIt) {
  CodeTable table = testing::golden_table(), part = table;
  table.full_grid = part.full_grid = false;
  std::vector<int64_t> kept;
  for (int64_t i = 0; i < table.n; ++i) {
    if (i % 3 != 1) kept.push_back(i);
    if (i % 3 == 1) table.y[i * table.k + 2] = std::nan("");
  }
  part = take_items(part, kept, Stream(1, ""));
  const Value plug_in(Value::Table{{"estimator", Value("plug_in")}});
  const auto source = Registry<MatrixSource>::get().make("mutual_information", plug_in, {});
  const auto with_gaps = source->compute({table, {}}, 1), of_part = source->compute({part, {}}, 1),
             whole = source->compute({testing::golden_table(), {}}, 1);
  for (int64_t j = 0; j < table.d; ++j) {
    EXPECT_EQ(with_gaps.at(j, 2), of_part.at(j, 2));
    EXPECT_EQ(with_gaps.at(j, 1), whole.at(j, 1));
  }
}

// ---- intervals ----------------------------------------------------------------------------------------------------

std::vector<double> mean_of_first(const CodeTable& table) {
  double mean = 0;
  for (int64_t i = 0; i < table.n; ++i) mean += table.z[i] / static_cast<double>(table.n);
  return {mean};
}

TEST(Estimate, AGridInWholeLeavesNothingToChance) {
  TableEvidence evidence(numbered(true));
  const auto out = estimate(evidence, 0, Stream(1, "test"), {"mean"}, mean_of_first).outputs[0];
  EXPECT_EQ(out.value, 29.5);
  EXPECT_EQ(out.low, 29.5);
  EXPECT_EQ(out.high, 29.5);
}

// A mean has a known standard error: draws, parts of a table and those of a split must all come near it, and cover it.
TEST(Estimate, IntervalsOfAMeanHoldItNineteenTimesOfTwenty) {
  constexpr int trials = 400;
  int by_draws = 0, by_parts = 0, by_split = 0;
  for (int trial = 0; trial < trials; ++trial) {
    TableEvidence grid(numbered(true));
    const auto draws = estimate(grid, 90, Stream(trial, "test"), {"mean"}, mean_of_first).outputs[0];
    by_draws += draws.low <= 29.5 && 29.5 <= draws.high;
    std::vector<float> noise(90);
    Stream(trial, "noise").normal(0, 1, noise);
    CodeTable table{.n = 90, .d = 1, .k = 0, .z = {noise.begin(), noise.end()}};
    TableEvidence evidence(table);
    const auto parts = estimate(evidence, 0, Stream(trial, "test"), {"mean"}, mean_of_first).outputs[0];
    by_parts += parts.low <= 0 && 0 <= parts.high;
    EXPECT_NEAR((parts.high - parts.low) / 2, 2.042 / std::sqrt(90), 0.15);
    TableEvidence split(table, Split{60, 30});
    const auto train = estimate(split, 0, Stream(trial, "test"), {"mean"}, mean_of_first).outputs[0];
    by_split += train.low <= 0 && 0 <= train.high;
  }
  for (const int held : {by_draws, by_parts, by_split})
    EXPECT_NEAR(held, 0.95 * trials, 4 * std::sqrt(0.0475 * trials));
}

// Sums over latents of three kinds: means, whose variance falls as 1 / n; squares of means about 0, as 1 / n^2;
// greatest codes of exponential ones, whose variance stays.
std::vector<double> of_three_rates(const CodeTable& table) {
  std::vector<double> out(3);
  for (int64_t j = 0; j < table.d; ++j) {
    double mean = 0, greatest = 0;
    for (int64_t i = 0; i < table.n; ++i) {
      const double z = table.z[i * table.d + j];
      mean += (z - 1) / static_cast<double>(table.n);
      greatest = std::max(greatest, z);
    }
    out[0] += mean;
    out[1] += mean * mean;
    out[2] += greatest;
  }
  return out;
}

TEST(Estimate, IntervalsHoldWhateverTheRateAtWhichTheSpreadFalls) {
  constexpr int trials = 300;
  constexpr int64_t d = 30;
  for (const int64_t n : {160, 320}) {
    std::vector<std::vector<Score::Output>> found;
    for (int trial = 0; trial < trials; ++trial) {
      std::vector<float> uniform(n * d);
      Stream(trial, "uniform").uniform(0, d, uniform);
      CodeTable table{.n = n, .d = d, .k = 0};
      for (const float u : uniform) table.z.push_back(-std::log(u));
      TableEvidence evidence(table);
      found.push_back(
          estimate(evidence, 0, Stream(trial, "test"), {"mean", "square", "greatest"}, of_three_rates).outputs);
    }
    for (size_t kind = 0; kind < 3; ++kind) {
      SCOPED_TRACE(found[0][kind].name + " of " + std::to_string(n));
      double mean = 0, squares = 0, width = 0;
      int held = 0;
      for (auto& outputs : found) mean += outputs[kind].value / trials;
      for (auto& outputs : found) {
        const auto& o = outputs[kind];
        squares += (o.value - mean) * (o.value - mean) / trials;
        width += (o.high - o.low) / 2 / trials;
        held += o.low <= mean && mean <= o.high;
      }
      EXPECT_NEAR(held, 0.95 * trials, 4 * std::sqrt(0.0475 * trials));
      EXPECT_NEAR(width / std::sqrt(squares), student_975(10), 0.2 * student_975(10));
    }
  }
}

TEST(Estimate, PairsLeaveGroupsOutOfBothParts) {
  TableEvidence evidence(numbered(false));
  int calls = 0;
  const auto difference = [&](const TrainTest& parts) {
    ++calls;
    EXPECT_EQ(parts.train.n, calls == 1 ? 30 : 27);
    EXPECT_TRUE(parts.test.n == (calls == 1 ? 15 : 14) || (calls > 1 && parts.test.n == 13)) << parts.test.n;
    return std::vector<double>{mean_of_first(parts.train)[0] - mean_of_first(parts.test)[0]};
  };
  const auto out = estimate(evidence, 30, 15, Stream(1, "test"), {"difference"}, difference, 10).outputs[0];
  EXPECT_EQ(calls, 11);
  EXPECT_LT(out.low, out.value);
  EXPECT_GT(out.high, out.value);
  const auto alone = estimate(
      evidence, 30, 15, Stream(1, "test"), {"difference"}, [](const TrainTest&) { return std::vector<double>{1}; }, 0);
  EXPECT_EQ(alone.outputs[0].low, 1);
}

}  // namespace
}  // namespace teasel
