// The aggregate posterior over all items, what the KL term is made of, and the telescope of total correlation.
#include "teasel/stats/elbo.hpp"

#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <numeric>

#include "teasel/core/error.hpp"
#include "teasel/core/random.hpp"
#include "teasel/stats/entropy.hpp"

namespace teasel {
namespace {

// A table that owns its numbers.
struct Posteriors {
  int64_t n, d;
  std::vector<float> mean, deviation;
  operator PosteriorTable() const { return {mean, deviation, n, d}; }
};

// Means of a few clusters and deviations of many magnitudes.
Posteriors uneven(int64_t n, int64_t d) {
  Posteriors out{n, d, std::vector<float>(n * d), std::vector<float>(n * d)};
  Stream(1, "mean").normal(0, d, out.mean);
  Stream(1, "deviation").normal(0, d, out.deviation);
  for (int64_t i = 0; i < n * d; ++i) {
    out.mean[i] += static_cast<float>(i / d % 3 * 20);
    out.deviation[i] = std::exp(2 * out.deviation[i] - 2);  // about .0003 to 60
  }
  return out;
}

// Means in the shape of N(0, C) with C = L L': the quantiles of a grid of `side` points in each of three latents.
Posteriors gaussian_means(const std::array<double, 9>& lower, double deviation, int64_t side) {
  Posteriors out{side * side * side, 3, {}, {}};
  std::vector<double> quantiles(side);
  for (int64_t i = 0; i < side; ++i) {
    const double p = (static_cast<double>(i) + 0.5) / static_cast<double>(side);
    double low = -8, high = 8;
    for (int step = 0; step < 60; ++step) {
      const double middle = (low + high) / 2;
      (std::erfc(-middle / std::numbers::sqrt2) / 2 < p ? low : high) = middle;
    }
    quantiles[i] = low;
  }
  for (int64_t i = 0; i < out.n; ++i) {
    const double u[] = {quantiles[i % side], quantiles[i / side % side], quantiles[i / side / side]};
    for (int r = 0; r < 3; ++r) {
      double sum = 0;
      for (int c = 0; c < 3; ++c) sum += lower[r * 3 + c] * u[c];
      out.mean.push_back(static_cast<float>(sum));
      out.deviation.push_back(static_cast<float>(deviation));
    }
  }
  return out;
}

void expect_near(const Estimate& estimate, double expected, double more) {
  EXPECT_NEAR(estimate.value, expected, 4 * estimate.standard_error + more);
}

// ---- densities ----------------------------------------------------------------------------------------------------

long double log_normal(long double z, long double mean, long double deviation) {
  const long double u = (z - mean) / deviation;
  return -u * u / 2 - std::log(deviation) - std::log(2 * std::numbers::pi_v<long double>) / 2;
}

// ln of the mean over items of exp(sum over `latents`), in long double, by its greatest term.
long double brute_force(const Posteriors& table, const float* z, std::span<const int64_t> latents) {
  std::vector<long double> terms;
  for (int64_t n = 0; n < table.n; ++n) {
    long double sum = 0;
    for (const auto j : latents) sum += log_normal(z[j], table.mean[n * table.d + j], table.deviation[n * table.d + j]);
    terms.push_back(sum);
  }
  const long double peak = *std::ranges::max_element(terms);
  long double sum = 0;
  for (const auto term : terms) sum += std::exp(term - peak);
  return peak + std::log(sum) - std::log(static_cast<long double>(table.n));
}

TEST(PosteriorDensities, AgreeWithBruteForceInLongDouble) {
  for (auto [n, d] : {std::pair{1, 3}, {2, 1}, {37, 4}, {1024, 2}, {2500, 5}}) {
    const auto table = uneven(n, d);
    const auto samples = sample_posteriors(table, 20, 3);
    std::vector<int64_t> order(d);
    for (int64_t i = 0; i < d; ++i) order[i] = (i + 1) % d;
    const auto densities = posterior_densities(table, samples, order, DensityParts::without);
    for (int64_t s = 0; s < 20; ++s)
      for (int64_t i = 0; i < d; ++i) {
        const int64_t at = s * d + i, j = order[i], item = samples.item[s] * d + j;
        const float* z = &samples.z[s * d];
        auto others = order;
        others.erase(others.begin() + i);
        EXPECT_NEAR(densities.without[at], brute_force(table, z, others), 2e-5);
        EXPECT_NEAR(densities.marginal[at], brute_force(table, z, std::span(order).subspan(i, 1)), 2e-5);
        EXPECT_NEAR(densities.prefix[at], brute_force(table, z, std::span(order).first(i + 1)), 2e-5);
        EXPECT_NEAR(densities.given[at], log_normal(z[j], table.mean[item], table.deviation[item]), 1e-9);
        EXPECT_NEAR(densities.prior[at], log_normal(z[j], 0, 1), 1e-9);
      }
    EXPECT_LT(density_error(table, samples, densities, 20), 2e-5);
  }
}

TEST(PosteriorDensities, HoldThePartsThatWereAskedFor) {
  const auto table = uneven(1500, 4);
  const auto samples = sample_posteriors(table, 8, 3);
  const auto all = posterior_densities(table, samples, {}, DensityParts::without),
             prefixes = posterior_densities(table, samples),
             single = posterior_densities(table, samples, {}, DensityParts::marginal);
  EXPECT_EQ(prefixes.prefix, all.prefix);
  EXPECT_EQ(prefixes.marginal, all.marginal);
  EXPECT_TRUE(prefixes.without.empty());
  EXPECT_EQ(single.marginal, all.marginal);
  EXPECT_TRUE(single.prefix.empty());
  EXPECT_LT(density_error(table, samples, single, 8), 2e-5);
}

TEST(PosteriorDensities, ErrorSeesAWrongNumber) {
  const auto table = uneven(50, 2);
  const auto samples = sample_posteriors(table, 4, 3);
  auto densities = posterior_densities(table, samples);
  densities.prefix[3] += 0.01;
  EXPECT_NEAR(density_error(table, samples, densities, 4), 0.01, 1e-4);
  EXPECT_LT(density_error(table, samples, densities, 1), 1e-4);
}

TEST(PosteriorDensities, DoNotDependOnTheOrderOfItemsOrOnThreads) {
  const auto table = uneven(3000, 3);
  const auto samples = sample_posteriors(table, 40, 5);
  const auto densities = posterior_densities(table, samples);
  Posteriors shuffled = table;
  const auto places = Stream(1, "shuffle").permutation(table.n);
  for (int64_t n = 0; n < table.n; ++n)
    for (int64_t j = 0; j < table.d; ++j) {
      shuffled.mean[places[n] * table.d + j] = table.mean[n * table.d + j];
      shuffled.deviation[places[n] * table.d + j] = table.deviation[n * table.d + j];
    }
  auto same = samples;
  for (auto& item : same.item) item = places[item];
  const auto other = posterior_densities(shuffled, same);
  for (size_t i = 0; i < densities.prefix.size(); ++i) {
    EXPECT_NEAR(other.prefix[i], densities.prefix[i], 1e-5);
    EXPECT_NEAR(other.marginal[i], densities.marginal[i], 1e-5);
  }
  const int threads = omp_get_max_threads();
  for (const int count : {1, 2, 3}) {
    omp_set_num_threads(count);
    const auto again = posterior_densities(table, samples);
    EXPECT_EQ(again.prefix, densities.prefix);
    EXPECT_EQ(again.marginal, densities.marginal);
  }
  omp_set_num_threads(threads);
}

TEST(PosteriorDensities, PosteriorsThatAreNoDensitiesAreRefused) {
  auto table = uneven(9, 2);
  check_posteriors(table);
  for (const float bad : {0.0f, -1.0f, 1e-20f, std::numeric_limits<float>::infinity(), std::nanf("")}) {
    table.deviation[7] = bad;
    try {
      check_posteriors(table);
      ADD_FAILURE() << bad;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("latent 1 at item 3"), std::string::npos) << error.what();
    }
  }
  table = uneven(9, 2);
  table.mean[0] = std::nanf("");
  EXPECT_THROW(check_posteriors(table), Error);
}

TEST(PosteriorSamples, AreThoseOfTheirPosteriors) {
  const Posteriors table{2, 2, {-1, 5, 1, -5}, {0.5f, 2, 0.25f, 1}};
  const auto samples = sample_posteriors(table, 20000, 1);
  double count[2] = {}, sum[4] = {}, squares[4] = {};
  for (int64_t s = 0; s < 20000; ++s) {
    count[samples.item[s]] += 1;
    for (int64_t j = 0; j < 2; ++j) {
      const int64_t at = samples.item[s] * 2 + j;
      const double u = (samples.z[s * 2 + j] - table.mean[at]) / table.deviation[at];
      sum[at] += u;
      squares[at] += u * u;
    }
  }
  EXPECT_NEAR(count[0], 10000, 300);  // a binomial's standard deviation is 71
  for (int at = 0; at < 4; ++at) {
    EXPECT_NEAR(sum[at] / 10000, 0, 0.04);
    EXPECT_NEAR(squares[at] / 10000, 1, 0.06);
  }
}

// ---- decomposition ------------------------------------------------------------------------------------------------

struct Decomposed {
  PosteriorSamples samples;
  PosteriorDensities densities;
  ElboDecomposition parts;
};
Decomposed decomposed(const PosteriorTable& table, int64_t count, uint64_t seed = 1) {
  auto samples = sample_posteriors(table, count, seed);
  auto densities = posterior_densities(table, samples);
  auto parts = decompose_elbo(table, samples, densities);
  return {std::move(samples), std::move(densities), std::move(parts)};
}

TEST(ElboDecomposition, OfASingleGaussianIsItsKl) {
  const Posteriors table{1, 2, {0.5f, -2}, {0.5f, 1.5f}};
  const auto [samples, densities, parts] = decomposed(table, 4000);
  const double kl = (0.25 + 0.25 - 1) / 2 - std::log(0.5) + (4 + 2.25 - 1) / 2 - std::log(1.5);
  EXPECT_NEAR(parts.kl, kl, 1e-6);
  EXPECT_NEAR(parts.mutual_information.value, 0, 1e-5);
  EXPECT_NEAR(parts.total_correlation.value, 0, 1e-5);
  expect_near(parts.dimension_wise_kl, kl, 0);
  EXPECT_EQ(parts.bound, 0);
  // Here every sample is of one item, so the residual is the gap, and its error is in closed form.
  EXPECT_NEAR(parts.residual.value, parts.gap.value, 1e-9);
  const double variance = 0.25 * 0.25 + 0.75 * 0.75 / 2 + 4 * 2.25 + 1.25 * 1.25 / 2;
  EXPECT_NEAR(parts.residual.standard_error, std::sqrt(variance / 4000), 1e-6);
  EXPECT_NEAR(parts.gap.standard_error / parts.residual.standard_error, 1, 0.1);
  EXPECT_TRUE(holds(parts, densities));
}

TEST(ElboDecomposition, OfThePriorIsZero) {
  const Posteriors table{500, 3, std::vector<float>(1500, 0), std::vector<float>(1500, 1)};
  const auto [samples, densities, parts] = decomposed(table, 100);
  for (auto& part : {parts.mutual_information, parts.total_correlation, parts.dimension_wise_kl, parts.gap}) {
    EXPECT_NEAR(part.value, 0, 1e-5);
    EXPECT_NEAR(part.standard_error, 0, 1e-5);
  }
  EXPECT_EQ(parts.gaussian_total_correlation_of_means, 0);
  EXPECT_TRUE(holds(parts, densities));
}

TEST(ElboDecomposition, OfItemsFarApartTellsWhichItemItIs) {
  const int64_t n = 300;
  Posteriors table{n, 1, {}, std::vector<float>(n, 0.01f)};
  for (int64_t i = 0; i < n; ++i) table.mean.push_back(static_cast<float>(i));
  const auto [samples, densities, parts] = decomposed(table, 200);
  EXPECT_NEAR(parts.mutual_information.value, std::log(300.0), 1e-5);
  EXPECT_NEAR(parts.bound, std::log(300.0), 1e-12);
  EXPECT_NEAR(parts.total_correlation.value, 0, 1e-5);  // of one latent
  EXPECT_TRUE(holds(parts, densities));
}

double determinant(const std::array<double, 9>& s) {
  return s[0] * (s[4] * s[8] - s[5] * s[7]) - s[1] * (s[3] * s[8] - s[5] * s[6]) + s[2] * (s[3] * s[7] - s[4] * s[6]);
}

// Means from N(0, C) and deviations sigma make q(z) = N(0, S) with S = C + sigma^2. C = L L'; L has unit diagonal.
struct CorrelatedGaussians {
  std::array<double, 9> lower{1, 0, 0, 0.8, 1, 0, -0.5, 0.7, 1};
  double deviation = 0.6;
  std::array<double, 9> covariance{};
  Posteriors table = gaussian_means(lower, deviation, 34);
  CorrelatedGaussians() {
    for (int r = 0; r < 3; ++r)
      for (int c = 0; c < 3; ++c) {
        for (int i = 0; i < 3; ++i) covariance[r * 3 + c] += lower[r * 3 + i] * lower[c * 3 + i];
        if (r == c) covariance[r * 3 + c] += deviation * deviation;
      }
  }
  double variance(int j) const { return covariance[j * 4]; }
  double total_correlation() const {
    return std::log(variance(0) * variance(1) * variance(2) / determinant(covariance)) / 2;
  }
  double total_correlation_of_two() const {
    return -std::log(1 - covariance[1] * covariance[1] / variance(0) / variance(1)) / 2;
  }
};

TEST(ElboDecomposition, OfCorrelatedGaussiansIsTheirClosedForm) {
  const CorrelatedGaussians truth;
  const auto [samples, densities, parts] = decomposed(truth.table, 3000);
  constexpr double grid = 0.01;  // the grid of means is no Gaussian: its variance is 1 % short
  double marginal_kl = 0, noise = 0;
  for (int j = 0; j < 3; ++j) {
    const double kl = (truth.variance(j) - 1 - std::log(truth.variance(j))) / 2;
    marginal_kl += kl;
    noise += std::log(truth.deviation * truth.deviation);
    expect_near(parts.latent_marginal_kl[j], kl, 2 * grid);
    expect_near(parts.latent_mutual_information[j], std::log(truth.variance(j) / truth.deviation / truth.deviation) / 2,
                grid);
  }
  expect_near(parts.total_correlation, truth.total_correlation(), grid);
  expect_near(parts.mutual_information, (std::log(determinant(truth.covariance)) - noise) / 2, 2 * grid);
  expect_near(parts.dimension_wise_kl, marginal_kl, 4 * grid);
  EXPECT_NEAR(parts.gaussian_total_correlation_of_samples, truth.total_correlation(), grid);
  EXPECT_LT(std::abs(parts.residual.value), parts.tolerance);
  EXPECT_NEAR(parts.gap.value,
              parts.mutual_information.value + parts.total_correlation.value + parts.dimension_wise_kl.value - parts.kl,
              1e-9);
  EXPECT_TRUE(holds(parts, densities));
  EXPECT_LT(parts.total_correlation.standard_error, 0.03);
}

// Nineteen of twenty intervals hold the truth, here that of many samples.
TEST(ElboDecomposition, StandardErrorsAreThoseOfTheSamples) {
  const auto table = uneven(60, 2);
  const auto many = decomposed(table, 200000, 100).parts;
  int held = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const auto few = decomposed(table, 300, seed).parts;
    for (auto [small, large] : {std::pair{few.mutual_information, many.mutual_information},
                                {few.total_correlation, many.total_correlation},
                                {few.gap, Estimate{0, 0}}})
      held += std::abs(small.value - large.value) < 1.96 * small.standard_error;
  }
  EXPECT_GE(held, 265);  // of 300, 285 expected; the terms of one seed hang together
  EXPECT_LE(held, 298);
}

