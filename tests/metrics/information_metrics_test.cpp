// Scores from histograms, densities, correlations and geometry against recorded values, closed forms and brute force.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "teasel/core/random.hpp"
#include "teasel/metrics/matrix.hpp"
#include "teasel/metrics/metric.hpp"
#include "tests/metrics/tables.hpp"

namespace teasel {
namespace {

using testing::dsprites_grid;
using testing::golden_table;
using testing::numbers;

const Value& golden(const std::string& path) { return testing::golden(path, "information"); }
double number(const std::string& path) {
  double out = std::nan("");
  golden(path).number(out);
  return out;
}

Score score_of(const std::string& metric, const CodeTable& table, const Value::Table& options = {}, uint64_t seed = 1) {
  TableEvidence evidence(table);
  Protocol protocol{"test", "", "", Value(Value::Table{{metric, Value(options)}})};
  return score(metric, evidence, protocol, seed);
}
double value_of(const std::string& metric, const CodeTable& table, const Value::Table& options = {}) {
  return score_of(metric, table, options).outputs.at(0).value;
}
double output_of(const Score& score, const std::string& name) {
  for (auto& output : score.outputs)
    if (output.name == name) return output.value;
  ADD_FAILURE() << "no output " << name;
  return std::nan("");
}

void expect_near(const std::vector<double>& found, const std::string& path, double tolerance) {
  const auto expected = numbers(golden(path));
  ASSERT_EQ(found.size(), expected.size()) << path;
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(found[i], expected[i], tolerance) << path << " " << i;
}

// Factor `c` of the golden table as a cyclic one, of which class 0 follows class 4.
CodeTable with_cycle(CodeTable table) {
  table.factors[2].cyclic = true;
  return table;
}

struct Case {
  const char* name;
  CodeTable table;
};
std::vector<Case> cases() {
  return {{"grid", testing::golden_posteriors()}, {"part", testing::part_of(testing::golden_posteriors())}};
}

const Value::Table plug_in{{"estimator", "plug_in"}};

// ---- histograms ---------------------------------------------------------------------------------------------------

TEST(HistogramScores, AgreeWithScikitLearn) {
  for (auto& [name, table] : cases()) {
    const auto at = [&, name = std::string(name)](const char* key) { return name + "." + key; };
    const auto latent = Value::Table{{"estimator", "plug_in"}, {"normalise", "latent"}};
    EXPECT_NEAR(value_of("mig", table, plug_in), number(at("mig")), 1e-12);
    EXPECT_NEAR(value_of("mig", table, latent), number(at("mig_latent")), 1e-12);
    EXPECT_NEAR(value_of("mig", table, {{"estimator", "miller_madow"}}), number(at("mig_corrected")), 1e-12);
    EXPECT_NEAR(value_of("mig_sup", table, plug_in), number(at("mig_sup")), 1e-12);
    EXPECT_NEAR(value_of("mig_sup", table, latent), number(at("mig_sup_latent")), 1e-12);
    EXPECT_NEAR(value_of("modularity", table, plug_in), number(at("modularity")), 1e-12);
    EXPECT_NEAR(value_of("dcimig", table, plug_in), number(at("dcimig")), 1e-12);
    EXPECT_NEAR(value_of("aam", table, plug_in), number(at("aam")), 1e-12);
    EXPECT_NEAR(value_of("jemmig", table, plug_in), number(at("jemmig")), 1e-12);
    EXPECT_NEAR(value_of("jemmig", table, {{"estimator", "plug_in"}, {"reversed", true}}), 1 - number(at("jemmig")),
                1e-12);
    expect_near(score_of("mig", table, plug_in).detail.at("mutual_information"), at("information"), 1e-12);
    expect_near(score_of("mig", table, {{"estimator", "miller_madow"}}).detail.at("mutual_information"),
                at("corrected_information"), 1e-12);
    expect_near(score_of("mig", table, {{"estimator", "plug_in"}, {"bins", 10}, {"factor_bins", 3}})
                    .detail.at("mutual_information"),
                at("binned_factors"), 1e-12);
    EXPECT_NEAR(output_of(score_of("gaussian_total_correlation", table, plug_in), "mutual_information_score"),
                number(at("mutual_information_score")), 1e-12);
  }
}

TEST(Med, AgreesWithTheEntropiesOfShares) {
  for (auto& [name, table] : cases()) {
    const auto score = score_of("med", table, {{"estimator", "plug_in"}, {"top", 1}});
    const auto all = numbers(golden(std::string(name) + ".med")), top = numbers(golden(std::string(name) + ".med_top"));
    EXPECT_NEAR(output_of(score, "med.disentanglement"), all[0], 1e-9);
    EXPECT_NEAR(output_of(score, "med.completeness"), all[1], 1e-9);
    EXPECT_NEAR(output_of(score, "med.top_disentanglement"), top[0], 1e-9);
    EXPECT_NEAR(output_of(score, "med.top_completeness"), top[1], 1e-9);
    const auto plain = score_of("med", table, plug_in);
    ASSERT_EQ(plain.outputs.size(), 2u);
    EXPECT_EQ(plain.outputs[0].value, output_of(score, "med.disentanglement"));
  }
}

// Every item of a full grid is all there is: its shares are no estimates. Of other tables they are.
TEST(HistogramScores, CorrectTheBiasOfSamplesOnly) {
  const auto table = golden_table(), part = testing::part_of(table);
  const auto of_grid = score_of("mig", table), of_part = score_of("mig", part);
  EXPECT_EQ(output_of(of_grid, "mig"), value_of("mig", table, plug_in));
  EXPECT_EQ(output_of(of_grid, "mig.corrected"), value_of("mig", table, plug_in));
  EXPECT_EQ(output_of(of_part, "mig"), value_of("mig", part, plug_in));
  EXPECT_EQ(output_of(of_part, "mig.corrected"), value_of("mig", part, {{"estimator", "miller_madow"}}));
  EXPECT_NE(output_of(of_part, "mig.corrected"), output_of(of_part, "mig"));
}

TEST(Precision, AgreesWithBreadthFirstSearch) {
  for (auto& [name, table] : cases()) {
    const auto information = Registry<MatrixSource>::get().make(
        "mutual_information", Value(Value::Table{{"estimator", Value("plug_in")}}), {});
    const auto precision = Registry<Aggregation>::get().make("precision", Value(), {});
    const auto found = precision->aggregate(information->compute({table, {}}, 1));
    const auto expected = numbers(golden(std::string(name) + ".precision"));
    EXPECT_NEAR(found.at(0).value, expected[0], 1e-12);
    EXPECT_EQ(found.at(1).value, expected[1]);
  }
}

// The values that disentanglement_lib's tests ask of codes that are the factors, nothing, or the factors twice.
TEST(HistogramScores, OfFactorsZerosAndDuplicates) {
  const auto grid = testing::factor_grid({4, 5, 6, 7});
  const auto identity = testing::with_factors_as_codes(grid);
  auto zeros = identity, twice = identity;
  for (auto& z : zeros.z) z = 0;
  twice.d *= 2;
  twice.z.clear();
  for (int64_t i = 0; i < identity.n; ++i)
    for (int copy = 0; copy < 2; ++copy)
      twice.z.insert(twice.z.end(), identity.z.begin() + i * 4, identity.z.begin() + (i + 1) * 4);
  EXPECT_NEAR(value_of("mig", identity), 1, 1e-12);
  EXPECT_NEAR(value_of("mig", zeros), 0, 1e-12);
  EXPECT_NEAR(value_of("mig", twice), 0, 1e-12);
  EXPECT_NEAR(value_of("mig_sup", twice), 1, 1e-12);
  EXPECT_NEAR(value_of("modularity", twice), 1, 1e-12);
  EXPECT_NEAR(value_of("dcimig", twice), 1, 1e-12);
  EXPECT_NEAR(value_of("aam", twice), 0, 1e-12);
  EXPECT_NEAR(value_of("modularity", zeros), 0, 1e-12);
  EXPECT_NEAR(value_of("sap_correlation", identity), 1, 1e-12);
  EXPECT_NEAR(value_of("sap_correlation", zeros), 0, 1e-12);
  EXPECT_NEAR(value_of("sap_correlation", twice), 0, 1e-12);
  EXPECT_NEAR(value_of("jemmig", identity), 0, 1e-12);
  EXPECT_NEAR(value_of("irs", identity), 1, 1e-12);
  EXPECT_NEAR(value_of("irs", zeros), 0, 1e-12);
  EXPECT_NEAR(value_of("gaussian_total_correlation", identity), 0, 1e-12);
  EXPECT_NEAR(value_of("gaussian_total_correlation", zeros), 0, 1e-12);
  EXPECT_NEAR(value_of("gaussian_total_correlation", twice), 4 * 6 * std::log(10), 1e-3);
}

// ---- covariances and correlations ---------------------------------------------------------------------------------

TEST(LinearScores, AgreeWithNumpyAndScipy) {
  for (auto& [name, table] : cases()) {
    const std::string at = std::string(name) + ".";
    const auto unsupervised = score_of("gaussian_total_correlation", table);
    for (const char* output : {"gaussian_total_correlation", "gaussian_wasserstein_correlation",
                               "gaussian_wasserstein_correlation_normalised"})
      EXPECT_NEAR(output_of(unsupervised, output), number(at + output), 1e-7) << at << output;
    EXPECT_NEAR(value_of("sap_correlation", table), number(at + "sap_correlation"), 1e-12);
    EXPECT_NEAR(value_of("sap_correlation", with_cycle(table)), number(at + "sap_correlation_cyclic"), 1e-10);
    EXPECT_NEAR(value_of("sap_correlation", with_cycle(table), {{"cyclic", false}}), number(at + "sap_correlation"),
                1e-12);
    expect_near(score_of("circular_correlation", table).detail.at("correlation"), at + "pearson", 1e-12);
    const auto cyclic = score_of("circular_correlation", with_cycle(table)).detail.at("correlation");
    const auto circular = numbers(golden(at + "circular"));
    for (int64_t j = 0; j < table.d; ++j) EXPECT_NEAR(cyclic[j * table.k + 2], circular[j], 1e-10);
  }
}

// (sum ln S_jj - ln det S) / 2 is -ln(1 - r^2) / 2 of two latents: items on a grid of quantiles, turned.
TEST(GaussianTotalCorrelation, OfTwoLatentsIsTheClosedForm) {
  auto table = testing::with_factors_as_codes(testing::factor_grid({9, 9}));
  for (const double r : {0.0, 0.5, -0.9}) {
    auto mixed = table;
    for (int64_t i = 0; i < table.n; ++i)
      mixed.z[2 * i + 1] = r * table.z[2 * i] + std::sqrt(1 - r * r) * table.z[2 * i + 1];
    EXPECT_NEAR(value_of("gaussian_total_correlation", mixed), -std::log(1 - r * r) / 2, 1e-10);
  }
}

TEST(CircularCorrelation, WavesFollowACycleInFullAndClosedOnesToo) {
  auto table = testing::factor_grid({12, 3});
  table.factors[0].cyclic = true;
  table.d = 2;
  for (int64_t i = 0; i < table.n; ++i) {
    const double turn = 2 * std::numbers::pi * table.y[2 * i] / 12;
    table.z.insert(table.z.end(), {std::sin(turn + 0.3), table.y[2 * i + 1]});
  }
  const auto score = score_of("circular_correlation", table);
  EXPECT_NEAR(output_of(score, "circular_correlation.a"), 1, 1e-12);
  EXPECT_NEAR(output_of(score, "circular_correlation.b"), 1, 1e-12);
  EXPECT_EQ(score.detail.at("best_latent"), (std::vector<double>{0, 1}));
  // Angles whose last value is the first again, as the orientations of dSprites are stored.
  for (size_t c = 0; c < 12; ++c) table.factors[0].values[c] = 2 * std::numbers::pi * static_cast<double>(c) / 11;
  for (int64_t i = 0; i < table.n; ++i) table.z[2 * i] = std::cos(2 * std::numbers::pi * table.y[2 * i] / 11);
  EXPECT_NEAR(output_of(score_of("circular_correlation", table), "circular_correlation.a"), 1, 1e-12);
}

// ---- missing, continuous and nuisance factors ---------------------------------------------------------------------

// The table with a factor that is known for some items only is, for that factor, the table of these items.
TEST(MissingValues, LeaveTheirItemsOut) {
  auto table = testing::part_of(golden_table()), known = table;
  known.n = 0;
  known.z.clear();
  known.y.clear();
  for (int64_t i = 0; i < table.n; ++i) {
    double* y = &table.y[i * table.k];
    if (i % 3 == 0) {
      y[1] = std::nan("");
      continue;
    }
    ++known.n;
    known.z.insert(known.z.end(), &table.z[i * table.d], &table.z[(i + 1) * table.d]);
    known.y.insert(known.y.end(), y, y + table.k);
  }
  for (const auto& [metric, detail] : {std::pair{"mig", "mutual_information"},
                                       {"modularity", "mutual_information"},
                                       {"sap_correlation", "correlation"},
                                       {"circular_correlation", "correlation"},
                                       {"jemmig", "joint_entropy"}}) {
    const auto some = score_of(metric, table).detail.at(detail), of_known = score_of(metric, known).detail.at(detail);
    for (int64_t j = 0; j < table.d; ++j) EXPECT_NEAR(some[j * 4 + 1], of_known[j * 4 + 1], 1e-12) << metric;
    bool differs = false;
    for (int64_t j = 0; j < table.d; ++j) differs = differs || some[j * 4] != of_known[j * 4];
    EXPECT_TRUE(differs) << metric;
  }
  const auto one = Value::Table{{"min_group", 1}};
  const auto some = score_of("irs", table, one).detail, of_known = score_of("irs", known, one).detail;
  for (int64_t j = 0; j < table.d; ++j)  // distances within groups; their scale is that of all items
    EXPECT_NEAR((1 - some.at("robustness")[j * 4 + 1]) * some.at("greatest_distance")[j],
                (1 - of_known.at("robustness")[j * 4 + 1]) * of_known.at("greatest_distance")[j], 1e-12);
  EXPECT_GT(value_of("z_max_variance", table, {{"votes", 400}, {"eval_votes", 400}}), 0.25);
}

TEST(ContinuousFactors, TakePartWhereTheyCan) {
  auto table = testing::part_of(golden_table());
  auto classes = table;
  table.factors[1].values.clear();  // continuous
  EXPECT_EQ(score_of("mig", table).detail.at("factors_used"), (std::vector<double>{0, 2, 3}));
  EXPECT_EQ(score_of("sap_correlation", table).detail.at("factors_used"), (std::vector<double>{0, 1, 2, 3}));
  EXPECT_NEAR(value_of("sap_correlation", table), value_of("sap_correlation", classes), 1e-12);
  // In as many bins as it has values it is what it was as classes.
  for (const char* metric : {"mig", "modularity", "mig_sup", "dcimig", "aam"})
    EXPECT_NEAR(value_of(metric, table, {{"factor_bins", 20}}), value_of(metric, classes), 0.02) << metric;
  EXPECT_EQ(score_of("irs", table, {{"factor_bins", 4}}).detail.at("factors_used").size(), 4u);
  table.factors[0].nuisance = true;
  EXPECT_EQ(score_of("mig", table).detail.at("factors_used"), (std::vector<double>{2, 3}));
}

TEST(Metrics, SayWhatTheyLack) {
  auto table = golden_table();
  table.d = 1;
  table.z.resize(table.n);
  for (const char* metric : {"mig", "sap_correlation", "aam", "jemmig"}) EXPECT_THROW(score_of(metric, table), Error);
  table = golden_table();
  for (int64_t k = 1; k < table.k; ++k) table.factors[k].nuisance = true;
  for (const char* metric : {"modularity", "mig_sup", "dcimig"}) EXPECT_THROW(score_of(metric, table), Error);
  table.factors[0].nuisance = true;
  for (const char* metric : {"mig", "modularity", "irs", "jemmig", "circular_correlation", "z_max_variance"})
    EXPECT_THROW(score_of(metric, table), Error) << metric;
  EXPECT_THROW(score_of("irs", testing::part_of(golden_table()), {{"min_group", 1000}}), Error);
  EXPECT_THROW(score_of("rmig", golden_table()), Error);
  EXPECT_THROW(score_of("flatness", testing::part_of(golden_table())), Error);
}

// ---- interventional robustness ------------------------------------------------------------------------------------

TEST(Irs, AgreesWithNumpy) {
  for (auto& [name, table] : cases()) {
    const std::string at = std::string(name) + ".";
    EXPECT_NEAR(value_of("irs", table, {{"min_group", 1}}), number(at + "irs"), 1e-10);
    EXPECT_NEAR(value_of("irs", table, {{"min_group", 1}, {"quantile", 1.0}}), number(at + "irs_paper"), 1e-10);
    EXPECT_NEAR(value_of("irs", table, {{"min_group", 1}, {"quantile", 0.9}, {"factor_bins", 3}}),
                number(at + "irs_bins"), 1e-10);
  }
}

TEST(Irs, ValuesOfFewItemsDoNotCount) {
  auto table = testing::part_of(golden_table());
  table.factors[0].values.push_back(3);
  table.y[0] = 3;  // one item alone in its class: it does not move at all
  const auto with = score_of("irs", table, {{"min_group", 1}}), without = score_of("irs", table, {{"min_group", 10}});
  EXPECT_EQ(with.detail.at("groups_left_out"), (std::vector<double>(4, 0)));
  EXPECT_EQ(without.detail.at("groups_left_out"), (std::vector<double>{1, 0, 0, 0}));
  EXPECT_GT(with.detail.at("robustness")[0], without.detail.at("robustness")[0]);
}

// ---- posteriors ---------------------------------------------------------------------------------------------------

TEST(SoftScores, AgreeWithNumpy) {
  for (auto& [name, table] : cases()) {
    const auto compare = [&](const CodeTable& codes, const std::string& at, int64_t bins, double high) {
      const auto options = Value::Table{{"bins", bins}, {"low", -high}, {"high", high}};
      const auto rmig = score_of("rmig", codes, options);
      EXPECT_NEAR(rmig.outputs[0].value, number(at + ".rmig"), 1e-10);
      expect_near(rmig.detail.at("mutual_information"), at + ".information", 1e-10);
      auto joint = options;
      joint.push_back({"posterior", true});
      EXPECT_NEAR(value_of("jemmig", codes, joint), number(at + ".jemmig"), 1e-10);
    };
    compare(table, std::string(name) + ".soft", 40, 4);
    auto narrow = table;
    for (auto& deviation : narrow.spread) deviation /= 256;
    compare(narrow, std::string(name) + ".soft_narrow", 7, 3);
  }
}

TEST(SoftScores, ReadPosteriorsWhateverTheProtocolMakesOfCodes) {
  auto table = testing::golden_posteriors();
  const double before = value_of("rmig", table);
  table.sampled = true;
  EXPECT_EQ(value_of("rmig", table), before);
}

TEST(MigSampled, AgreesWithIntegrationInNumpy) {
  const auto score = score_of("mig_sampled", testing::golden_posteriors());
  expect_near(score.detail.at("mutual_information"), "sampled.information", 1e-5);
  EXPECT_NEAR(score.outputs[0].value, number("sampled.mig_sampled"), 1e-5);
  EXPECT_EQ(score.outputs[0].low, score.outputs[0].high);
  // Units far from 1, where no density reaches any least value.
  auto large = testing::golden_posteriors();
  for (auto& z : large.z) z *= 1e6;
  for (auto& deviation : large.spread) deviation *= 1e6f;
  EXPECT_NEAR(value_of("mig_sampled", large), score.outputs[0].value, 1e-5);
}

TEST(Wsepin, AgreesWithManySamplesOfNumpy) {
  const auto score = score_of("wsepin", testing::golden_posteriors(), {{"samples", 20000}});
  for (auto& output : score.outputs) {
    EXPECT_NEAR(output.value, number("wsepin." + output.name), 0.75 * (output.high - output.low)) << output.name;
    EXPECT_LT(output.high - output.low, 0.1);
  }
  expect_near(score.detail.at("information"), "wsepin.information", 0.03);
  expect_near(score.detail.at("separability"), "wsepin.separability", 0.04);
}

// ---- geometry -----------------------------------------------------------------------------------------------------

void expect_in_intervals(const std::vector<Score::Output>& outputs, size_t first, const std::vector<double>& expected) {
  for (size_t i = 0; i < expected.size(); ++i) {
    const auto& output = outputs[first + i];
    EXPECT_NEAR(output.value, expected[i], 0.75 * (output.high - output.low) + 1e-12) << output.name;
    EXPECT_LT(output.high - output.low, 0.05) << output.name;
  }
}

TEST(Flatness, AgreesWithAllTraversalsInNumpy) {
  const auto score = score_of("flatness", golden_table(), {{"repeats", 3000}});
  expect_in_intervals(score.outputs, 0, numbers(golden("flatness")));
}

TEST(Flatness, OfACircleIsItsDiameterOverItsWay) {
  auto table = testing::factor_grid({40, 2});
  table.d = 3;
  for (int64_t i = 0; i < table.n; ++i) {
    const double turn = 2 * std::numbers::pi * table.y[2 * i] / 40;
    table.z.insert(table.z.end(), {std::cos(turn), std::sin(turn), table.y[2 * i + 1]});
  }
  const auto score = score_of("flatness", table);
  const double step = 2 * std::sin(std::numbers::pi / 40);
  EXPECT_NEAR(output_of(score, "flatness.l2"), (2 / (39 * step) + 1) / 2, 1e-9);
}

TEST(FactoredComponents, AgreeWithAllTraversalsInNumpy) {
  const auto score = score_of("factored_components", golden_table(), {{"repeats", 3000}});
  expect_in_intervals(score.outputs, 0, numbers(golden("factored_components")));
}

TEST(FactoredComponents, OfTheFactorsAreAllOne) {
  const auto score = score_of("factored_components", testing::with_factors_as_codes(testing::factor_grid({4, 5, 6})));
  for (auto& output : score.outputs)
    if (!output.name.ends_with("_l2") || !output.name.starts_with("factored_components.global")) {
      EXPECT_NEAR(output.value, 1, 1e-9) << output.name;
    }
}

TEST(FactorisedSupport, AgreesWithNumpy) {
  for (auto& [name, table] : cases())
    EXPECT_NEAR(value_of("factorised_support", table, {{"batch", 60}, {"batches", 0}, {"standardise", false}}),
                number(std::string(name) + ".factorised_support"), 1e-4);
}

TEST(FactorisedSupport, IsNothingForAGridInOneBatchAndMuchForADiagonal) {
  const auto grid = testing::with_factors_as_codes(testing::factor_grid({6, 7}));
  const auto whole = Value::Table{{"batch", 42}, {"batches", 0}, {"standardise", false}};
  EXPECT_EQ(value_of("factorised_support", grid, whole), 0);
  auto diagonal = grid;
  for (int64_t i = 0; i < grid.n; ++i) diagonal.z[2 * i + 1] = diagonal.z[2 * i];
  // The corner (0, 5) is nearest to (2, 2) and (3, 3): 4 + 9.
  EXPECT_EQ(value_of("factorised_support", diagonal, whole), 13);
}

TEST(ZMaxVariance, VotesAgreeWithNumpy) {
  const auto score = score_of("z_max_variance", golden_table(), {{"votes", 100000}, {"eval_votes", 0}, {"samples", 5}});
  const auto shares = numbers(golden("z_max_variance.votes"));
  for (size_t i = 0; i < shares.size(); ++i) EXPECT_NEAR(score.detail.at("votes")[i] / 100000, shares[i], 0.006) << i;
  EXPECT_NEAR(score.outputs[0].value, number("z_max_variance.score"), 0.006);
}

TEST(ZMaxVariance, ListsOfItemsDrawAsGridsDoAndChanceIsZeroWhereItIsRescaled) {
  const auto options = Value::Table{{"votes", 20000}, {"eval_votes", 0}, {"samples", 5}};
  auto table = golden_table();
  const auto of_grid = score_of("z_max_variance", table, options);
  table.full_grid = false;
  const auto of_list = score_of("z_max_variance", table, options);
  EXPECT_EQ(of_grid.detail.at("votes"), of_list.detail.at("votes"));
  auto rescaled = options;
  rescaled.push_back({"rescale", true});
  EXPECT_NEAR(value_of("z_max_variance", table, rescaled), (of_grid.outputs[0].value - 0.25) / 0.75, 1e-12);
  const auto perfect = testing::with_factors_as_codes(dsprites_grid(5, 4));
  EXPECT_EQ(value_of("z_max_variance", perfect, {{"rescale", true}}), 1);
  // Of a continuous factor no two items share a value: bins let combinations repeat.
  table.factors[1].values.clear();
  for (int64_t i = 0; i < table.n; ++i) table.y[i * 4 + 1] += 1e-3 * static_cast<double>(i);
  EXPECT_GT(value_of("z_max_variance", table, {{"factor_bins", 3}}), 0.3);
}

}  // namespace
}  // namespace teasel
