// Estimates of the aggregate posterior from a batch.
#include "teasel/stats/in_batch.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <numeric>
#include <stdexcept>

#include "teasel/core/random.hpp"

namespace teasel {
namespace {

constexpr InBatch every_rule[] = {InBatch::kde, InBatch::mws, InBatch::mss};

double log_normal(double z, double mean, double deviation) {
  const double u = (z - mean) / deviation;
  return -u * u / 2 - std::log(deviation) - std::log(2 * std::numbers::pi) / 2;
}

// Means and samples of N items [N, D]; one deviation.
struct Items {
  int64_t n, d;
  double deviation;
  std::vector<float> mean, z;
  Items(int64_t n, int64_t d, double deviation) : n(n), d(d), deviation(deviation), mean(n * d), z(n * d) {
    Stream(1, "mean").normal(0, d, mean);
    Stream(1, "z").normal(0, d, z);
    for (int64_t i = 0; i < n * d; ++i) z[i] = mean[i] + static_cast<float>(deviation) * z[i];
  }
  double density(int64_t i, int64_t j, int64_t k) const { return log_normal(z[i * d + k], mean[j * d + k], deviation); }
  // [M, M, D] of these items.
  std::vector<double> table(const std::vector<int64_t>& batch) const {
    std::vector<double> out;
    for (const auto i : batch)
      for (const auto j : batch)
        for (int64_t k = 0; k < d; ++k) out.push_back(density(i, j, k));
    return out;
  }
};

std::vector<int64_t> first(int64_t m) {
  std::vector<int64_t> out(m);
  std::iota(out.begin(), out.end(), 0);
  return out;
}

TEST(InBatch, RowsOfWeightsSumToOne) {
  for (auto [m, n] : {std::pair{2, 2}, {3, 3}, {5, 100}, {64, 737280}})
    for (const auto rule : every_rule) {
      const auto weights = in_batch_weights(rule, m, n);
      for (int i = 0; i < m; ++i) {
        const double sum = std::accumulate(&weights[i * m], &weights[i * m] + m, 0.0);
        EXPECT_NEAR(sum * (rule == InBatch::mws ? n : 1), 1, 1e-12);
      }
    }
  const auto mss = in_batch_weights(InBatch::mss, 4, 10);  // own, next, other, other
  EXPECT_EQ(std::vector<double>(mss.begin() + 4, mss.begin() + 8),
            (std::vector<double>{1.0 / 3, 0.1, 7.0 / 30, 1.0 / 3}));
  EXPECT_NEAR(mss[3 * 4 + 0], 7.0 / 30, 1e-15);  // after the last comes the first
}

// Over all batches that hold the sample's item in a given place, the mean of the estimate is q(z).
TEST(InBatch, StratifiedSamplingIsUnbiasedForTheDensity) {
  const Items items(5, 2, 0.7);
  double truth = 0;
  for (int64_t j = 0; j < 5; ++j) truth += std::exp(items.density(2, j, 0) + items.density(2, j, 1)) / 5;
  double sum = 0, batches = 0, sum_of_first = 0, truth_of_first = 0;
  for (int64_t a = 0; a < 5; ++a)
    for (int64_t b = 0; b < 5; ++b) {
      if (a == 2 || b == 2 || a == b) continue;
      const auto densities = in_batch_densities(InBatch::mss, items.table({a, 2, b}), 3, 2, 5);
      sum += std::exp(densities.joint[1]);
      sum_of_first += std::exp(densities.marginal[1 * 2 + 0]);
      ++batches;
    }
  for (int64_t j = 0; j < 5; ++j) truth_of_first += std::exp(items.density(2, j, 0)) / 5;
  EXPECT_EQ(batches, 12);
  EXPECT_NEAR(sum / batches, truth, 1e-12);
  EXPECT_NEAR(sum_of_first / batches, truth_of_first, 1e-12);
}

TEST(InBatch, TheWholeSetAsABatchIsExactForKde) {
  const Items items(6, 3, 0.5);
  const auto densities = in_batch_densities(InBatch::kde, items.table(first(6)), 6, 3, 6);
  for (int64_t i = 0; i < 6; ++i) {
    double joint = 0;
    for (int64_t j = 0; j < 6; ++j)
      joint += std::exp(items.density(i, j, 0) + items.density(i, j, 1) + items.density(i, j, 2)) / 6;
    EXPECT_NEAR(densities.joint[i], std::log(joint), 1e-12);
  }
}

TEST(InBatch, WeightedSamplingLiesAboveKdeByConstants) {
  const Items items(20, 4, 0.5);
  const auto table = items.table(first(20));
  const double n = 737280;
  const auto kde = in_batch_estimates(InBatch::kde, table, 20, 4, 737280);
  const auto mws = in_batch_estimates(InBatch::mws, table, 20, 4, 737280);
  EXPECT_NEAR(mws.mutual_information - kde.mutual_information, std::log(n), 1e-9);
  EXPECT_NEAR(mws.total_correlation - kde.total_correlation, 3 * std::log(n), 1e-9);
}

// Posteriors so narrow that no other item reaches a sample: each estimate is at its cap.
TEST(InBatch, MutualInformationReachesItsCapAndNotMore) {
  const int64_t m = 16, n = 1000;
  const auto narrow = Items(m, 2, 1e-4).table(first(m)), wide = Items(m, 2, 2).table(first(m));
  for (auto [rule, cap] :
       {std::pair{InBatch::kde, std::log(16.0)}, {InBatch::mws, std::log(16000.0)}, {InBatch::mss, std::log(1000.0)}}) {
    EXPECT_NEAR(in_batch_estimates(rule, narrow, m, 2, n).mutual_information, cap, 1e-9);
    EXPECT_LT(in_batch_estimates(rule, wide, m, 2, n).mutual_information, cap);
  }
}

// Posteriors that are all the same tell nothing: rows that sum to 1 give q(z) itself.
TEST(InBatch, EqualPosteriorsTellNothing) {
  Items items(8, 3, 1);
  for (auto& mean : items.mean) mean = 0.5f;
  for (const auto rule : {InBatch::kde, InBatch::mss}) {
    const auto estimates = in_batch_estimates(rule, items.table(first(8)), 8, 3, 100);
    EXPECT_NEAR(estimates.mutual_information, 0, 1e-12);
    EXPECT_NEAR(estimates.total_correlation, 0, 1e-12);
  }
}

TEST(InBatch, BatchesThatCannotBeAreRefused) {
  EXPECT_THROW(in_batch_weights(InBatch::mss, 1, 10), std::invalid_argument);
  EXPECT_THROW(in_batch_weights(InBatch::kde, 0, 10), std::invalid_argument);
  EXPECT_THROW(in_batch_weights(InBatch::mws, 11, 10), std::invalid_argument);
}

}  // namespace
}  // namespace teasel