TEST(ElboDecomposition, FaultsAreSeen) {
  const auto table = uneven(100, 2);
  const auto [samples, densities, parts] = decomposed(table, 500);
  EXPECT_TRUE(holds(parts, densities));
  auto wrong = densities;
  for (auto& given : wrong.given) given += 2;  // as if a constant of the density had been forgotten
  EXPECT_FALSE(holds(decompose_elbo(table, samples, wrong), wrong));
  wrong = densities;
  wrong.prefix[7] = -100;  // one sample would tell more of its item than there are items
  EXPECT_FALSE(holds(parts, wrong));
  wrong = densities;
  wrong.marginal[7] = std::nan("");
  EXPECT_FALSE(holds(parts, wrong));
}

TEST(GaussianTotalCorrelation, OfTwoIsThatOfTheirCorrelation) {
  for (const double r : {-0.99, 0.0, 0.5, 0.999999})
    EXPECT_NEAR(gaussian_total_correlation(std::vector<double>{4, r * 6, r * 6, 9}, 2), -std::log1p(-r * r) / 2, 1e-9);
  EXPECT_NEAR(gaussian_total_correlation(std::vector<double>{4, 0, 3, 0, 0, 0, 3, 0, 9}, 3), -std::log(0.75) / 2,
              1e-12);
  EXPECT_EQ(gaussian_total_correlation(std::vector<double>{4, 6, 6, 9}, 2), std::numeric_limits<double>::infinity());
}

