// Covariances, correlations, corrected entropies and soft bins against closed forms and brute force.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "teasel/core/random.hpp"
#include "teasel/stats/covariance.hpp"
#include "teasel/stats/entropy.hpp"
#include "teasel/stats/pearson.hpp"
#include "teasel/stats/soft_histogram.hpp"

namespace teasel {
namespace {

std::vector<double> normals(int64_t n, const char* name) {
  std::vector<float> out(n);
  Stream(13, name).normal(0, 1, out);
  return {out.begin(), out.end()};
}

TEST(Covariance, IsTheMeanProductOfDeviations) {
  const std::vector<double> table{1e6 + 1, 1, 1e6 + 2, 3, 1e6 + 6, 2};
  const auto found = covariance(table, 3, 2);
  EXPECT_NEAR(found[0], 7, 1e-9);
  EXPECT_NEAR(found[1], 0.5, 1e-9);
  EXPECT_EQ(found[1], found[2]);
  EXPECT_NEAR(found[3], 1, 1e-9);
}

// Of a 2x2 matrix M the trace of the root is sqrt(tr M + 2 sqrt(det M)).
TEST(GaussianWassersteinCorrelation, IsTheClosedFormForTwoVariables) {
  for (auto [a, b, c] : {std::array{1.0, 1.0, 0.9}, {4.0, 0.25, -0.7}, {2.0, 3.0, 0.0}, {1.0, 1.0, 1.0}}) {
    const double expected = 2 * (a + b) - 2 * std::sqrt(a * a + b * b + 2 * std::sqrt(a * b * (a * b - c * c)));
    EXPECT_NEAR(gaussian_wasserstein_correlation(std::vector{a, c, c, b}, 2), expected, 1e-7);
  }
  // A latent that is constant adds nothing.
  EXPECT_NEAR(gaussian_wasserstein_correlation(std::vector<double>{1, 0, 0.9, 0, 0, 0, 0.9, 0, 1}, 3),
              gaussian_wasserstein_correlation(std::vector<double>{1, 0.9, 0.9, 1}, 2), 1e-7);
}

TEST(Pearson, SeesLinearRelationsAndNoneInConstants) {
  const auto x = normals(301, "x"), e = normals(301, "e");
  std::vector<double> line, both, constant(x.size(), 3);
  for (size_t i = 0; i < x.size(); ++i) line.push_back(5 - 2 * x[i]), both.push_back(x[i] + e[i]);
  EXPECT_NEAR(pearson(x, line), -1, 1e-12);
  EXPECT_EQ(pearson(x, constant), 0);
  const auto c = covariance(
      [&] {
        std::vector<double> table;
        for (size_t i = 0; i < x.size(); ++i) table.insert(table.end(), {x[i], both[i]});
        return table;
      }(),
      301, 2);
  EXPECT_NEAR(pearson(x, both), c[1] / std::sqrt(c[0] * c[3]), 1e-12);
}

// The best fit of a + b cos + c sin by the normal equations, from its residual.
double best_fit(const std::vector<double>& x, const std::vector<double>& angle) {
  double m[3][4] = {};
  for (size_t i = 0; i < x.size(); ++i) {
    const double row[] = {1, std::cos(angle[i]), std::sin(angle[i])};
    for (int r = 0; r < 3; ++r) {
      for (int c = 0; c < 3; ++c) m[r][c] += row[r] * row[c];
      m[r][3] += row[r] * x[i];
    }
  }
  for (int p = 0; p < 3; ++p)
    for (int r = 0; r < 3; ++r)
      if (r != p)
        for (int c = 3; c >= p; --c) m[r][c] -= m[r][p] / m[p][p] * m[p][c];
  double rest = 0, all = 0;
  const double mean = std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    const double fit =
        m[0][3] / m[0][0] + m[1][3] / m[1][1] * std::cos(angle[i]) + m[2][3] / m[2][2] * std::sin(angle[i]);
    rest += (x[i] - fit) * (x[i] - fit);
    all += (x[i] - mean) * (x[i] - mean);
  }
  return std::sqrt(1 - rest / all);
}

TEST(CircularCorrelation, IsTheMultipleCorrelationWithCosineAndSine) {
  const auto e = normals(200, "e");
  std::vector<double> angle, x, saw;
  for (int i = 0; i < 200; ++i) {
    angle.push_back(0.1 * i + 0.3 * e[i]);
    x.push_back(std::sin(angle[i] + 0.4) + 0.5 * e[(i + 7) % 200]);
    saw.push_back(std::fmod(angle[i] + 10, 2 * std::numbers::pi));
  }
  EXPECT_NEAR(circular_correlation(x, angle), best_fit(x, angle), 1e-10);
  EXPECT_NEAR(circular_correlation(saw, angle), best_fit(saw, angle), 1e-10);
  std::vector<double> shifted, wave;
  for (const double a : angle) shifted.push_back(a + 2), wave.push_back(3 - 2 * std::cos(a - 1));
  EXPECT_NEAR(circular_correlation(x, shifted), circular_correlation(x, angle), 1e-10);
  EXPECT_NEAR(circular_correlation(wave, angle), 1, 1e-10);
  EXPECT_EQ(circular_correlation(std::vector<double>(200, 1), angle), 0);
  EXPECT_EQ(circular_correlation(x, std::vector<double>(200, 1)), 0);
  const std::vector<double> opposite{0, std::numbers::pi, 0, std::numbers::pi};
  EXPECT_NEAR(circular_correlation(std::vector<double>{1, 3, 1, 3}, opposite), 1, 1e-12);
}

TEST(MillerMadow, TakesAwayMostOfTheBias) {
  constexpr int64_t classes = 20, n = 400, rounds = 2000;
  double plain = 0, corrected = 0, information = 0, corrected_information = 0;
  for (int64_t round = 0; round < rounds; ++round) {
    std::vector<int64_t> counts(classes), table(classes * 5);
    const Stream stream(1, "classes", round);
    for (int64_t i = 0; i < n; ++i) {
      const auto a = stream.below(classes, 2 * i), b = stream.below(5, 2 * i + 1);
      ++counts[a];
      ++table[a * 5 + b];
    }
    plain += entropy(counts) / rounds;
    corrected += entropy(counts, EntropyEstimator::miller_madow) / rounds;
    information += mutual_information(table, classes, 5) / rounds;
    corrected_information += mutual_information(table, classes, 5, EntropyEstimator::miller_madow) / rounds;
  }
  EXPECT_NEAR(plain, std::log(classes) - 19.0 / 800, 0.002);
  EXPECT_NEAR(corrected, std::log(classes), 0.002);
  EXPECT_NEAR(information, 19 * 4.0 / 800, 0.01);
  EXPECT_LT(corrected_information, information / 5);
  EXPECT_EQ(entropy(std::vector<int64_t>{0, 9}, EntropyEstimator::miller_madow), 0);
  EXPECT_EQ(entropy(std::vector<int64_t>{0, 0}, EntropyEstimator::miller_madow), 0);
}

TEST(Weights, HaveTheEntropiesOfCountsInProportion) {
  const std::vector<int64_t> counts{3, 1, 0, 4, 2, 2};
  std::vector<double> weights;
  for (const auto count : counts) weights.push_back(0.37 * static_cast<double>(count));
  EXPECT_NEAR(entropy_of_weights(weights), entropy(counts), 1e-12);
  EXPECT_NEAR(mutual_information_of_weights(weights, 2, 3), mutual_information(counts, 2, 3), 1e-12);
}

std::vector<double> all_shares(const FixedBins& bins, double mean, double deviation) {
  std::vector<double> written(bins.bins, -1), out(bins.bins);
  const auto range = soft_bins(bins, mean, deviation, written);
  for (int64_t bin = range.first; bin < range.last; ++bin) out[bin] = written[bin];
  return out;
}

TEST(SoftBins, AreTheDensitiesAtTheCentres) {
  const FixedBins bins{50, -4, 4};
  for (const double mean : {0.0, -3.99, 1.23, 4.5, -6.0})
    for (const double deviation : {0.03, 0.1, 0.5, 1.0, 3.0, 40.0}) {
      const auto shares = all_shares(bins, mean, deviation);
      std::vector<double> expected;
      double sum = 0, peak = 0;
      for (int64_t bin = 0; bin < 50; ++bin) {
        const double centre = -4 + 0.16 * (static_cast<double>(bin) + 0.5), u = (centre - mean) / deviation;
        expected.push_back(std::exp(-u * u / 2));
        sum += expected.back();
        peak = std::max(peak, expected.back() / (deviation * std::sqrt(2 * std::numbers::pi)));
      }
      if (peak < 1e-5) continue;  // the next test's
      for (int64_t bin = 0; bin < 50; ++bin)
        EXPECT_NEAR(shares[bin], expected[bin] / sum, 1e-12) << mean << " " << deviation << " " << bin;
    }
}

TEST(SoftBins, NarrowPosteriorsLieInOneBin) {
  const FixedBins bins{8, -4, 4};
  EXPECT_EQ(all_shares(bins, 1.0, 0.01), (std::vector<double>{0, 0, 0, 0, 0, 1, 0, 0}));  // centres at 0.5 and 1.5
  EXPECT_EQ(all_shares(bins, -3.2, 0.001)[0], 1);
  EXPECT_EQ(all_shares(bins, 1.5, 0.001)[5], 1);  // at a centre: the density itself
  for (const double outside : {-40.0, 4.0, 100.0})
    EXPECT_EQ(all_shares(bins, outside, 0.01), std::vector<double>(8, 0)) << outside;
}

}  // namespace
}  // namespace teasel
