// The metrics on posteriors: ELBO decomposition and telescoping.
#include <gtest/gtest.h>

#include <cmath>

#include "teasel/core/random.hpp"
#include "teasel/metrics/metric.hpp"
#include "teasel/stats/elbo.hpp"
#include "tests/metrics/tables.hpp"

namespace teasel {
namespace {

// Three latents: the second follows the first, the third is off.
CodeTable posteriors() {
  auto table = testing::with_noise_as_codes(testing::factor_grid({5, 10, 20}), 3, 1);
  for (int64_t i = 0; i < table.n; ++i) {
    table.z[i * 3 + 1] = 0.9f * table.z[i * 3] + 0.3f * table.z[i * 3 + 1];
    table.z[i * 3 + 2] *= 0.01f;
    for (const float spread : {0.2f, 0.1f, 0.99f}) table.spread.push_back(spread);
  }
  return table;
}

Score score_of(const std::string& metric, const CodeTable& table, const Value::Table& options = {}) {
  Protocol protocol = load_protocol("teasel");
  for (auto& [key, value] : options) protocol.metrics.set(metric + "." + key, value);
  TableEvidence evidence(table);
  return score(metric, evidence, protocol, 1);
}

double output(const Score& score, const std::string& name) {
  for (auto& out : score.outputs)
    if (out.name == score.metric + "." + name) return out.value;
  ADD_FAILURE() << "no output " << name;
  return 0;
}

std::string refusal(const std::string& metric, Evidence& evidence) {
  try {
    score(metric, evidence, load_protocol("teasel"), 1);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

TEST(ElboDecomposition, TermsSumToTheKlBesideThem) {
  const auto table = posteriors();
  const auto score = score_of("elbo_decomposition", table);
  double kl = 0;
  for (int64_t i = 0; i < table.n * table.d; ++i)
    kl += ((table.z[i] * table.z[i] + table.spread[i] * table.spread[i] - 1) / 2 - std::log(table.spread[i])) /
          static_cast<double>(table.n);
  EXPECT_NEAR(output(score, "kl"), kl, 1e-4);
  const double sum =
      output(score, "mutual_information") + output(score, "total_correlation") + output(score, "dimension_wise_kl");
  EXPECT_NEAR(output(score, "identity_gap"), sum - output(score, "kl"), 1e-9);
  for (auto& out : score.outputs) {
    if (out.name.ends_with("identity_gap")) {
      EXPECT_NEAR(out.value, 0, 2 * (out.high - out.value));
    }
  }
  EXPECT_EQ(score.samples, 2000);
  EXPECT_NEAR(score.detail.at("bound")[0], std::log(1000.0), 1e-12);
  EXPECT_LT(score.detail.at("density_error")[0], 1e-4);
  double latents = 0;
  for (const double part : score.detail.at("latent_kl")) latents += part;
  EXPECT_NEAR(latents, output(score, "kl"), 1e-12);
  EXPECT_EQ(score.detail.at("latent_marginal_kl_error").size(), 3u);
  // Linear dependence is all there is here.
  EXPECT_NEAR(output(score, "total_correlation"), output(score, "gaussian_total_correlation_of_samples"), 0.1);
  EXPECT_GT(output(score, "gaussian_total_correlation_of_means"), output(score, "total_correlation"));
}

TEST(Telescoping, TakesLatentsByFallingKlOrAsListed) {
  const auto table = posteriors();
  const auto by_kl = score_of("telescoping", table), listed = score_of("telescoping", table, {{"order", "layout"}});
  EXPECT_EQ(by_kl.detail.at("order"), (std::vector<double>{1, 0, 2}));
  EXPECT_EQ(listed.detail.at("order"), (std::vector<double>{0, 1, 2}));
  EXPECT_GT(by_kl.detail.at("latent_kl")[0], by_kl.detail.at("latent_kl")[1]);
  EXPECT_NE(by_kl.hash, listed.hash);
  for (auto* score : {&by_kl, &listed}) {
    double sum = 0;
    for (const double shared : score->detail.at("shared")) sum += shared;
    EXPECT_NEAR(output(*score, "total_correlation"), sum, 1e-9);
    EXPECT_EQ(output(*score, "mutual_information"), score->detail.at("information").back());
  }
  EXPECT_NEAR(output(by_kl, "total_correlation"), output(listed, "total_correlation"), 1e-5);
  EXPECT_GT(by_kl.detail.at("shared")[1], 0.5);
  EXPECT_NEAR(by_kl.detail.at("shared")[2], 0, 0.02);
}

TEST(Telescoping, SaysTheSameAsTheDecompositionOnTheSameSamples) {
  const auto table = posteriors();
  const auto chain = score_of("telescoping", table), parts = score_of("elbo_decomposition", table, {{"samples", 1000}});
  EXPECT_NEAR(output(chain, "total_correlation"), output(parts, "total_correlation"), 1e-5);
  EXPECT_NEAR(output(chain, "mutual_information"), output(parts, "mutual_information"), 1e-5);
}

TEST(PosteriorMetrics, RefuseWhatIsNoTableOfGaussianPosteriors) {
  for (const std::string metric : {"elbo_decomposition", "telescoping"}) {
    auto table = posteriors();
    Codes codes;
    codes.blocks = {
        {{.name = "z", .size = 3, .law = LatentLaw::laplace}, {table.z.begin(), table.z.end()}, table.spread}};
    TableEvidence laplace(table, codes);
    EXPECT_NE(refusal(metric, laplace).find("Gaussian"), std::string::npos);
    table.spread[4] = 0;
    TableEvidence collapsed(table);
    EXPECT_NE(refusal(metric, collapsed).find("latent 1 at item 1"), std::string::npos);
    table.spread.clear();
    TableEvidence points(table);
    EXPECT_NE(refusal(metric, points).find("standard deviation"), std::string::npos);
  }
}

}  // namespace
}  // namespace teasel