// ---- telescope ----------------------------------------------------------------------------------------------------

TEST(Telescope, OfCorrelatedGaussiansIsTheirClosedForm) {
  const CorrelatedGaussians truth;
  const auto samples = sample_posteriors(truth.table, 3000, 1);
  const auto chain = telescope(posterior_densities(truth.table, samples));
  const double total = truth.total_correlation(), of_two = truth.total_correlation_of_two();
  EXPECT_NEAR(chain.shared[0].value, 0, 1e-12);
  expect_near(chain.shared[1], of_two, 0.01);
  expect_near(chain.shared[2], total - of_two, 0.01);
  expect_near(chain.total_correlation[1], of_two, 0.01);
  expect_near(chain.total_correlation[2], total, 0.01);
  const double two_by_two = truth.variance(0) * truth.variance(1) - truth.covariance[1] * truth.covariance[1];
  expect_near(chain.information[1], std::log(two_by_two / std::pow(truth.deviation, 4)) / 2, 0.02);
  // The last latent first: other parts, the same sum.
  const auto turned = telescope(posterior_densities(truth.table, samples, std::vector<int64_t>{2, 0, 1}));
  EXPECT_EQ(turned.order, (std::vector<int64_t>{2, 0, 1}));
  EXPECT_NEAR(turned.total_correlation[2].value, chain.total_correlation[2].value, 1e-5);
  EXPECT_NEAR(turned.information[2].value, chain.information[2].value, 1e-5);
  const double r = truth.covariance[2] * truth.covariance[2] / truth.variance(0) / truth.variance(2);
  expect_near(turned.shared[1], -std::log(1 - r) / 2, 0.01);
}

