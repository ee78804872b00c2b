// Scores of predictors' importances, downstream tasks and comparisons of runs: against numpy and scikit-learn, values
// recorded from disentanglement_lib's tests, brute force and what must hold.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "teasel/core/file.hpp"
#include "teasel/metrics/dci_scores.hpp"
#include "teasel/metrics/importance.hpp"
#include "teasel/metrics/metric.hpp"
#include "teasel/metrics/random_groups.hpp"
#include "teasel/stats/logistic_regression.hpp"
#include "tests/metrics/tables.hpp"
#include "tests/stats/tree_data.hpp"

namespace teasel {
namespace {

using testing::numbers;

Value toml(const std::string& text) { return parse_toml(text, "test"); }

std::unique_ptr<Metric> metric(const std::string& name, const std::string& options = "") {
  return Registry<Metric>::get().make(name, toml(options), {});
}

double value_of(const Score& score, const std::string& name) {
  for (auto& output : score.outputs)
    if (output.name == name) return output.value;
  ADD_FAILURE() << "no output " << name;
  return std::nan("");
}

const Value& golden(const std::string& path) {
  static const Value root = parse_json(read_file("tests/golden/tree_metrics.json"), "tests/golden/tree_metrics.json");
  if (const Value* found = root.find(path)) return *found;
  throw std::out_of_range("no golden value " + path);
}

double golden_number(const std::string& path) {
  double value = 0;
  EXPECT_TRUE(golden(path).number(value)) << path;
  return value;
}

void expect_near(const std::vector<double>& ours, const std::string& path, double tolerance) {
  const auto theirs = numbers(golden(path));
  ASSERT_EQ(ours.size(), theirs.size()) << path;
  for (size_t i = 0; i < ours.size(); ++i) EXPECT_NEAR(ours[i], theirs[i], tolerance) << path << " " << i;
}

// A table of factors "a", "b", ... with these class counts and n items, without codes; and values y(item, factor).
CodeTable table_of(const std::vector<int64_t>& classes, int64_t n, const std::function<int64_t(int64_t, int64_t)>& y) {
  CodeTable table;
  table.n = n;
  table.k = static_cast<int64_t>(classes.size());
  for (const auto count : classes) {
    FactorSpec factor;
    factor.name = std::string(1, static_cast<char>('a' + table.factors.size()));
    for (int64_t c = 0; c < count; ++c) factor.values.push_back(static_cast<double>(c));
    table.factors.push_back(std::move(factor));
  }
  for (int64_t i = 0; i < n; ++i)
    for (int64_t k = 0; k < table.k; ++k) table.y.push_back(static_cast<double>(y(i, k)));
  return table;
}

// Independent random factors.
CodeTable random_factors(const std::vector<int64_t>& classes, int64_t n, uint64_t seed) {
  const Stream stream(seed, "tests/factors");
  const auto k = static_cast<int64_t>(classes.size());
  return table_of(classes, n, [&](int64_t i, int64_t f) { return stream.below(classes[f], i * k + f); });
}

CodeTable golden_codes() {
  const auto train = testing::tree_table(0, 2000), test = testing::tree_table(4000, 1000);
  CodeTable table =
      table_of({2, 4, 7}, 3000, [&](int64_t i, int64_t k) { return i < 2000 ? train.y[k][i] : test.y[k][i - 2000]; });
  table.d = 5;
  table.z = train.x;
  table.z.insert(table.z.end(), test.x.begin(), test.x.end());
  return table;
}

ScoreMatrix matrix_of(int64_t latents, int64_t factors, std::vector<double> values) {
  ScoreMatrix out{.latents = latents, .factors = factors, .values = std::move(values)};
  for (int64_t k = 0; k < factors; ++k) out.used.push_back(k);
  return out;
}

// Rows of the identity of size n, repeated down and across.
ScoreMatrix diagonals(int64_t n, int64_t down, int64_t across) {
  std::vector<double> values;
  for (int64_t j = 0; j < n * down; ++j)
    for (int64_t k = 0; k < n * across; ++k) values.push_back(j % n == k % n ? 1 : 0);
  return matrix_of(n * down, n * across, values);
}

// ---- DCI ----------------------------------------------------------------------------------------------------------

TEST(DciScores, AreThoseOfDisentanglementLibsTests) {
  const double half = std::numbers::ln2 / std::log(10.0);
  const auto expect = [](const ScoreMatrix& matrix, double disentanglement, double completeness, double tolerance) {
    for (const bool equal : {false, true}) {
      const auto scores = dci_scores(matrix, equal);
      EXPECT_NEAR(scores.disentanglement, disentanglement, tolerance);
      if (!equal) {
        EXPECT_NEAR(scores.completeness, completeness, tolerance);
      }
    }
  };
  expect(diagonals(5, 1, 1), 1, 1, 1e-7);
  expect(matrix_of(3, 2, {1, 0, 0, 1, 0, 0}), 1, 1, 1e-7);
  expect(matrix_of(10, 10, std::vector<double>(100)), 0, 0, 1e-7);
  expect(diagonals(5, 2, 1), 1, 1 - half, 1e-7);
  expect(diagonals(5, 1, 2), 1 - half, 1, 1e-7);
  auto rows = diagonals(5, 1, 1);
  rows.latents = 2;
  rows.values.resize(10);
  expect(rows, 1, 1, 1e-7);
}

TEST(DciScores, WeightFactorsAsAsked) {
  // Columns (3, 1) and (0, 2): entropies of (3/4, 1/4) and of one latent; masses 4 and 2.
  const auto matrix = matrix_of(2, 2, {3, 0, 1, 2});
  const double first = 1 + (0.75 * std::log2(0.75) + 0.25 * std::log2(0.25));
  EXPECT_NEAR(dci_scores(matrix, false).completeness, (4 * first + 2) / 6, 1e-8);
  EXPECT_NEAR(dci_scores(matrix, true).completeness, (first + 1) / 2, 1e-8);
  // A factor that was left out counts nowhere.
  auto third = matrix_of(2, 3, {3, 9, 0, 1, 9, 2});
  third.used = {0, 2};
  EXPECT_DOUBLE_EQ(dci_scores(third, false).completeness, dci_scores(matrix, false).completeness);
  EXPECT_DOUBLE_EQ(dci_scores(third, false).disentanglement, dci_scores(matrix, false).disentanglement);
}

TEST(DciScores, OfOneLatentOrOneFactorAreUndefined) {
  EXPECT_TRUE(std::isnan(dci_scores(matrix_of(3, 1, {1, 2, 3}), false).disentanglement));
  EXPECT_NEAR(dci_scores(matrix_of(3, 1, {1, 1, 1}), false).completeness, 0, 1e-9);
  EXPECT_TRUE(std::isnan(dci_scores(matrix_of(1, 3, {1, 2, 3}), false).completeness));
}

TEST(Dci, EqualsScikitLearn) {
  TableEvidence evidence(golden_codes(), Split{2000, 1000});
  const auto exact = metric("dci", "groups = 0\nmatrix = \"gbt_importance\"")->compute(evidence, 1);
  for (const char* reading : {"disentanglement", "completeness", "informativeness", "informativeness_train"})
    EXPECT_NEAR(value_of(exact, std::string("dci.") + reading), golden_number(std::string("boosting.") + reading),
                0.005);
  expect_near(exact.detail.at("importance"), "boosting.importance", 0.005);
  expect_near(exact.detail.at("disentanglement"), "boosting.by_latent", 0.005);
  expect_near(exact.detail.at("completeness"), "boosting.by_factor", 0.005);
}

TEST(Dci, OfALassoEqualsScikitLearn) {
  TableEvidence evidence(golden_codes(), Split{2000, 1000});
  const auto score =
      metric("dci", "groups = 0\nfactor_weights = \"equal\"\nmatrix = \"lasso_importance\"")->compute(evidence, 1);
  for (const char* reading : {"disentanglement", "completeness", "informativeness", "informativeness_train"})
    EXPECT_NEAR(value_of(score, std::string("dci.") + reading), golden_number(std::string("lasso.") + reading), 1e-6);
  expect_near(score.detail.at("importance"), "lasso.importance", 1e-6);
}

// disentanglement_lib's identity data: ten factors of ten values.
TEST(Dci, OfFactorsAndOfShuffledFactors) {
  auto table = random_factors(std::vector<int64_t>(10, 10), 2000, 1);
  table.d = table.k;
  table.z = table.y;
  for (const std::string matrix :
       {"\"gbt_importance\"", "{name = \"forest_importance\", latents = \"all\"}", "\"lasso_importance\""}) {
    TableEvidence identity(table, Split{1000, 1000});
    const std::string options = "groups = 0\nmatrix = " + matrix;
    const auto best = metric("dci", options)->compute(identity, 1);
    for (int o = 0; o < 3; ++o) EXPECT_GT(best.outputs[o].value, 0.9) << matrix << best.outputs[o].name;
    auto shuffled = table;
    for (int64_t i = 0; i < table.n; ++i) {
      const auto order = Stream(7, "tests/shuffle", i).permutation(10);
      for (int64_t j = 0; j < 10; ++j) shuffled.z[i * 10 + j] = table.y[i * 10 + order[j]];
    }
    TableEvidence mixed(shuffled, Split{1000, 1000});
    const auto worst = metric("dci", options)->compute(mixed, 1);
    for (int o = 0; o < 2; ++o) EXPECT_LT(worst.outputs[o].value, 0.2) << matrix << worst.outputs[o].name;
  }
}

TEST(Importances, ReadOnlyItemsWhoseFactorIsKnown) {
  auto holes = golden_codes();
  std::vector<int64_t> known;
  for (int64_t i = 0; i < holes.n; ++i) {
    if (i % 3 == 0)
      holes.y[i * 3 + 1] = std::nan("");
    else
      known.push_back(i);
  }
  const auto part = take_items(holes, known, Stream(1, "tests"));
  const auto parts = [](const CodeTable& table, int64_t train) {
    TableEvidence evidence(table, Split{train, table.n - train});
    return train_test(evidence, 1, 1, Stream(1, "tests"));
  };
  for (const std::string name : {"gbt_importance", "forest_importance", "lasso_importance"}) {
    const auto source = Registry<MatrixSource>::get().make(name, Value(), {});
    EXPECT_TRUE(source->trains());
    const auto whole = source->compute(parts(golden_codes(), 2000), 3),
               with_holes = source->compute(parts(holes, 2000), 3), of_known = source->compute(parts(part, 1333), 3);
    for (int64_t j = 0; j < 5; ++j) {
      EXPECT_EQ(with_holes.at(j, 0), whole.at(j, 0)) << name;
      EXPECT_EQ(with_holes.at(j, 1), of_known.at(j, 1)) << name;
    }
    EXPECT_EQ(with_holes.accuracy[1], of_known.accuracy[1]) << name;
    EXPECT_EQ(with_holes.accuracy_train[1], of_known.accuracy_train[1]) << name;
  }
}

TEST(Dci, AConstantLatentHasNoImportanceAndTooFewAreRefused) {
  auto table = golden_codes();
  for (int64_t i = 0; i < table.n; ++i) table.z[i * 5 + 2] = 1.25;
  TableEvidence evidence(table, Split{2000, 1000});
  for (const char* matrix : {"gbt_importance", "forest_importance", "lasso_importance"}) {
    const auto score = metric("dci", std::string("groups = 0\nmatrix = \"") + matrix + "\"")->compute(evidence, 1);
    for (int64_t k = 0; k < 3; ++k) EXPECT_EQ(score.detail.at("importance")[2 * 3 + k], 0) << matrix;
    for (auto& output : score.outputs) EXPECT_TRUE(std::isfinite(output.value)) << output.name;
  }
  auto one_factor = table;
  for (int64_t i = 0; i < table.n; ++i) one_factor.y[i * 3] = one_factor.y[i * 3 + 1] = 0;
  TableEvidence lonely(one_factor);
  EXPECT_THROW(metric("dci")->compute(lonely, 1), Error);
  auto one_latent = random_factors({3, 4}, 100, 1);
  one_latent.d = 1;
  for (int64_t i = 0; i < 100; ++i) one_latent.z.push_back(one_latent.y[i * 2]);
  TableEvidence narrow(one_latent);
  EXPECT_THROW(metric("dci")->compute(narrow, 1), Error);
}

// Two latents of one unit count as one: their importances add up, and the predictors are the same.
TEST(Dci, CountsUnitsAsLatents) {
  auto table = golden_codes();
  TableEvidence alone(table, Split{2000, 1000});
  table.unit = {0, 1, 0, 2, 2};
  TableEvidence together(table, Split{2000, 1000});
  const auto by_latent = metric("dci", "groups = 0")->compute(alone, 1),
             by_unit = metric("dci", "groups = 0")->compute(together, 1);
  const auto &latents = by_latent.detail.at("importance"), &units = by_unit.detail.at("importance");
  ASSERT_EQ(units.size(), 9u);
  for (size_t k = 0; k < 3; ++k) {
    EXPECT_DOUBLE_EQ(units[k], latents[k] + latents[6 + k]);
    EXPECT_DOUBLE_EQ(units[3 + k], latents[3 + k]);
    EXPECT_DOUBLE_EQ(units[6 + k], latents[9 + k] + latents[12 + k]);
  }
  EXPECT_EQ(by_unit.detail.at("disentanglement").size(), 3u);
  EXPECT_EQ(value_of(by_unit, "dci.informativeness"), value_of(by_latent, "dci.informativeness"));
  table.unit.assign(5, 0);
  TableEvidence one(table);
  EXPECT_THROW(metric("dci")->compute(one, 1), Error);
}

// ---- intervals from groups ----------------------------------------------------------------------------------------

// The mean of a latent over the items to train on: its interval must hold the true mean in about 95 of 100 tables.
TEST(RandomGroups, CoverAMean) {
  int covered = 0;
  constexpr int tables = 400;
  for (int t = 0; t < tables; ++t) {
    auto table = random_factors({2}, 1500, 1);
    table.d = 1;
    std::vector<float> noise(1500);
    Stream(9, "tests/groups", t).normal(0, 1, noise);
    table.z.assign(noise.begin(), noise.end());
    TableEvidence evidence(table, Split{1000, 500});
    const auto mean = [](const TrainTest& tables) {
      return std::vector<double>{std::accumulate(tables.train.z.begin(), tables.train.z.end(), 0.0) /
                                 static_cast<double>(tables.train.n)};
    };
    const auto found = estimate_by_groups(evidence, 1, 1, Stream(3, "tests"), {"mean"}, mean, 10).outputs[0];
    covered += found.low <= 0 && found.high >= 0;
  }
  EXPECT_GE(covered, 368);  // 380 expected, a standard deviation of 4.4
  EXPECT_LE(covered, 392);
}

TEST(RandomGroups, TellTheSpreadOfDci) {
  TableEvidence evidence(golden_codes(), Split{2000, 1000});
  const auto score = metric("dci")->compute(evidence, 1);
  for (auto& output : score.outputs) {
    EXPECT_GT(output.high - output.low, 0.001) << output.name;
    EXPECT_LT(output.high - output.low, 0.15) << output.name;
  }
  const auto again = metric("dci")->compute(evidence, 1);
  for (size_t o = 0; o < score.outputs.size(); ++o) EXPECT_EQ(score.outputs[o].low, again.outputs[o].low);
  // Groups too small to train on: no interval.
  TableEvidence few(golden_codes(), Split{150, 100});
  const auto bare = metric("dci")->compute(few, 1);
  for (auto& output : bare.outputs) EXPECT_EQ(output.low, output.high);
}

// ---- downstream ---------------------------------------------------------------------------------------------------

TEST(Downstream, IsTheAccuracyOfItsPredictor) {
  const auto table = golden_codes();
  TableEvidence evidence(table, Split{2000, 1000});
  const auto score = metric("downstream", "labels = [10, 100, 2000, 5000]")->compute(evidence, 1);
  ASSERT_EQ(score.outputs.size(), 3u);  // there are no 5000 items to learn from
  EXPECT_EQ(score.detail.at("labels"), (std::vector<double>{10, 100, 2000}));
  const auto parts = train_test(evidence, 2000, 1000, Stream(1, "tests"));
  double sum = 0;
  for (int64_t k = 0; k < 3; ++k) {
    const auto predictor = Registry<Predictor>::get().make("gradient_boosting", Value(), {});
    const auto labels = class_labels(parts.train, k), test = class_labels(parts.test, k);
    predictor->fit(parts.train.z, labels, table.factors[k].classes(), 1);
    const double right = accuracy(predictor->predict(parts.test.z), test);
    EXPECT_DOUBLE_EQ(score.detail.at("accuracy")[2 * 3 + k], right);
    sum += right / 3;
  }
  EXPECT_NEAR(value_of(score, "downstream.accuracy_2000"), sum, 1e-12);
  EXPECT_LT(score.outputs[0].value, score.outputs[2].value);
  for (auto& output : score.outputs) {  // about 1.96 sqrt(p (1 - p) / 3000) to sqrt(3) times that
    EXPECT_GT(output.high - output.low, 0.03) << output.name;
    EXPECT_LT(output.high - output.low, 0.065) << output.name;
  }
  EXPECT_THROW(metric("downstream", "labels = [100, 10]"), Error);
  TableEvidence few(table, Split{5, 100});
  EXPECT_THROW(metric("downstream")->compute(few, 1), Error);
}

// One latent for each factor: without it nothing is known. A second copy keeps all of it.
TEST(ReducedDownstream, FallsToChanceWhereOneLatentHoldsAFactor) {
  auto table = random_factors({4, 5}, 3000, 2);
  table.d = 3;
  for (int64_t i = 0; i < table.n; ++i) {
    const double a = table.y[i * 2], b = table.y[i * 2 + 1];
    table.z.insert(table.z.end(), {a, b, 2 * a + 1});
  }
  TableEvidence evidence(table, Split{2000, 1000});
  const auto score = metric("reduced_downstream", "removed = [1, 3]")->compute(evidence, 1);
  ASSERT_EQ(score.outputs.size(), 2u);  // without three no latent is left
  const auto& by_factor = score.detail.at("accuracy");
  EXPECT_EQ(by_factor[0], 1);
  EXPECT_EQ(by_factor[1], 1);
  EXPECT_EQ(by_factor[2], 1);            // the copy of a
  EXPECT_NEAR(by_factor[3], 0.2, 0.05);  // chance of b
  EXPECT_NEAR(value_of(score, "reduced_downstream.without_1"), 0.6, 0.03);
}

// Factors apart generalise; the code a + b of two factors does not: seen at one b, it says the wrong a at another.
TEST(StrongGeneralisation, TellsFactorsThatAreApart) {
  auto apart = random_factors({5, 5}, 6000, 3);
  auto mixed = apart;
  apart.d = mixed.d = 2;
  for (int64_t i = 0; i < apart.n; ++i) {
    const double a = apart.y[i * 2], b = apart.y[i * 2 + 1];
    apart.z.insert(apart.z.end(), {a, b});
    mixed.z.insert(mixed.z.end(), {a + b, a - b});
  }
  TableEvidence good(apart, Split{4000, 2000}), bad(mixed, Split{4000, 2000});
  const auto strong = metric("strong_generalisation"), best = metric("strong_generalisation", "repeats = 3");
  const auto of_good = strong->compute(good, 1), of_bad = strong->compute(bad, 1);
  EXPECT_EQ(value_of(of_good, "strong_generalisation.accuracy"), 1);
  EXPECT_EQ(value_of(of_good, "strong_generalisation.plain"), 1);
  EXPECT_EQ(value_of(of_good, "strong_generalisation.gap"), 0);
  EXPECT_GT(value_of(of_bad, "strong_generalisation.plain"), 0.95);
  EXPECT_GT(value_of(of_bad, "strong_generalisation.gap"), 0.4);
  EXPECT_EQ(best->compute(good, 1).detail.at("fixed_factor").size(), 3u);
  for (int r = 0; r < 5; ++r) {
    const auto fixed = static_cast<int64_t>(of_bad.detail.at("fixed_factor")[r]);
    EXPECT_EQ(of_bad.detail.at("accuracy")[r * 2 + fixed], 0);  // it is not predicted
    EXPECT_NEAR(of_bad.detail.at("learned_from")[r], 800, 120);
  }
}

// Two factors of two values; the code tells a only where b is 0. Predictions of a are (1/2, 1/2) there and one class
// where b is 1; of all, (3/4, 1/4) or so: distances 1/4 and 1/4. Predictions of b do not depend on a.
TEST(Fairness, IsTheChangeOfPredictions) {
  auto table = testing::factor_grid({2, 2});
  table.d = 1;
  for (int64_t i = 0; i < 4; ++i) table.z.push_back(table.y[i * 2 + 1] == 1 ? 7 : table.y[i * 2]);
  TableEvidence evidence(table);
  const auto score = metric("fairness", "items = 2000")->compute(evidence, 1);
  EXPECT_NEAR(score.detail.at("mean")[1], 0.25, 0.02);
  EXPECT_NEAR(score.detail.at("max")[1], 0.25, 0.02);
  EXPECT_NEAR(score.detail.at("mean")[2], 0, 1e-12);
  EXPECT_NEAR(value_of(score, "fairness.mean"), 0.125, 0.01);
  EXPECT_NEAR(value_of(score, "fairness.max"), 0.25, 0.02);
  EXPECT_NEAR(score.detail.at("accuracy")[0], 0.75, 0.05);
  EXPECT_EQ(score.detail.at("accuracy")[1], 1);
  for (auto& output : score.outputs) {
    EXPECT_LT(output.low, output.value);
    EXPECT_GT(output.high, output.value);
  }
}

// ---- several runs -------------------------------------------------------------------------------------------------

class Runs : public Evidence {
 public:
  explicit Runs(std::vector<CodeTable> tables) : tables_(std::move(tables)) {}
  const CodeTable& table() override { return tables_[0]; }
  const Codes& codes() override { return codes_; }
  std::vector<const CodeTable*> runs() override {
    std::vector<const CodeTable*> out;
    for (auto& table : tables_) out.push_back(&table);
    return out;
  }

