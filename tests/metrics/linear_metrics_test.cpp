// Scores of linear predictors, assignment and neighbours against scikit-learn and scipy
// (tests/golden/linear_metrics.py), closed forms and properties.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "teasel/core/file.hpp"
#include "teasel/metrics/matrix.hpp"
#include "teasel/metrics/metric.hpp"
#include "teasel/metrics/predictor.hpp"
#include "tests/metrics/tables.hpp"

namespace teasel {
namespace {

constexpr int64_t rows = 600, train_rows = 400;

const Value& golden(const std::string& key) {
  static const Value root =
      parse_json(read_file("tests/golden/linear_metrics.json"), "tests/golden/linear_metrics.json");
  return *root.find(key);
}
std::vector<double> numbers(const std::string& key) { return testing::numbers(golden(key)); }

double mixed(uint32_t h) {
  h = (h ^ (h >> 16)) * 0x7FEB352Du;
  h = (h ^ (h >> 15)) * 0x846CA68Bu;
  return static_cast<double>((h ^ (h >> 16)) >> 8) / (1 << 24);
}

// The table of the script.
CodeTable table() {
  CodeTable out;
  out.n = rows, out.d = 4, out.k = 3;
  const int64_t classes[] = {3, 4, 6};
  for (int64_t k = 0; k < 3; ++k) {
    FactorSpec factor;
    factor.name = std::string(1, static_cast<char>('a' + k));
    for (int64_t c = 0; c < classes[k]; ++c) factor.values.push_back(static_cast<double>(c));
    out.factors.push_back(factor);
  }
  for (uint32_t i = 0; i < rows; ++i) {
    double u[8];
    for (uint32_t m = 0; m < 8; ++m) u[m] = mixed(i * 8 + m + 1);
    double y[3];
    for (int64_t k = 0; k < 3; ++k) out.y.push_back(y[k] = std::floor(u[k] * static_cast<double>(classes[k])));
    for (const double z : {y[0] + u[3] / 4, 2 * y[1] - 3 * u[4], y[2] + y[0] / 2 + 2 * u[5], u[6] / 2})
      out.z.push_back(z);
  }
  return out;
}

Protocol protocol(const std::string& metric, Value::Table options) {
  Protocol out{"test", "", "", Value(Value::Table{})};
  out.metrics.set(metric, Value(std::move(options)));
  return out;
}
Score score_of(const std::string& metric, CodeTable table, const Protocol& protocol, uint64_t seed = 1) {
  TableEvidence evidence(std::move(table));
  return score(metric, evidence, protocol, seed);
}
Score split_score(const std::string& metric, const Protocol& protocol) {
  TableEvidence evidence(table(), Split{train_rows, rows - train_rows});
  return score(metric, evidence, protocol, 1);
}
void expect_near(const std::vector<double>& ours, const std::vector<double>& theirs, double tolerance) {
  ASSERT_EQ(ours.size(), theirs.size());
  for (size_t i = 0; i < ours.size(); ++i) EXPECT_NEAR(ours[i], theirs[i], tolerance) << "entry " << i;
}
std::vector<double> values(const Score& score) {
  std::vector<double> out;
  for (auto& output : score.outputs) out.push_back(output.value);
  return out;
}
std::string refusal(const std::string& metric, const CodeTable& table) {
  try {
    score_of(metric, table, load_protocol("teasel"));
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

TEST(Sap, EqualsScikitLearn) {
  const auto found = split_score("sap", load_protocol("dlib-2019"));
  expect_near(found.detail.at("matrix"), testing::numbers(*golden("sap").find("matrix")), 1e-9);
  EXPECT_NEAR(found.outputs[0].value, testing::numbers(Value(Value::List{*golden("sap").find("sap")}))[0], 1e-9);
}

TEST(Sap, MatrixAndGapAreThoseOfTheirParts) {
  const auto whole = split_score("sap", protocol("sap", {}));
  const auto parts = split_score("matrix_score", protocol("matrix_score", {{"matrix", "svm_accuracy"}}));
  EXPECT_EQ(whole.detail.at("matrix"), parts.detail.at("matrix"));
}

// Identity, zeros and duplicated latents of disentanglement_lib's unit tests.
TEST(Sap, OfKnownCodes) {
  auto grid = testing::with_factors_as_codes(testing::factor_grid({2, 2, 2, 2, 2, 2, 2, 2}));
  EXPECT_NEAR(values(score_of("sap", grid, load_protocol("teasel")))[0], 0.5,
              0.05);  // 1 against chance for two classes
  auto zeros = grid;
  std::ranges::fill(zeros.z, 0.0);
  EXPECT_NEAR(values(score_of("sap", zeros, load_protocol("teasel")))[0], 0, 0.01);
  auto twice = grid;
  twice.d = 2 * grid.d;
  twice.z.clear();
  for (int64_t i = 0; i < grid.n; ++i)
    for (int copy = 0; copy < 2; ++copy)
      twice.z.insert(twice.z.end(), &grid.z[i * grid.d], &grid.z[i * grid.d] + grid.d);
  EXPECT_EQ(values(score_of("sap", twice, load_protocol("teasel")))[0], 0);
}

TEST(Explicitness, EqualsScikitLearn) {
  expect_near(values(split_score("explicitness", load_protocol("dlib-2019"))), numbers("explicitness"), 1e-4);
  EXPECT_NEAR(values(score_of("explicitness", table(), load_protocol("zaidi-2020")))[0],
              testing::numbers(Value(Value::List{golden("explicitness_zaidi")}))[0], 1e-4);
}

TEST(Explicitness, RefusesImpossibleCounts) {
  EXPECT_THROW(score_of("explicitness", table(), protocol("explicitness", {{"train", 0}})), Error);
}

TEST(Infomec, EqualsScikitLearn) {
  const Protocol all = protocol("infomec", {{"samples", 0}, {"iterations", 1000}});
  const auto compare = [](const Score& ours, const std::string& key, double tolerance) {
    const auto numbers = [&](const char* part) { return testing::numbers(*golden(key).find(part)); };
    expect_near(ours.detail.at("active"), numbers("active"), 0);
    expect_near(ours.detail.at("nmi"), numbers("nmi"), 1e-6);
    expect_near(ours.detail.at("explicitness"), numbers("explicitness"), tolerance);
    expect_near(values(ours), numbers("scores"), tolerance);
  };
  compare(score_of("infomec", table(), all), "infomec", 1e-3);
  auto steps = table();
  for (auto& z : steps.z) z = std::floor(2 * z) / 2;
  compare(score_of("infomec", steps, all), "infomec_quantised", 1e-3);
  compare(score_of("infomec", table(),
                   protocol("infomec",
                            {{"samples", 0}, {"spread", "interquartile"}, {"min_share", 0.1}, {"min_spread", 0.1}})),
          "infomec_tripod", 1e-3);
}

// A quantised code that is the factors, permuted.
TEST(Infomec, PerfectCodesReachOne) {
  auto grid = testing::with_factors_as_codes(testing::factor_grid({3, 4, 5, 2}));
  for (int64_t i = 0; i < grid.n; ++i) std::reverse(&grid.z[i * 4], &grid.z[i * 4] + 4);
  expect_near(values(score_of("infomec", grid, protocol("infomec", {{"samples", 0}}))), {1, 1, 1}, 1e-3);
}

TEST(Infomec, ContinuousFactorsAreRegressed) {
  auto continuous = table();
  for (auto& factor : continuous.factors) factor.values.clear();
  const auto found = score_of("infomec", continuous, protocol("infomec", {{"samples", 0}}));
  expect_near(found.detail.at("explicitness"), numbers("regression"), 1e-6);
  // Gaussians with correlation r: 1 - exp(-2 I) = r^2.
  CodeTable gaussian;
  gaussian.n = 4000, gaussian.d = 2, gaussian.k = 2;
  gaussian.factors.resize(2);
  for (auto& factor : gaussian.factors) factor.scale = FactorSpec::Scale::continuous;
  std::vector<float> noise(gaussian.n * 4);
  Stream(1, "gaussian").normal(0, 4, noise);
  for (int64_t i = 0; i < gaussian.n; ++i)
    for (int64_t j = 0; j < 2; ++j) {
      gaussian.y.push_back(noise[4 * i + j]);
      gaussian.z.push_back(0.8 * noise[4 * i + j] + 0.6 * noise[4 * i + 2 + j]);
    }
  const auto nmi = score_of("infomec", gaussian, protocol("infomec", {})).detail.at("nmi");
  expect_near(nmi, {0.64, 0, 0, 0.64}, 0.05);
}

TEST(Mcc, EqualsScipy) {
  const auto found = score_of("mcc", table(), load_protocol("teasel"));
  expect_near(values(found), numbers("mcc"), 1e-9);
  for (auto& output : found.outputs) {
    EXPECT_LT(output.low, output.value);
    EXPECT_GT(output.high, output.value);
  }
}

TEST(Mcc, ContinuousFactorsMissingValuesAndTooFewLatents) {
  auto some = table();
  some.factors[2].values.clear();
  some.factors[2].scale = FactorSpec::Scale::continuous;
  const auto whole = values(score_of("mcc", some, load_protocol("teasel")));
  expect_near(whole, numbers("mcc"), 1e-9);
  auto missing = some;
  for (int64_t i = 0; i < missing.n; i += 3) missing.y[i * 3] = std::nan("");
  const auto without = score_of("mcc", missing, load_protocol("teasel"));
  EXPECT_NEAR(values(without)[0], whole[0], 0.02);
  EXPECT_NE(values(without)[0], whole[0]);
  auto narrow = some;
  narrow.d = 1;
  narrow.z.clear();
  for (int64_t i = 0; i < some.n; ++i) narrow.z.push_back(some.z[i * 4]);
  const auto one = score_of("mcc", narrow, load_protocol("teasel"));
  EXPECT_NEAR(values(one)[0], std::abs(score_of("mcc", some, load_protocol("teasel")).detail.at("pearson")[0]) / 3,
              1e-9);
  EXPECT_EQ(one.detail.at("pearson_latent"), (std::vector<double>{0, -1, -1}));
}

// Units do not count, but what varies by no more than rounding does not follow anything.
TEST(Mcc, LatentsWithoutVarianceCorrelateWithNothing) {
  const auto before = score_of("mcc", table(), load_protocol("teasel"));
  const auto scaled = [](double by) {
    auto some = table();
    for (int64_t i = 0; i < some.n; ++i) some.z[i * 4] = 0.1 + by * some.z[i * 4];
    return score_of("mcc", some, load_protocol("teasel"));
  };
  expect_near(values(scaled(1e-4)), values(before), 1e-9);
  const auto still = scaled(1e-8);
  for (int64_t k = 0; k < 3; ++k) EXPECT_EQ(still.detail.at("pearson")[k], 0);
  EXPECT_NEAR(still.detail.at("spearman")[0], before.detail.at("spearman")[0], 1e-9);
}

TEST(SncNk, SingleLatentsEqualNumpy) {
  const auto found = split_score("snc_nk", protocol("snc_nk", {{"epochs", 2}}));
  expect_near(found.detail.at("snc"), numbers("snc"), 1e-9);
  EXPECT_EQ(found.detail.at("latent"), (std::vector<double>{0, 1, 2}));
}

TEST(SncNk, WithoutItsLatentAFactorIsLost) {
  const auto grid = testing::with_factors_as_codes(testing::factor_grid({3, 4, 5, 6}));
  const auto found =
      score_of("snc_nk", grid, protocol("snc_nk", {{"train", 3000}, {"test", 2000}, {"batch", 100}, {"hidden", 32}}));
  EXPECT_GT(found.outputs[0].value, 0.99);  // snc
  EXPECT_NEAR(found.outputs[1].value, (1.0 / 3 + 1.0 / 4 + 1.0 / 5 + 1.0 / 6) / 4, 0.05);
  EXPECT_GT(found.outputs[2].value, 0.98);
  EXPECT_NEAR(found.outputs[3].value, found.outputs[2].value - found.outputs[1].value, 1e-12);
}

TEST(DciEs, IsTheAreaAboveTheBestLoss) {
  const auto found = split_score(
      "dci_es", protocol("dci_es", {{"capacities", Value(Value::List{0, 2, 8, 32})}, {"epochs", 8}, {"batch", 32}}));
  const auto &loss = found.detail.at("loss"), &explicitness = found.detail.at("explicitness");
  const int64_t classes[] = {3, 4, 6};
  double mean = 0;
  for (int64_t k = 0; k < 3; ++k) {
    std::vector<double> x, y;
    for (const int64_t hidden : {0, 2, 8, 32}) {
      x.push_back(std::log(hidden == 0 ? 5.0 * classes[k] : 5.0 * hidden + (hidden + 1.0) * classes[k]));
      const double here = loss[static_cast<int64_t>(y.size()) * 3 + k];
      y.push_back(y.empty() ? here : std::min(here, y.back()));
    }
    double area = 0;
    for (size_t i = 1; i < x.size(); ++i) area += (x[i] - x[i - 1]) * ((y[i] + y[i - 1]) / 2 - y.back());
    const double expected = 1 - area / (0.5 * (x.back() - x.front()) * (1 - 1.0 / static_cast<double>(classes[k])));
    EXPECT_NEAR(explicitness[k], expected, 1e-12);
    mean += expected / 3;
  }
  EXPECT_NEAR(found.outputs[0].value, mean, 1e-12);
  EXPECT_NEAR(found.outputs[1].value, 4.0 / 3, 1e-12);
  EXPECT_THROW(score_of("dci_es", table(), protocol("dci_es", {{"capacities", Value(Value::List{16, 8})}})), Error);
  EXPECT_THROW(score_of("dci_es", table(),
                        protocol("dci_es", {{"probe", "random_features"}, {"capacities", Value(Value::List{3, 8})}})),
               Error);
}

// A factor that a line shows needs no capacity; one that only a curve shows does.
TEST(DciEs, CodesThatNeedCapacityAreLessExplicit) {
  CodeTable linear;
  linear.n = 3000, linear.d = 2, linear.k = 1;
  linear.factors.resize(1);
  linear.factors[0].name = "side";
  linear.factors[0].values = {0, 1};
  std::vector<float> noise(linear.n * 2);
  Stream(1, "explicit").normal(0, 2, noise);
  linear.z.assign(noise.begin(), noise.end());
  auto curved = linear;
  for (int64_t i = 0; i < linear.n; ++i) {
    linear.y.push_back(noise[2 * i] > 0);
    curved.y.push_back((noise[2 * i] > 0) != (noise[2 * i + 1] > 0));
  }
  const auto options = protocol("dci_es", {{"train", 2000}, {"test", 1000}});
  const double of_line = values(score_of("dci_es", linear, options))[0],
               of_curve = values(score_of("dci_es", curved, options))[0];
  EXPECT_GT(of_line, 0.9);
  EXPECT_LT(of_curve, of_line - 0.2);
  const auto features = score_of("dci_es", curved,
                                 protocol("dci_es", {{"probe", "random_features"},
                                                     {"sigma", 0.2},
                                                     {"train", 2000},
                                                     {"test", 1000},
                                                     {"capacities", Value(Value::List{2, 8, 64})}}));
  EXPECT_LT(features.detail.at("best_loss")[0], 0.1);
  EXPECT_GT(features.detail.at("loss")[0], 0.3);  // of one frequency
}

TEST(BetaVaeScore, OfKnownCodes) {
  const auto grid = testing::dsprites_grid();
  const Protocol dlib = load_protocol("dlib-2019");
  EXPECT_GT(values(score_of("beta_vae_score", testing::with_factors_as_codes(grid), dlib))[0], 0.99);
  auto zeros = testing::with_factors_as_codes(grid);
  std::ranges::fill(zeros.z, 0.0);
  const auto constant = score_of("beta_vae_score", zeros, dlib);
  EXPECT_NEAR(values(constant)[0], 0.2, 0.03);
  const auto confusion = score_of("beta_vae_score", table(), load_protocol("zaidi-2020"));
  double judged = 0, right = 0;
  for (int64_t i = 0; i < 9; ++i) judged += confusion.detail.at("confusion")[i];
  for (int64_t k = 0; k < 3; ++k) right += confusion.detail.at("confusion")[k * 4];
  EXPECT_EQ(judged, 5000);
  EXPECT_NEAR(confusion.outputs[0].value, (right / judged - 1.0 / 3) / (2.0 / 3), 1e-12);
}

// disentanglement_lib's unit test: ten factors of ten values, codes that are the factors, five pairs in an average.
TEST(BetaVaeScore, OfIdentityCodesWithFewPairs) {
  CodeTable identity;
  identity.n = 5000, identity.d = identity.k = 10;
  identity.factors.resize(10);
  for (int64_t k = 0; k < 10; ++k) {
    identity.factors[k].name = "factor" + std::to_string(k);
    for (int64_t c = 0; c < 10; ++c) identity.factors[k].values.push_back(static_cast<double>(c));
  }
  for (int64_t i = 0; i < identity.n * 10; ++i)
    identity.y.push_back(static_cast<double>(Stream(1, "identity").below(10, i)));
  identity.z = identity.y;
  for (const bool liblinear : {false, true}) {
    const auto found =
        score_of("beta_vae_score", identity,
                 protocol("beta_vae_score", {{"train", 2000}, {"test", 2000}, {"pairs", 5}, {"liblinear", liblinear}}));
    EXPECT_GT(found.outputs[0].value, 0.9);
  }
}

// One latent is all there is to see: pairs that share its factor differ by nothing, all others by what is known, so
// that the best line between the two is right for every vote on this factor and for the more frequent one of the
// others.
TEST(BetaVaeScore, OneLatentTellsOneFactorFromTheOthers) {
  auto grid = testing::factor_grid({8, 8, 8});
  grid.d = 1;
  for (int64_t i = 0; i < grid.n; ++i) grid.z.push_back(5 * grid.y[i * 3]);
  for (const bool legacy : {false, true}) {
    const auto found = score_of("beta_vae_score", grid, protocol("beta_vae_score", {{"liblinear", legacy}}));
    EXPECT_NEAR(found.outputs[0].value, 2.0 / 3, 0.02);
    EXPECT_GT(found.detail.at("confusion")[0], 0);
    EXPECT_EQ(found.detail.at("confusion")[1] + found.detail.at("confusion")[2], 0);
  }
}

TEST(BetaVaeScore, SampledCodesAreDrawnForEveryItem) {
  auto noisy = testing::with_factors_as_codes(testing::factor_grid({8, 8, 8}));
  noisy.spread.assign(noisy.z.size(), 20);  // drowns the factors
  Protocol sampled = protocol("beta_vae_score", {{"train", 2000}, {"test", 1000}});
  const double clean = values(score_of("beta_vae_score", noisy, sampled))[0];
  sampled.evidence.representation = "sampled";
  EXPECT_GT(clean, 0.99);
  EXPECT_LT(values(score_of("beta_vae_score", noisy, sampled))[0], 0.8);
}

TEST(ClusteringAccuracy, FindsBlobsAndReadsACategoricalLatent) {
  auto grid = testing::with_factors_as_codes(testing::factor_grid({4, 50}));
  for (int64_t i = 0; i < grid.n; ++i) grid.z[2 * i] *= 100, grid.z[2 * i + 1] = static_cast<double>(i % 7) / 10;
  grid.d = 2;
  grid.factors[0].scale = FactorSpec::Scale::categorical;
  const auto blobs = score_of("clustering_accuracy", grid, protocol("clustering_accuracy", {{"samples", 0}}));
  EXPECT_EQ(blobs.detail.at("factors_used"), std::vector<double>{0});
  EXPECT_GT(values(blobs)[0], 0.45);

  // Probabilities whose most probable class is the factor's, turned, but for every tenth item.
  Codes codes;
  codes.samples = grid.n;
  Codes::Block block;
  block.about.name = "class";
  block.about.size = 4;
  block.about.law = LatentLaw::categorical;
  for (int64_t i = 0; i < grid.n; ++i)
    for (int64_t c = 0; c < 4; ++c)
      block.location.push_back(c == (static_cast<int64_t>(grid.y[2 * i]) + (i % 10 == 0 ? 2 : 1)) % 4 ? 0.7f : 0.1f);
  codes.blocks.push_back(block);
  TableEvidence evidence(grid, codes);
  const auto found = score("clustering_accuracy", evidence, load_protocol("teasel"), 1);
  expect_near(values(found), {0.9, 0.9}, 1e-12);
  EXPECT_THROW(score_of("clustering_accuracy", grid, protocol("clustering_accuracy", {{"factor", "c"}})), Error);
}

TEST(KnnInformation, UnitsAreReadTogether) {
  // The exclusive or of two signs: neither latent alone says anything, both together all.
  CodeTable both;
  both.n = 2000, both.d = 2, both.k = 1;
  both.factors.resize(1);
  both.factors[0].name = "side";
  both.factors[0].values = {0, 1};
  std::vector<float> noise(both.n * 2);
  Stream(1, "units").normal(0, 2, noise);
  both.z.assign(noise.begin(), noise.end());
  for (int64_t i = 0; i < both.n; ++i) both.y.push_back((noise[2 * i] > 0) != (noise[2 * i + 1] > 0));
  const auto matrix = Registry<MatrixSource>::get().make("knn_information", Value(), {});
  const auto alone = matrix->compute({both, both}, 1);
  EXPECT_LT(alone.at(0, 0), 0.03);
  EXPECT_LT(alone.at(1, 0), 0.03);
  both.unit = {0, 0};
  const auto unit = matrix->compute({both, both}, 1);
  EXPECT_EQ(unit.latents, 1);
  EXPECT_GT(unit.at(0, 0), 0.85 * std::log(2));
}

TEST(Predictor, LogisticRegressionNamesWhatALineSeparates) {
  const auto codes = table();
  const TrainTest parts{codes, codes};
  for (const auto& options :
       {Value::Table{}, Value::Table{{"strengths", 5}}, Value::Table{{"one_vs_rest", true}, {"standardise", true}}}) {
    const auto predictor = Registry<Predictor>::get().make("logistic_regression", Value(options), {});
    const auto known = labelled(parts, 0);
    predictor->fit(known.train.z, known.train.labels, known.classes, 1);
    EXPECT_EQ(predictor->predict(known.test.z), known.test.labels);
  }
}

TEST(LabelledParts, CountClassesOverBothParts) {
  auto train = table(), test = table();
  for (int64_t i = 0; i < rows; ++i) {
    train.y[i * 3 + 1] = i % 2 == 0 ? 3 : std::nan("");
    test.y[i * 3 + 1] = i % 2 == 0 ? 1 : 3;
  }
  const auto parts = labelled(TrainTest{train, test}, 1);
  EXPECT_EQ(parts.classes, 2);
  EXPECT_EQ(parts.train.n, rows / 2);
  EXPECT_EQ(parts.train.labels, std::vector<int32_t>(rows / 2, 1));
  EXPECT_EQ(parts.test.labels[0], 0);
  EXPECT_EQ(parts.test.labels[1], 1);
}

TEST(LinearMetrics, RefuseWhatTheyCannotScore) {
  auto bare = table();
  for (auto& factor : bare.factors) factor.nuisance = true;
  for (auto* metric :
       {"sap", "explicitness", "beta_vae_score", "infomec", "mcc", "snc_nk", "dci_es", "clustering_accuracy"})
    EXPECT_NE(refusal(metric, bare).find("factor"), std::string::npos) << metric;
  auto narrow = table();
  narrow.d = 1;
  narrow.z.resize(narrow.n);
  for (auto* metric : {"sap", "snc_nk"}) EXPECT_NE(refusal(metric, narrow).find("two latents"), std::string::npos);
  for (auto* metric : {"explicitness", "beta_vae_score", "infomec", "mcc", "dci_es", "clustering_accuracy"})
    EXPECT_EQ(refusal(metric, narrow), "") << metric;
  auto single = table();
  single.factors[0].nuisance = single.factors[1].nuisance = true;
  for (auto* metric : {"beta_vae_score", "infomec"})
    EXPECT_NE(refusal(metric, single).find("two factors"), std::string::npos);
}

TEST(LinearMetrics, MissingValuesAndConstantLatentsLeaveFiniteScores) {
  auto holes = table();
  for (int64_t i = 0; i < holes.n; ++i) {
    if (i % 5 == 0) holes.y[i * 3 + i % 3] = std::nan("");
    holes.z[i * 4 + 3] = 7;
  }
  for (auto* metric :
       {"sap", "explicitness", "beta_vae_score", "infomec", "mcc", "snc_nk", "dci_es", "clustering_accuracy"})
    for (auto& output : score_of(metric, holes, load_protocol("teasel")).outputs)
      EXPECT_TRUE(std::isfinite(output.value)) << output.name;
}

}  // namespace
}  // namespace teasel