// Posteriors as narrow as points on a grid are discrete: entropies are those of counts. Every item is taken once, so
// that nothing is left to chance.
TEST(Telescope, OfDiscreteCodesIsThatOfCounts) {
  for (int64_t round = 0; round < 5; ++round) {
    const int64_t n = 400, d = 4;
    Posteriors table{n, d, {}, std::vector<float>(n * d, 0.01f)};
    for (int64_t i = 0; i < n; ++i) {
      const int64_t first = Stream(round, "first").below(3, i), other = Stream(round, "other").below(4, i);
      for (const int64_t value : {first, (first * 2 + other) % 5, other, first == 0 ? other : int64_t{2}})
        table.mean.push_back(static_cast<float>(value));
    }
    PosteriorSamples samples{std::vector<int64_t>(n), table.mean};
    std::iota(samples.item.begin(), samples.item.end(), 0);
    const auto chain = telescope(posterior_densities(table, samples));
    // Entropy of a range of latents.
    const auto entropy_of = [&](int64_t begin, int64_t end) {
      std::map<std::vector<float>, int64_t> seen;
      for (int64_t i = 0; i < n; ++i) ++seen[{table.mean.begin() + i * d + begin, table.mean.begin() + i * d + end}];
      std::vector<int64_t> counts;
      for (auto& [value, count] : seen) counts.push_back(count);
      return entropy(counts);
    };
    double sum = 0;
    for (int64_t i = 0; i < d; ++i) {
      const double own = entropy_of(i, i + 1), before = entropy_of(0, i), with = entropy_of(0, i + 1);
      sum += own;
      EXPECT_NEAR(chain.latent_information[i].value, own, 1e-5);
      EXPECT_NEAR(chain.shared[i].value, before + own - with, 1e-5);
      EXPECT_NEAR(chain.total_correlation[i].value, sum - with, 1e-5);
      EXPECT_NEAR(chain.information[i].value, with, 1e-5);
    }
  }
}

