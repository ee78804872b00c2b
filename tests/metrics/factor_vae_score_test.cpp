#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "teasel/metrics/metric.hpp"
#include "tests/metrics/tables.hpp"

namespace teasel {
namespace {

using testing::dsprites_grid;
using testing::golden;
using testing::golden_table;
using testing::numbers;

Score score_of(const CodeTable& table, const Protocol& protocol, uint64_t seed = 1) {
  TableEvidence evidence(table);
  return score("factor_vae_score", evidence, protocol, seed);
}
double value_of(const CodeTable& table, const Protocol& protocol, uint64_t seed = 1) {
  return score_of(table, protocol, seed).outputs.at(0).value;
}

// A protocol with these options of the score over those of another.
Protocol changed(const std::string& base, const Value::Table& options) {
  Protocol protocol = load_protocol(base);
  for (auto& [key, value] : options) protocol.metrics.set("factor_vae_score." + key, value);
  return protocol;
}

// Every latent with this mean KL divergence.
CodeTable with_kl(CodeTable table, const std::vector<float>& mean_kl) {
  table.kl.resize(table.n * table.d);
  for (int64_t i = 0; i < table.n * table.d; ++i) table.kl[i] = mean_kl[i % table.d];
  return table;
}
CodeTable with_kl(CodeTable table) { return with_kl(table, std::vector<float>(table.d, 1)); }

TEST(FactorVaeScore, TrueFactorsScoreOneUnderEveryProtocol) {
  const auto table = with_kl(testing::with_factors_as_codes(dsprites_grid()));
  for (const auto& protocol : protocol_names()) {
    const auto score = score_of(table, load_protocol(protocol));
    EXPECT_EQ(score.outputs.at(0).value, 1) << protocol;
    if (!load_protocol(protocol).evidence.without.empty()) continue;  // of dSprites' factors
    EXPECT_EQ(score.detail.at("majority"), (std::vector<double>{0, 1, 2, 3, 4})) << protocol;
  }
}

// The chance levels of 800 random votes, 160 for each of 5 factors, as simulated apart from any codes: the mean over
// many tables of votes [latents, factors] of the sum of each row's maximum. Every seed draws other votes and other
// noise.
TEST(FactorVaeScore, NoiseIsNearTheChanceLevel) {
  const auto grid = dsprites_grid(10, 16);
  for (auto [latents, chance] : {std::pair{4, 0.232}, {5, 0.238}, {6, 0.242}, {7, 0.246}, {10, 0.256}}) {
    double mean = 0;
    constexpr int runs = 20;
    for (int seed = 0; seed < runs; ++seed)
      mean +=
          value_of(with_kl(testing::with_noise_as_codes(grid, latents, seed)), load_protocol("cascade"), seed) / runs;
    EXPECT_NEAR(mean, chance, 0.01) << latents << " latents";
  }
  // Where the rule is judged on fresh votes, chance is 1 / #factors.
  EXPECT_NEAR(value_of(testing::with_noise_as_codes(grid, 10, 7), load_protocol("dlib")), 0.2, 0.025);
  EXPECT_NEAR(value_of(testing::with_noise_as_codes(grid, 10, 7), load_protocol("teasel")), 0.2, 0.025);
}

TEST(FactorVaeScore, CascadeCountsInEightHundredths) {
  auto table = with_kl(testing::with_factors_as_codes(dsprites_grid(10, 16)));
  const auto noise = testing::with_noise_as_codes(table, table.d, 3);
  for (size_t i = 0; i < table.z.size(); ++i) table.z[i] += 4 * noise.z[i];
  const double value = value_of(table, load_protocol("cascade"));
  EXPECT_GT(value, 0.3);
  EXPECT_LT(value, 1);
  EXPECT_NEAR(value * 800, std::round(value * 800), 1e-9);
}

TEST(FactorVaeScore, FourFactorsWithoutShapeScoreExactlyFourFifthsUnderCascade) {
  auto table = testing::with_factors_as_codes(dsprites_grid());
  CodeTable without_shape = table;
  without_shape.d = 4;
  without_shape.z.clear();
  for (int64_t i = 0; i < table.n; ++i)
    without_shape.z.insert(without_shape.z.end(), table.z.data() + i * 5 + 1, table.z.data() + i * 5 + 5);
  const auto score = score_of(with_kl(without_shape), load_protocol("cascade"));
  EXPECT_EQ(score.outputs.at(0).value, 0.8);
  // Every held factor names its own latent; the 160 votes of shape fall on any.
  const auto& votes = score.detail.at("votes");
  double of_shape = 0;
  for (int64_t j = 0; j < 4; ++j) {
    of_shape += votes[j * 5];
    for (int64_t k = 1; k < 5; ++k) EXPECT_EQ(votes[j * 5 + k], j + 1 == k ? 160 : 0);
  }
  EXPECT_EQ(of_shape, 160);
}

// The vote table of a plain numpy implementation with 200,000 votes; here 100,000. A share p has a standard deviation
// of at most sqrt(.25 * (1/100,000 + 1/200,000)) = .002.
void expect_golden_votes(const Score& score, const std::string& name) {
  const auto shares = numbers(golden(name + ".votes"));
  const auto& votes = score.detail.at("votes");
  ASSERT_EQ(votes.size(), shares.size());
  for (size_t i = 0; i < shares.size(); ++i) EXPECT_NEAR(votes[i] / 100000, shares[i], 0.006) << "entry " << i;
  double expected = 0;
  golden(name + ".score").number(expected);
  EXPECT_NEAR(score.outputs.at(0).value, expected, 0.006);
}

TEST(FactorVaeScore, VotesOfAGridAgreeWithNumpy) {
  const auto score =
      score_of(golden_table(), changed("teasel", {{"votes", 100000}, {"eval_votes", 0}, {"samples", 5}}));
  expect_golden_votes(score, "cascade_like");
  const auto variance = numbers(golden("variance"));
  for (size_t j = 0; j < variance.size(); ++j) EXPECT_NEAR(score.detail.at("variance")[j], variance[j], 1e-12);
}

TEST(FactorVaeScore, VotesOfOtherTablesAgreeWithNumpy) {
  const auto options = Value::Table{
      {"votes", 100000}, {"eval_votes", 0}, {"samples", 6}, {"factor", "random"}, {"value", "first_sample"}};
  expect_golden_votes(score_of(testing::part_of(golden_table()), changed("teasel", options)), "dlib_like_part");
}

// Factors in bins, continuous ones too; with `rescale` chance is 0.
TEST(FactorVaeScore, BinnedFactorsAgreeWithNumpy) {
  const Value::Table options{{"votes", 100000}, {"eval_votes", 0},  {"samples", 6},     {"factor", "random"},
                             {"min_std", 0.0},  {"factor_bins", 3}, {"rescale", false}, {"variance_samples", 0}};
  auto table = testing::part_of(golden_table());
  const auto score = score_of(table, changed("zaidi", options));
  expect_golden_votes(score, "zaidi_like_part");
  auto rescaled = changed("zaidi", options);
  rescaled.metrics.set("factor_vae_score.rescale", true);
  const auto above_chance = score_of(table, rescaled).outputs[0];
  EXPECT_NEAR(above_chance.value, (score.outputs[0].value - 0.25) / 0.75, 1e-12);
  EXPECT_NEAR(above_chance.high, (score.outputs[0].high - 0.25) / 0.75, 1e-12);
  table.factors[2].values.clear();
  table.factors[2].scale = FactorSpec::Scale::continuous;
  EXPECT_EQ(score_of(table, changed("zaidi", options)).detail.at("votes"), score.detail.at("votes"));
}

// An item that is alone in its bin has no variance in any latent, so that it could vote for anything.
TEST(FactorVaeScore, BinsOfASingleItemAreNotHeld) {
  auto table = testing::with_factors_as_codes(testing::factor_grid({3, 3, 4}));
  table.full_grid = false;
  const Value::Table options{{"factor_bins", 3}};
  EXPECT_EQ(score_of(table, changed("zaidi", options)).outputs[0].value, 1);
  for (auto& factor : table.factors) factor.scale = FactorSpec::Scale::continuous, factor.values.clear();
  table.y[0] = 100;  // the first item far away, all others in one bin: nothing is left to vary
  EXPECT_EQ(score_of(table, changed("zaidi", options)).detail.at("factors_used"), (std::vector<double>{1, 2}));
}

TEST(FactorVaeScore, GridAndListsOfItemsDrawTheSame) {
  const auto options = Value::Table{{"votes", 20000}, {"eval_votes", 0}, {"samples", 5}};
  auto table = golden_table();
  const auto of_grid = score_of(table, changed("teasel", options));
  table.full_grid = false;
  const auto of_lists = score_of(table, changed("teasel", options), 2);
  for (size_t i = 0; i < of_grid.detail.at("votes").size(); ++i)
    EXPECT_NEAR(of_grid.detail.at("votes")[i], of_lists.detail.at("votes")[i], 0.02 * 20000) << "entry " << i;
}

TEST(FactorVaeScore, SingleLatentsMayBeStretchedShiftedAndMirrored) {
  auto table = golden_table();
  const double before = value_of(table, load_protocol("teasel"));
  for (int64_t i = 0; i < table.n; ++i)  // powers of two: exact
    for (int64_t j = 0; j < table.d; ++j)
      table.z[i * table.d + j] = table.z[i * table.d + j] * (j == 1 ? -8.0f : 4.0f) + 16.0f;
  EXPECT_EQ(value_of(table, load_protocol("teasel")), before);
}

TEST(FactorVaeScore, SameSeedSameScoreAndOtherSeedsOtherVotes) {
  for (const auto& name : {"teasel", "dlib"}) {
    const auto protocol = load_protocol(name);
    const auto first = score_of(golden_table(), protocol, 5), again = score_of(golden_table(), protocol, 5),
               other = score_of(golden_table(), protocol, 6);
    EXPECT_EQ(first.detail, again.detail);
    EXPECT_EQ(first.outputs[0].value, again.outputs[0].value);
    EXPECT_NE(first.detail.at("votes"), other.detail.at("votes"));
  }
}

TEST(FactorVaeScore, IntervalHoldsTheScoreOfOtherVotes) {
  const Value::Table few_samples{{"samples", 5}, {"factor", "random"}};
  auto protocol = changed("teasel", few_samples), many = protocol;
  protocol.metrics.set("factor_vae_score.eval_votes", 400);
  many.metrics.set("factor_vae_score.eval_votes", 200000);
  const double truth = value_of(golden_table(), many);
  int held = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const auto output = score_of(golden_table(), protocol, seed).outputs.at(0);
    held += output.low <= truth && truth <= output.high;
  }
  EXPECT_GE(held, 88);  // 95 are expected; fewer than 88 of 100 come less than once in two hundred times
  EXPECT_LT(held, 100);
}

TEST(FactorVaeScore, LatentsBelowTheThresholdsGetNoVotes) {
  const auto table = testing::with_factors_as_codes(dsprites_grid(10, 16));
  const auto by_kl = score_of(with_kl(table, {0.05f, 2, 0.0999f, 0.11f, 3}), load_protocol("cascade"));
  EXPECT_EQ(by_kl.detail.at("kept"), (std::vector<double>{0, 1, 0, 1, 1}));
  EXPECT_EQ(by_kl.detail.at("majority")[0], -1);
  for (int64_t k = 0; k < 5; ++k) EXPECT_EQ(by_kl.detail.at("votes")[k], 0);
  EXPECT_EQ(by_kl.outputs[0].value, 0.6);

  auto small = table;
  for (int64_t i = 0; i < small.n; ++i)
    small.z[i * 5 + 4] *= 0.005f;  // 16 positions: a standard deviation of 4.6 * .005
  for (const auto& protocol : {"dlib", "teasel"})
    EXPECT_EQ(score_of(small, load_protocol(protocol)).detail.at("kept"), (std::vector<double>{1, 1, 1, 1, 0}));
}

TEST(FactorVaeScore, ConstantLatentsAreNeverKept) {
  const auto score = score_of(golden_table(), changed("teasel", {{"min_std", 0.0}}));
  EXPECT_EQ(score.detail.at("kept"), (std::vector<double>{1, 1, 1, 0, 1}));
}

TEST(FactorVaeScore, NothingLeftIsChanceOrZeroAsTheProtocolSays) {
  auto table = with_kl(testing::with_factors_as_codes(dsprites_grid(10, 16)), std::vector<float>(5, 0.01f));
  EXPECT_EQ(value_of(table, load_protocol("cascade")), 0.2);
  for (auto& z : table.z) z = 0.001f;
  EXPECT_EQ(value_of(table, load_protocol("dlib")), 0);
  EXPECT_EQ(score_of(table, load_protocol("dlib")).samples, 0);
}

TEST(FactorVaeScore, FactorsWithoutClassesNuisancesAndConstantsAreLeftOut) {
  auto table = testing::with_factors_as_codes(testing::factor_grid({3, 1, 4, 5, 6}));
  table.full_grid = false;
  table.factors[2].nuisance = true;
  table.factors[3].values.clear();
  EXPECT_EQ(score_of(table, load_protocol("teasel")).detail.at("factors_used"), (std::vector<double>{0, 4}));
  for (auto& factor : table.factors) factor.nuisance = true;
  EXPECT_THROW(value_of(table, load_protocol("teasel")), Error);
}

// With a colour of one value among six factors perfect codes reach 5 / 6, not 1: no latent can stand for the colour,
// and its votes fall on the latent with the least variance, shape.
TEST(FactorVaeScore, LectureCountsAFactorOfOneValue) {
  const auto table = testing::with_factors_as_codes(testing::factor_grid({1, 3, 6, 10, 16, 16}));
  const auto score = score_of(table, load_protocol("lecture"));
  EXPECT_NEAR(score.outputs[0].value, 5.0 / 6, 1e-12);
  EXPECT_EQ(score.detail.at("votes")[1 * 6 + 0], 200);
  // Shape's latent gets as many votes for the colour as for shape; the first of equals is the rule.
  EXPECT_EQ(score.detail.at("accuracy_by_factor"), (std::vector<double>{1, 0, 1, 1, 1, 1}));
  EXPECT_EQ(score.detail.at("judged"), std::vector<double>(6, 200));
  EXPECT_EQ(value_of(table, changed("cascade", {{"min_kl", 0.0}})), 1);  // which leaves the colour out
}

// norm(C)_{inf,1} / norm(C)_1: the greatest entry of each latent's row of the table of votes, summed, over all votes.
TEST(FactorVaeScore, LectureIsTheNormOfTheTableOfVotes) {
  auto table = golden_table();
  const auto score = score_of(table, load_protocol("lecture"));
  const auto& votes = score.detail.at("votes");
  double rows = 0, all = 0;
  for (int64_t j = 0; j < table.d; ++j) {
    rows += *std::max_element(&votes[j * table.k], &votes[j * table.k] + table.k);
    for (int64_t k = 0; k < table.k; ++k) all += votes[j * table.k + k];
  }
  EXPECT_EQ(all, 1200);
  EXPECT_NEAR(score.outputs[0].value, rows / all, 1e-12);
}

TEST(FactorVaeScore, LectureVotesAgreeWithNumpy) {
  auto grid = testing::factor_grid({3, 4, 5, 4, 1});
  auto table = golden_table();
  grid.d = table.d;
  grid.z = table.z;
  expect_golden_votes(score_of(grid, changed("lecture", {{"votes", 100000}, {"samples", 40}})), "lecture_like");
}

TEST(FactorVaeScore, AccuracyByFactorIsTheShareOfItsJudgedVotes) {
  const auto same_votes = score_of(golden_table(), changed("teasel", {{"eval_votes", 0}, {"samples", 5}}));
  const auto& detail = same_votes.detail;
  for (size_t k = 0; k < 4; ++k) {
    double right = 0, all = 0;
    for (size_t j = 0; j < 5; ++j) {
      all += detail.at("votes")[j * 4 + k];
      if (detail.at("majority")[j] == static_cast<double>(k)) right += detail.at("votes")[j * 4 + k];
    }
    EXPECT_EQ(detail.at("judged")[k], all);
    EXPECT_NEAR(detail.at("accuracy_by_factor")[k], right / all, 1e-12);
  }
  const auto fresh = score_of(golden_table(), changed("dlib", {{"samples", 5}}));
  double right = 0;
  for (size_t k = 0; k < 4; ++k) right += fresh.detail.at("judged")[k] * fresh.detail.at("accuracy_by_factor")[k];
  EXPECT_NEAR(fresh.outputs[0].value, right / 5000, 1e-12);
}

TEST(FactorVaeScore, RefusesWithTheReason) {
  const auto table = testing::with_factors_as_codes(dsprites_grid(10, 16));
  try {
    value_of(table, load_protocol("cascade"));
    FAIL() << "codes without KL were scored";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("KL divergence"), std::string::npos) << error.what();
    EXPECT_FALSE(error.hint().empty());
  }
  EXPECT_THROW(value_of(table, changed("dlib", {{"variance_samples", 1}})), Error);
  EXPECT_THROW(value_of(table, changed("dlib", {{"samples", 1}})), Error);
}

}  // namespace
}  // namespace teasel
