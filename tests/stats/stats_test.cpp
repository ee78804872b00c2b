// Bins, entropies, ranks, moments and intervals against closed forms and brute force.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "teasel/core/random.hpp"
#include "teasel/stats/columns.hpp"
#include "teasel/stats/correlation.hpp"
#include "teasel/stats/entropy.hpp"
#include "teasel/stats/histogram.hpp"
#include "teasel/stats/interval.hpp"
#include "teasel/stats/jackknife.hpp"

namespace teasel {
namespace {

std::vector<double> normals(int64_t n, const char* name) {
  std::vector<float> out(n);
  Stream(11, name).normal(0, 1, out);
  return {out.begin(), out.end()};
}

TEST(Histogram, LabelsTheExampleOfDisentanglementLib) {
  // Its own unit test: .1 to .6 in 3 bins are 1, 1, 2, 2, 3, 3 (from 1).
  const std::vector<double> values{0.1, 0.2, 0.3, 0.4, 0.5, 0.6};
  EXPECT_EQ(bin_labels(values, equal_width_edges(values, 3)), (std::vector<int32_t>{0, 0, 1, 1, 2, 2}));
}

TEST(Histogram, LabelIsTheLastEdgeNotAboveTheValue) {
  auto values = normals(20000, "values");
  for (int i = 0; i <= 40; ++i) values.push_back(static_cast<double>(i) / 4 - 5);  // many of them on edges
  for (const int64_t bins : {2, 7, 20, 40, 333}) {
    const auto edges = equal_width_edges(values, bins);
    const auto labels = bin_labels(values, edges);
    for (size_t i = 0; i < values.size(); ++i) {
      const auto last = std::upper_bound(edges.begin(), edges.end() - 1, static_cast<double>(values[i])) - 1;
      ASSERT_EQ(labels[i], last - edges.begin()) << values[i] << " in " << bins << " bins";
    }
  }
}

TEST(Histogram, ConstantValuesGetARangeOfOne) {
  const std::vector<double> values(5, 3);
  const auto edges = equal_width_edges(values, 20);
  EXPECT_EQ(edges.front(), 2.5);
  EXPECT_EQ(edges.back(), 3.5);
  EXPECT_EQ(bin_labels(values, edges), std::vector<int32_t>(5, 10));
}

TEST(Entropy, OfBalancedClassesIsTheLogarithmOfTheirNumber) {
  EXPECT_NEAR(entropy(std::vector<int64_t>{7, 7, 7}), std::log(3), 1e-12);
  EXPECT_NEAR(entropy(std::vector<int64_t>{1, 3, 0}), 0.25 * std::log(4) + 0.75 * std::log(4.0 / 3), 1e-12);
  EXPECT_EQ(entropy(std::vector<int64_t>{0, 5}), 0);
  EXPECT_EQ(entropy(std::vector<int64_t>{0, 0}), 0);
}

TEST(MutualInformation, OfIndependentEqualAndMixedVariables) {
  EXPECT_NEAR(mutual_information(std::vector<int64_t>{2, 4, 6, 1, 2, 3}, 2, 3), 0, 1e-12);
  EXPECT_NEAR(mutual_information(std::vector<int64_t>{5, 0, 0, 5}, 2, 2), std::log(2), 1e-12);
  // A binary symmetric channel that errs in 1 of 4: ln 2 - H(1/4).
  EXPECT_NEAR(mutual_information(std::vector<int64_t>{3, 1, 1, 3}, 2, 2),
              std::log(2) + 0.25 * std::log(0.25) + 0.75 * std::log(0.75), 1e-12);
}

TEST(Contingency, CountsPairs) {
  const std::vector<int32_t> a{0, 1, 1, 1}, b{2, 0, 0, 1};
  EXPECT_EQ(contingency(a, 2, b, 3), (std::vector<int64_t>{0, 0, 1, 2, 1, 0}));
}

TEST(Columns, MomentsOfShiftedNumbersStayExact) {
  // Far from zero a sum of squares less the squared mean would lose everything.
  const std::vector<float> table{1e6f, 1, 1e6f + 1, 2, 1e6f + 2, 6};
  const auto moments = column_moments(table, 3, 2);
  EXPECT_DOUBLE_EQ(moments.mean[0], 1e6 + 1);
  EXPECT_DOUBLE_EQ(moments.variance[0], 1);
  EXPECT_DOUBLE_EQ(moments.mean[1], 3);
  EXPECT_DOUBLE_EQ(moments.variance[1], 7);
  EXPECT_EQ(column_moments(table, 1, 6).variance, std::vector<double>(6, 0));
  EXPECT_EQ(column(table, 3, 2, 1), (std::vector<float>{1, 2, 6}));
  EXPECT_EQ(take_rows(table, 2, std::vector<int64_t>{2, 0, 2}),
            (std::vector<float>{1e6f + 2, 6, 1e6f, 1, 1e6f + 2, 6}));
}

TEST(Ranks, AreAveragedOverTies) {
  EXPECT_EQ(average_ranks(std::vector<double>{3, -1, 3, 0, 3}), (std::vector<double>{4, 1, 4, 2, 4}));
  EXPECT_EQ(average_ranks(std::vector<double>{0.0, -0.0, 1}), (std::vector<double>{1.5, 1.5, 3}));
}

TEST(Ranks, AgreeWithCounting) {
  auto values = normals(400, "ranks");
  for (size_t i = 0; i < values.size(); i += 3) values[i] = std::round(values[i] * 2);  // ties, zeros of both signs
  for (size_t i = 1; i < values.size(); i += 7) values[i] *= 1e300;
  const auto ranks = average_ranks(values);
  for (size_t i = 0; i < values.size(); ++i) {
    double expected = 0.5;
    for (const double other : values) expected += other < values[i] ? 1 : other == values[i] ? 0.5 : 0;
    ASSERT_EQ(ranks[i], expected) << values[i];
  }
}

TEST(Spearman, SeesMonotoneRelationsOnly) {
  const auto x = normals(501, "x");
  std::vector<double> up, down, square, constant(x.size(), 2);
  for (const double v : x) up.push_back(std::exp(v)), down.push_back(-v * v * v), square.push_back(v * v);
  EXPECT_NEAR(spearman(x, up), 1, 1e-12);
  EXPECT_NEAR(spearman(x, down), -1, 1e-12);
  EXPECT_LT(std::abs(spearman(x, square)), 0.15);
  EXPECT_EQ(spearman(x, constant), 0);
}

TEST(Spearman, IsOneLessSixSquaredDifferencesWithoutTies) {
  const auto x = normals(97, "x"), y = normals(97, "y");
  const auto rx = average_ranks(x), ry = average_ranks(y);
  double squares = 0;
  for (size_t i = 0; i < rx.size(); ++i) squares += (rx[i] - ry[i]) * (rx[i] - ry[i]);
  EXPECT_NEAR(spearman(x, y), 1 - 6 * squares / (97.0 * (97.0 * 97.0 - 1)), 1e-12);
}

TEST(SpearmanMatrix, HoldsEveryPairOfColumns) {
  const auto x = normals(60, "x"), y = normals(40, "y");  // [20, 3], [20, 2]
  const auto matrix = spearman_matrix(x, 3, y, 2, 20);
  for (int64_t r = 0; r < 3; ++r)
    for (int64_t c = 0; c < 2; ++c)
      EXPECT_NEAR(matrix[r * 2 + c], spearman(column(x, 20, 3, r), column(y, 20, 2, c)), 1e-15);
  EXPECT_EQ(strongest_rows(std::vector<double>{0.1, 0.2, -0.8, 0.2, 0.3, -0.1}, 3, 2), (std::vector<int64_t>{1, 0}));
}

// Wilson's interval is where the score test rejects: |p - p0| = 1.96 sqrt(p0 (1 - p0) / n) at both ends.
TEST(Interval, OfAProportionInvertsTheScoreTest) {
  for (auto [successes, trials] : {std::pair{3, 10}, {160, 800}, {799, 800}, {1, 1000}}) {
    const double p = static_cast<double>(successes) / trials;
    const auto interval = proportion_interval(successes, trials);
    for (const double end : {interval.low, interval.high})
      EXPECT_NEAR(std::abs(p - end), 1.959963984540054 * std::sqrt(end * (1 - end) / trials), 1e-12);
    EXPECT_LT(interval.low, p);
    EXPECT_GT(interval.high, p);
  }
  EXPECT_EQ(proportion_interval(0, 800).low, 0);
  EXPECT_EQ(proportion_interval(800, 800).high, 1);
  EXPECT_NEAR(proportion_interval(800, 800).low, 800 / (800 + 3.841458820694124), 1e-12);
}

TEST(Interval, StudentsQuantilesAreThoseOfTables) {
  for (const auto& [degrees, quantile] :
       {std::pair{5, 2.570582}, {9, 2.262157}, {15, 2.131450}, {29, 2.045230}, {100, 1.983972}})
    EXPECT_NEAR(student_975(degrees), quantile, degrees < 15 ? 3e-4 : 1e-5) << degrees;
}

TEST(Interval, OfOneStratumIsThatOfAProportion) {
  for (auto [successes, trials] : {std::pair{int64_t{3}, int64_t{10}}, {0, 800}, {800, 800}, {160, 800}}) {
    const auto one = stratified_interval(std::vector{int64_t{0}, successes}, std::vector{int64_t{0}, trials}),
               plain = proportion_interval(successes, trials);
    EXPECT_NEAR(one.low, plain.low, 1e-12);
    EXPECT_NEAR(one.high, plain.high, 1e-12);
  }
}

// Half of the trials always succeed, and the others now and then: their variance alone counts.
TEST(Interval, OfStrataHoldsTheProportionNineteenTimesOfTwenty) {
  int held = 0, rounds = 2000;
  double width = 0;
  for (int round = 0; round < rounds; ++round) {
    const Stream stream(13, "strata", round);
    int64_t successes = 0;
    for (int64_t i = 0; i < 200; ++i) successes += stream.below(10, i) < 3;
    const auto interval = stratified_interval(std::vector<int64_t>{200, successes}, std::vector<int64_t>{200, 200});
    held += interval.low <= 0.65 && 0.65 <= interval.high;
    width += (interval.high - interval.low) / rounds;
  }
  EXPECT_NEAR(held, 0.95 * rounds, 0.02 * rounds);
  EXPECT_NEAR(width, 2 * 1.96 * std::sqrt(0.3 * 0.7 / 200) / 2, 0.006);
}

TEST(Interval, OfMoreVariableProportionsIsThatOfFewerTrials) {
  EXPECT_NEAR(proportion_interval(300, 1000, 4).low, proportion_interval(75, 250).low, 1e-12);
  const std::vector<int64_t> right{30, 200}, all{100, 250}, tenfold{300, 2000}, all_tenfold{1000, 2500};
  const auto wide = stratified_interval(tenfold, all_tenfold, 10), few = stratified_interval(right, all);
  EXPECT_NEAR(wide.high - wide.low, few.high - few.low, 1e-3);  // but for what smooths shares of strata
}

TEST(Interval, VariancesAreFollowedFromQuartersAndHalvesToTheWhole) {
  EXPECT_DOUBLE_EQ(extrapolated_variance(2, 4), 1);    // of a mean
  EXPECT_DOUBLE_EQ(extrapolated_variance(4, 16), 1);   // of a square of one
  EXPECT_DOUBLE_EQ(extrapolated_variance(3, 3), 3);    // of a greatest sample
  EXPECT_DOUBLE_EQ(extrapolated_variance(3, 2), 3.9);  // scatter about 1
  EXPECT_DOUBLE_EQ(extrapolated_variance(4, 100), 1);  // none falls faster
  EXPECT_DOUBLE_EQ(extrapolated_variance(2, 4, 0.85), 1.7);
  EXPECT_DOUBLE_EQ(extrapolated_variance(4, 0), 2);  // nothing is told
  EXPECT_DOUBLE_EQ(extrapolated_variance(0, 0), 0);
}

// Leaving out items one by one: the interval of a mean by Student's t.
TEST(Jackknife, OfAMeanIsItsStandardError) {
  const auto sample = normals(25, "jackknife");
  const GroupedMeans means(sample, 1, 25);
  const auto found = jackknife(25, [&](int64_t g) { return means.mean(g); });
  const auto moments = column_moments(sample, 25, 1);
  EXPECT_NEAR(found.value[0], moments.mean[0], 1e-12);
  EXPECT_NEAR(found.interval[0].high - found.value[0], student_975(24) * std::sqrt(moments.variance[0] / 25), 1e-12);
  EXPECT_NEAR(found.value[0] - found.interval[0].low, student_975(24) * std::sqrt(moments.variance[0] / 25), 1e-12);
  const GroupedMeans pairs(sample, 5, 2);  // rows 0, 2, 4 and 1, 3
  for (int64_t j = 0; j < 5; ++j) EXPECT_NEAR(pairs.mean(0)[j], (sample[5 + j] + sample[15 + j]) / 2, 1e-12);
}

TEST(Interval, OfAMeanHoldsItNineteenTimesOfTwenty) {
  int held = 0;
  for (int round = 0; round < 1000; ++round) {
    std::vector<float> sample(50);
    Stream(12, "sample", round).normal(0, 1, sample);
    const auto mean = mean_with_interval(sample);
    EXPECT_NEAR(mean.value, std::accumulate(sample.begin(), sample.end(), 0.0) / 50, 1e-12);
    held += mean.interval.low <= 0 && 0 <= mean.interval.high;
  }
  EXPECT_NEAR(held, 950, 30);
  const auto one = mean_with_interval(std::vector<float>{4});
  EXPECT_EQ(one.interval.low, 4);
  EXPECT_EQ(one.interval.high, 4);
}

}  // namespace
}  // namespace teasel