TEST(Telescope, SumsToTotalCorrelationAndInformationGrowsByWhatIsNotShared) {
  const auto table = uneven(500, 6);
  const auto [samples, densities, parts] = decomposed(table, 200);
  const auto chain = telescope(densities);
  double shared = 0, information = 0;
  for (int64_t i = 0; i < 6; ++i) {
    shared += chain.shared[i].value;
    information += chain.latent_information[i].value - chain.shared[i].value;
    EXPECT_NEAR(chain.total_correlation[i].value, shared, 1e-9);
    EXPECT_NEAR(chain.information[i].value, information, 1e-9);
  }
  EXPECT_NEAR(shared, parts.total_correlation.value, 1e-9);
  EXPECT_NEAR(information, parts.mutual_information.value, 1e-9);
}

// Both propositions on random tables: p(x, z_1, z_2, z_3) = p(x) q(z_1|x) q(z_2|x) q(z_3|x) of whole numbers.
TEST(Propositions, HoldOnRandomTablesWhoseLatentsAreIndependentGivenX) {
  constexpr int64_t items = 5, values = 3;
  for (int64_t round = 0; round < 20; ++round) {
    const Stream draw(round, "count");
    const auto q = [&](int64_t x, int64_t latent, int64_t value) {
      return draw.below(9, (x * 3 + latent) * values + value);
    };
    // Every row sums to 20: the last value takes the rest.
    const auto row = [&](int64_t x, int64_t latent, int64_t value) {
      return value + 1 < values ? q(x, latent, value) : 20 - q(x, latent, 0) - q(x, latent, 1);
    };
    std::vector<int64_t> x12(items * 9), x1(items * 3), x2(items * 3), z12(9), z123(27), z1(3), z2(3), z3(3);
    for (int64_t x = 0; x < items; ++x)
      for (int64_t a = 0; a < 3; ++a)
        for (int64_t b = 0; b < 3; ++b)
          for (int64_t c = 0; c < 3; ++c) {
            const int64_t count = row(x, 0, a) * row(x, 1, b) * row(x, 2, c);
            x12[x * 9 + a * 3 + b] += count, x1[x * 3 + a] += count, x2[x * 3 + b] += count, z12[a * 3 + b] += count;
            z123[(a * 3 + b) * 3 + c] += count, z1[a] += count, z2[b] += count, z3[c] += count;
          }
    const double shared = mutual_information(z12, 3, 3), last = mutual_information(z123, 9, 3);
    EXPECT_NEAR(entropy(z1) + entropy(z2) + entropy(z3) - entropy(z123), shared + last, 1e-12);
    EXPECT_NEAR(mutual_information(x12, items, 9),
                mutual_information(x1, items, 3) + mutual_information(x2, items, 3) - shared, 1e-12);
  }
}

// ... and the second fails where they are not: x = z_1 XOR z_2 of two fair coins.
TEST(Propositions, TheSecondFailsForXor) {
  const std::vector<int64_t> x12{1, 0, 0, 1, 0, 1, 1, 0};  // [x, (z_1, z_2)]
  EXPECT_NEAR(mutual_information(x12, 2, 4), std::numbers::ln2, 1e-12);
  const std::vector<int64_t> independent{1, 1, 1, 1};  // x with z_1, x with z_2, z_1 with z_2
  EXPECT_NEAR(mutual_information(independent, 2, 2), 0, 1e-12);
}

}  // namespace
}  // namespace teasel