 private:
  std::vector<CodeTable> tables_;
  Codes codes_;
};

// The three runs of tests/golden/tree_metrics.py.
std::vector<CodeTable> golden_runs() {
  const auto table = testing::tree_table(0, 2000);
  std::vector<CodeTable> runs(3);
  for (auto& run : runs) {
    run.n = 2000;
    run.d = 5;
    for (int64_t i = 0; i < run.n; ++i) run.kl.insert(run.kl.end(), {1, 2, 3, 1, 0.005f});
  }
  for (int64_t i = 0; i < 2000; ++i) {
    const double* x = &table.x[i * 5];
    runs[0].z.insert(runs[0].z.end(), x, x + 5);
    runs[1].z.insert(runs[1].z.end(), {x[2], -x[0], 2 * x[1], -x[3], x[4]});
    runs[2].z.insert(runs[2].z.end(), {x[0] + x[1], x[0] - x[1], x[2] + x[3], x[2] - x[3], x[4]});
  }
  return runs;
}

TEST(Udr, EqualsNumpyAndScikitLearn) {
  Runs evidence(golden_runs());
  const auto score = metric("udr", "samples = 0")->compute(evidence, 1);
  EXPECT_EQ(score.detail.at("kept"), (std::vector<double>{4, 4, 4}));
  for (const char* name : {"lasso", "spearman"}) {
    expect_near(score.detail.at(name), std::string("udr.") + name, 1e-6);
    expect_near(score.detail.at(std::string(name) + "_pairs"), std::string("udr.") + name + "_pairs", 1e-6);
    const auto by_run = score.detail.at(name);
    EXPECT_NEAR(value_of(score, std::string("udr.") + name), (by_run[0] + by_run[1] + by_run[2]) / 3, 1e-12);
  }
}

// disentanglement_lib's test: two runs that are equal up to order and sign.
TEST(Udr, OfRunsThatAgreeOfNoiseAndOfDeadRuns) {
  const auto noise = [](uint64_t seed) {
    CodeTable table;
    table.n = 1000;
    table.d = 6;
    std::vector<float> z(6000);
    Stream(seed, "tests/udr").normal(0, 1, z);
    table.z.assign(z.begin(), z.end());
    return table;
  };
  const auto first = noise(1);
  auto second = first;
  for (int64_t i = 0; i < 1000; ++i)
    for (int64_t j = 0; j < 6; ++j) second.z[i * 6 + j] = (j % 2 ? -3 : 2) * first.z[i * 6 + (j + 2) % 6] + 1;
  Runs same({first, second}), other({first, noise(2)});
  const auto best = metric("udr")->compute(same, 1), worst = metric("udr")->compute(other, 1);
  for (auto& output : best.outputs) EXPECT_GT(output.value, 0.8) << output.name;
  EXPECT_EQ(value_of(worst, "udr.lasso"), 0);
  EXPECT_LT(value_of(worst, "udr.spearman"), 0.5);
  auto dead = first;
  std::ranges::fill(dead.z, 0.0);
  Runs with_dead({first, dead});
  for (auto& output : metric("udr")->compute(with_dead, 1).outputs) EXPECT_EQ(output.value, 0) << output.name;
  auto shorter = first;
  shorter.n = 10;
  shorter.z.resize(60);
  Runs uneven({first, shorter});
  EXPECT_THROW(metric("udr")->compute(uneven, 1), Error);
  EXPECT_THROW(metric("model_centrality")->compute(uneven, 1), Error);
}

TEST(ModelCentrality, TheOddRunIsFarFromTheCentre) {
  const auto runs = golden_runs();
  const auto score = metric("model_centrality")->compute(*std::make_unique<Runs>(runs), 1);
  const auto& centrality = score.detail.at("centrality");
  EXPECT_LT(centrality[2], centrality[0] - 0.05);
  EXPECT_LT(centrality[2], centrality[1] - 0.05);
  EXPECT_NE(score.detail.at("medoid")[0], 2);
  // Held in a tenth of its range a latent varies least in the run that has it too.
  EXPECT_GT(score.detail.at("agreement")[0 * 3 + 1], 0.99);
  EXPECT_EQ(score.detail.at("agreement")[1 * 3 + 0], score.detail.at("agreement")[0 * 3 + 1]);
  EXPECT_NEAR(score.outputs[0].value, (centrality[0] + centrality[1] + centrality[2]) / 3, 1e-12);
}

}  // namespace
}  // namespace teasel
