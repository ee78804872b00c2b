// Active units, reconstruction error, factor correlation, pooling.
#include <gtest/gtest.h>

#include <cmath>

#include "teasel/core/random.hpp"
#include "teasel/metrics/metric.hpp"
#include "tests/metrics/tables.hpp"

namespace teasel {
namespace {

using testing::golden;
using testing::golden_table;
using testing::numbers;

double output(const Score& score, const std::string& name) {
  for (auto& out : score.outputs)
    if (out.name == name) return out.value;
  ADD_FAILURE() << "no output " << name;
  return 0;
}

TEST(ActiveUnits, CountsVariancesAboveTheThreshold) {
  CodeTable table;
  table.n = 2;
  table.d = 4;
  table.z = {0.0f, 1.0f, 5.0f, -1.0f, 0.1f, 1.2f, 5.0f, 1.0f};  // variances .005, .02, 0, 2
  TableEvidence evidence(table);
  const auto score = teasel::score("active_units", evidence, load_protocol("teasel"), 0);
  EXPECT_EQ(score.outputs.size(), 1u);
  EXPECT_EQ(output(score, "active_units"), 2);
  EXPECT_EQ(score.detail.at("active"), (std::vector<double>{0, 1, 0, 1}));
  EXPECT_NEAR(score.detail.at("variance")[1], 0.02, 1e-7);
  EXPECT_EQ(score.samples, 2);
}

TEST(ActiveUnits, CountsMeanKlWhereThereIsAny) {
  CodeTable table;
  table.n = 2;
  table.d = 3;
  table.z = {0, 0, 0, 0, 0, 0};
  table.kl = {0.3f, 0.05f, 1.0f, 0.0f, 0.05f, 2.0f};  // means .15, .05, 1.5
  TableEvidence evidence(table);
  const auto score = teasel::score("active_units", evidence, load_protocol("teasel"), 0);
  EXPECT_EQ(output(score, "active_units"), 0);
  EXPECT_EQ(output(score, "active_units.by_kl"), 2);
}

TEST(ReconstructionError, IsTheMeanWithItsInterval) {
  CodeTable table;
  table.n = 4;
  table.d = 1;
  table.z = {1, 2, 3, 4};
  Codes codes;
  codes.samples = 4;
  codes.distortion_of = {0, 1, 2};
  codes.distortion = {10, 20, 60};  // mean 30, standard deviation sqrt(700)
  codes.kl = {1, 2, 0, 0, 3, 0, 1, 1};
  TableEvidence evidence(table, codes);
  const auto score = teasel::score("reconstruction_error", evidence, load_protocol("teasel"), 0);
  EXPECT_DOUBLE_EQ(output(score, "reconstruction_error"), 30);
  EXPECT_NEAR(score.outputs[0].high - 30, 1.959964 * std::sqrt(700.0 / 3), 1e-4);
  EXPECT_NEAR(30 - score.outputs[0].low, 1.959964 * std::sqrt(700.0 / 3), 1e-4);
  EXPECT_DOUBLE_EQ(output(score, "reconstruction_error.kl_total"), 2);
  EXPECT_EQ(score.samples, 3);
}

TEST(ReconstructionError, HasNoIntervalWhereEveryItemOfAGridWasMeasured) {
  Codes codes;
  codes.samples = 2;
  codes.full_grid = true;
  codes.distortion_of = {0, 1};
  codes.distortion = {1, 2};
  CodeTable table;
  table.n = 2;
  table.d = 1;
  table.z = {0, 1};
  TableEvidence evidence(table, codes);
  const auto score = teasel::score("reconstruction_error", evidence, load_protocol("teasel"), 0);
  EXPECT_EQ(score.outputs.size(), 1u);
  EXPECT_EQ(score.outputs[0].low, 1.5);
  EXPECT_EQ(score.outputs[0].high, 1.5);
}

TEST(FactorCorrelation, AgreesWithScipyAndNamesTheLatents) {
  TableEvidence evidence(golden_table());
  const auto score = teasel::score("factor_correlation", evidence, load_protocol("teasel"), 0);
  const auto expected = numbers(golden("spearman"));
  ASSERT_EQ(score.detail.at("spearman").size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(score.detail.at("spearman")[i], expected[i], 1e-12) << i;
  EXPECT_EQ(score.detail.at("best_latent")[0], 0);
  EXPECT_NEAR(output(score, "factor_correlation.a"), expected[0], 1e-12);
}

TEST(FactorCorrelation, LeavesOutFactorsThatDoNotVary) {
  TableEvidence evidence(testing::with_factors_as_codes(testing::factor_grid({3, 1, 4})));
  const auto score = teasel::score("factor_correlation", evidence, load_protocol("teasel"), 0);
  EXPECT_EQ(score.detail.at("best_latent"), (std::vector<double>{0, -1, 2}));
  ASSERT_EQ(score.outputs.size(), 2u);
  EXPECT_EQ(score.outputs[1].name, "factor_correlation.c");
}

Codes::Block block(const std::string& name, int64_t size, LatentTime time, std::vector<float> location,
                   std::vector<float> spread = {}) {
  Codes::Block out;
  out.about.name = name;
  out.about.size = size;
  out.about.time = time;
  out.location = std::move(location);
  out.spread = std::move(spread);
  return out;
}

TEST(Pool, PutsBlocksSideBySide) {
  Codes codes;
  codes.samples = 2;
  codes.blocks = {block("z", 2, LatentTime::item, {1, 2, 3, 4}, {.1f, .2f, .3f, .4f}),
                  block("class", 1, LatentTime::item, {5, 6}, {.5f, .6f})};
  codes.kl = {1, 2, 3, 4, 5, 6};
  codes.full_grid = true;
  codes.factor_specs = {{.name = "a", .values = {0, 1}}};
  codes.factors = {0, 1};
  const auto table = pool(codes);
  EXPECT_EQ(table.d, 3);
  EXPECT_EQ(table.z, (std::vector<double>{1, 2, 5, 3, 4, 6}));
  EXPECT_EQ(table.spread, (std::vector<float>{.1f, .2f, .5f, .3f, .4f, .6f}));
  EXPECT_EQ(table.kl, codes.kl);
  EXPECT_EQ(table.y, (std::vector<double>{0, 1}));
  EXPECT_TRUE(table.full_grid);
  codes.blocks[1].spread.clear();
  EXPECT_TRUE(pool(codes).spread.empty());
}

TEST(Pool, AveragesFramesAndDropsFactorsThatChange) {
  Codes codes;
  codes.samples = 2;
  codes.frames = 3;
  codes.blocks = {block("s", 1, LatentTime::item, {7, 8}),
                  block("d", 1, LatentTime::frame, {1, 2, 6, 0, 0, 3}, std::vector<float>(6, 1))};
  codes.factor_specs = {{.name = "moving", .values = {0, 1, 2}, .dynamic = true}, {.name = "still", .values = {0, 1}}};
  codes.factors = {0, 1, 1, 1, 2, 1, 2, 0, 0, 0, 1, 0};
  const auto table = pool(codes);
  EXPECT_EQ(table.z, (std::vector<double>{7, 3, 8, 1}));
  EXPECT_TRUE(table.spread.empty());
  EXPECT_EQ(table.k, 1);
  EXPECT_EQ(table.factors[0].name, "still");
  EXPECT_EQ(table.y, (std::vector<double>{1, 0}));
}

TEST(Evidence, HasNoInterventionsAndIsOneRunUnlessItSaysSo) {
  TableEvidence evidence(golden_table());
  EXPECT_THROW(evidence.interventions("static_swap"), Error);
  ASSERT_EQ(evidence.runs().size(), 1u);
  EXPECT_EQ(evidence.runs()[0], &evidence.table());
}

}  // namespace
}  // namespace teasel
