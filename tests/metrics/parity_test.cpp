// Whole scores against other programs' on the same rows of the same tables: tests/golden/score_tables.py.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "teasel/core/array.hpp"
#include "teasel/core/file.hpp"
#include "teasel/metrics/matrix.hpp"
#include "teasel/metrics/metric.hpp"
#include "tests/metrics/tables.hpp"

namespace teasel {
namespace {

const Value& recorded() {
  static const Value root = parse_json(read_file("tests/golden/score_tables.json"), "tests/golden/score_tables.json");
  return root;
}

CodeTable table_of(const std::string& name) {
  const auto arrays = read_npz("tests/golden/tables/" + name + ".npz", std::vector<std::string>{"means", "factors"});
  const Array &means = arrays[0].second, &factors = arrays[1].second;
  CodeTable table{.n = means.shape[0], .d = means.shape[1], .k = factors.shape[1]};
  table.z = means.to_f64();
  table.y = factors.to_f64();
  for (int64_t k = 0; k < table.k; ++k) {
    double greatest = 0;
    for (int64_t i = 0; i < table.n; ++i) greatest = std::max(greatest, table.y[i * table.k + k]);
    FactorSpec factor{.name = "factor_" + std::to_string(k)};
    for (double c = 0; c <= greatest; ++c) factor.values.push_back(c);
    table.factors.push_back(factor);
  }
  return table;
}

Split split_of(const Value& entry) {
  const auto rows = testing::numbers(*entry.find("split"));
  return {static_cast<int64_t>(rows[0]), static_cast<int64_t>(rows[1])};
}

// What the script computes, in the words of protocols: plug-in information in 20 bins, exact boosting, published SAP.
Protocol plain() {
  Protocol protocol{"plain", "", "", Value(Value::Table{})};
  for (const char* metric : {"mig", "mig_sup", "modularity", "dcimig", "aam", "jemmig", "gaussian_total_correlation"})
    protocol.metrics.set(std::string(metric) + ".estimator", "plug_in");
  protocol.metrics.set("irs.min_group", 1);
  protocol.metrics.set("sap.standardise", false);
  protocol.metrics.set("dci.matrix.name", "gbt_importance");
  protocol.metrics.set("dci.groups", 0);
  return protocol;
}

// Keys have dots of their own.
double value_of(const Value& entry, const std::string& key) {
  double out = std::nan("");
  for (auto& [name, value] : *entry.find("values")->as<Value::Table>())
    if (name == key) value.number(out);
  return out;
}

struct Compared {
  const char *metric, *output, *recorded;
  double tolerance;
};

// Where several latents cut the last few items alike, scikit-learn's boosting takes one at random, and later trees
// follow from earlier ones. Recorded are means over its random states and how far these lie apart; with few items that
// is more than what is asked of ours.
double allowed(const Value& entry, const Compared& what) {
  const auto& ranges = *entry.find("ranges")->as<Value::Table>();
  double range = 0;
  for (auto& [name, value] : ranges)
    if (name == what.recorded) value.number(range);
  return std::max(what.tolerance, 2 * range);
}

const Compared compared[] = {
    {"mig", "mig", "mig", 1e-6},
    {"mig_sup", "mig_sup", "mig_sup", 1e-6},
    {"dcimig", "dcimig", "dcimig", 1e-6},
    {"aam", "aam", "aam", 1e-6},
    {"modularity", "modularity", "modularity", 1e-6},
    {"gaussian_total_correlation", "mutual_information_score", "mutual_information_score", 1e-6},
    {"gaussian_total_correlation", "gaussian_total_correlation", "gaussian_total_correlation", 1e-6},
    {"gaussian_total_correlation", "gaussian_wasserstein_correlation", "gaussian_wasserstein_correlation", 1e-6},
    {"gaussian_total_correlation", "gaussian_wasserstein_correlation_normalised",
     "gaussian_wasserstein_correlation_normalised", 1e-6},
    {"mcc", "mcc_pearson", "mcc_pearson", 1e-6},
    {"mcc", "mcc_spearman", "mcc_spearman", 1e-6},
    {"sap_correlation", "sap_correlation", "sap_correlation", 1e-6},
    {"irs", "irs", "irs", 1e-6},
    {"explicitness", "explicitness", "explicitness", 1e-3},
    {"sap", "sap", "sap", 1e-3},
    {"dci", "dci.disentanglement", "dci.disentanglement", 5e-3},
    {"dci", "dci.completeness", "dci.completeness", 5e-3},
    {"dci", "dci.informativeness", "dci.informativeness", 5e-3},
};

TEST(Parity, ScoresEqualOtherProgramsOnTheSameRows) {
  const Protocol protocol = plain();
  for (auto& [name, entry] : *recorded().find("tables")->as<Value::Table>()) {
    TableEvidence evidence(table_of(name), split_of(entry));
    std::map<std::string, Score> scores;
    for (auto& what : compared) {
      const auto& [metric, output, key, tolerance] = what;
      SCOPED_TRACE(name + ": " + output);
      if (!scores.contains(metric)) scores[metric] = score(metric, evidence, protocol, 1);
      const double expected = value_of(entry, key);
      bool found = false;
      for (auto& out : scores[metric].outputs) {
        if (out.name != output) continue;
        found = true;
        EXPECT_NEAR(out.value, expected, allowed(entry, what));
      }
      EXPECT_TRUE(found);
    }
  }
}

TEST(Parity, MatricesEqualOtherProgramsOnTheSameRows) {
  struct Source {
    const char *name, *recorded;
    Value options;
    double tolerance;
  };
  Value plug_in{Value::Table{}}, boosted{Value::Table{}}, raw{Value::Table{}};
  plug_in.set("estimator", "plug_in");
  raw.set("standardise", false);
  const Source sources[] = {{"mutual_information", "mutual_information", plug_in, 1e-9},
                            {"svm_accuracy", "svm_accuracy", raw, 2e-3},
                            {"gbt_importance", "gbt_importance", boosted, 5e-3}};
  for (auto& [name, entry] : *recorded().find("tables")->as<Value::Table>()) {
    TableEvidence evidence(table_of(name), split_of(entry));
    const auto tables = train_test(evidence, 1, 1, Stream(1, ""));
    for (auto& source : sources) {
      SCOPED_TRACE(name + ": " + source.name);
      const auto matrix = Registry<MatrixSource>::get().make(source.name, source.options, {})->compute(tables, 1);
      const auto expected = testing::numbers(*entry.find("matrices")->find(source.recorded));
      ASSERT_EQ(matrix.values.size(), expected.size());
      const Value* range = entry.find("matrices")->find(std::string(source.recorded) + "_range");
      // Three states do not show all that equal cuts may do: half as much again.
      const double states = range ? 1.5 * std::ranges::max(testing::numbers(*range)) : 0;
      for (size_t i = 0; i < expected.size(); ++i)
        EXPECT_NEAR(matrix.values[i], expected[i], std::max(source.tolerance, states)) << i;
    }
  }
}

// Another program's boosting with the same number, depth and rate of trees has other importances: its gains are those
// of Newton steps, and its default weights keep it from cutting around single items. Far apart they are not.
TEST(Parity, XgboostsImportancesAreNotFar) {
  for (auto& [name, entry] : *recorded().find("tables")->as<Value::Table>()) {
    SCOPED_TRACE(name);
    TableEvidence evidence(table_of(name), split_of(entry));
    const auto tables = train_test(evidence, 1, 1, Stream(1, ""));
    const auto matrix = Registry<MatrixSource>::get().make("gbt_importance", {}, {})->compute(tables, 1);
    const auto theirs = testing::numbers(*entry.find("xgboost.like_scikit_learn.importance"));
    ASSERT_EQ(matrix.values.size(), theirs.size());
    for (int64_t k = 0; k < matrix.factors; ++k) {
      int64_t first = 0;
      for (int64_t j = 0; j < matrix.latents; ++j) {
        EXPECT_NEAR(matrix.at(j, k), theirs[j * matrix.factors + k], 0.25) << j << " " << k;
        if (matrix.at(j, k) > matrix.at(first, k)) first = j;
      }
      if (matrix.at(first, k) < 0.5) continue;
      for (int64_t j = 0; j < matrix.latents; ++j)
        EXPECT_LE(theirs[j * matrix.factors + k], theirs[first * matrix.factors + k]) << j << " " << k;
    }
  }
}

}  // namespace
}  // namespace teasel
