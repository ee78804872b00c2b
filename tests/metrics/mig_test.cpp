#include <gtest/gtest.h>

#include <cmath>

#include "teasel/metrics/metric.hpp"
#include "tests/metrics/tables.hpp"

namespace teasel {
namespace {

using testing::dsprites_grid;
using testing::golden;
using testing::golden_table;
using testing::numbers;

Score score_of(const CodeTable& table, const std::string& protocol, uint64_t seed = 1) {
  TableEvidence evidence(table);
  return score("mig", evidence, load_protocol(protocol), seed);
}

void expect_golden(const Score& score, const std::string& name) {
  for (auto [key, entry] : {std::pair{"mutual_information", "information"}, {"entropy", "entropy"}, {"gap", "gap"}}) {
    const auto expected = numbers(golden(name + "." + entry));
    const auto& found = score.detail.at(key);
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-12) << key << " " << i;
  }
  double mig = 0;
  golden(name + ".mig").number(mig);
  EXPECT_NEAR(score.outputs.at(0).value, mig, 1e-12);
}

TEST(Mig, AgreesWithNumpyOnAGridAndOnOtherTables) {
  expect_golden(score_of(golden_table(), "teasel"), "mig");
  auto plug_in = load_protocol("teasel");  // which corrects the bias of a sample
  plug_in.metrics.set("mig.estimator", "plug_in");
  TableEvidence part(testing::part_of(golden_table()));
  expect_golden(score("mig", part, plug_in, 1), "mig_part");
}

// Bins of 20: shape and scale fit; 40 orientations fall in pairs (ln 20); 32 positions in 12 pairs and 8 alone
// (ln 32 - 24/32 ln 2). All other latents tell nothing on the grid.
TEST(Mig, TrueFactorsOfDspritesReachWhatTwentyBinsCanHold) {
  const auto table = testing::with_factors_as_codes(dsprites_grid());
  const double position = 1 - 0.75 * std::log(2) / std::log(32), orientation = std::log(20) / std::log(40);
  const auto all = score_of(table, "teasel");
  EXPECT_NEAR(all.outputs[0].value, (2 + orientation + 2 * position) / 5, 1e-9);
  EXPECT_EQ(all.outputs[0].low, all.outputs[0].high);
  EXPECT_EQ(all.samples, 737280);
  // On 10,000 items the second latent has the plug-in bias of about (20 - 1)(classes - 1) / 20,000.
  const auto drawn = score_of(table, "dlib");
  EXPECT_NEAR(drawn.outputs[0].value, 0.895, 0.004);
  EXPECT_LT(drawn.outputs[0].low, drawn.outputs[0].value);
  EXPECT_LT(drawn.outputs[0].high - drawn.outputs[0].low, 0.01);
  EXPECT_EQ(drawn.samples, 10000);
}

TEST(Mig, NoiseDuplicatesAndConstantsHaveNoGap) {
  const auto grid = dsprites_grid(10, 16);
  EXPECT_LT(score_of(testing::with_noise_as_codes(grid, 10, 1), "teasel").outputs[0].value, 0.01);
  auto table = testing::with_factors_as_codes(grid);
  CodeTable twice = table, constant = table;
  twice.d = 10;
  twice.z.clear();
  for (int64_t i = 0; i < table.n * 5; i += 5)
    for (int copy = 0; copy < 2; ++copy) twice.z.insert(twice.z.end(), table.z.begin() + i, table.z.begin() + i + 5);
  EXPECT_EQ(score_of(twice, "teasel").outputs[0].value, 0);
  for (auto& z : constant.z) z = -3;
  EXPECT_EQ(score_of(constant, "teasel").outputs[0].value, 0);
}

TEST(Mig, IntervalHoldsTheScoreOfOtherDraws) {
  auto table = testing::with_noise_as_codes(dsprites_grid(10, 16), 5, 2);
  for (size_t i = 0; i < table.z.size(); ++i) table.z[i] += table.y[i];
  int held = 0;
  const auto first = score_of(table, "dlib", 0).outputs[0];
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const auto other = score_of(table, "dlib", seed).outputs[0];
    EXPECT_NE(other.value, first.value);
    // Half-widths hold for one draw against the mean of all; two draws differ by sqrt(2) as much.
    held += std::abs(other.value - first.value) < std::sqrt(2) * (first.high - first.low) / 2;
  }
  EXPECT_GE(held, 15);
  EXPECT_EQ(score_of(table, "dlib", 0).outputs[0].value, first.value);
}

TEST(Mig, RefusesASingleLatentAndFactorsThatDoNotVary) {
  auto table = golden_table();
  table.d = 1;
  table.z.resize(table.n);
  EXPECT_THROW(score_of(table, "teasel"), Error);
  table = golden_table();
  for (auto& y : table.y) y = 0;
  table.full_grid = false;
  EXPECT_THROW(score_of(table, "teasel"), Error);
}

}  // namespace
}  // namespace teasel
