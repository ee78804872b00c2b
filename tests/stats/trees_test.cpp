// Boosting, forests, trees and the lasso against scikit-learn, brute force and what must not matter.
#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "teasel/core/file.hpp"
#include "teasel/core/random.hpp"
#include "teasel/core/value.hpp"
#include "teasel/stats/boosting.hpp"
#include "teasel/stats/forest.hpp"
#include "teasel/stats/kernels/tree_kernel.hpp"
#include "teasel/stats/lasso.hpp"
#include "tests/stats/tree_data.hpp"

namespace teasel {
namespace {

using Table = testing::TreeTable;
using testing::tree_table;

const Table& to_train() {
  static const Table table = tree_table(0, 2000);
  return table;
}
const Table& to_test() {
  static const Table table = tree_table(4000, 1000);
  return table;
}

const Value& golden(const std::string& path) {
  static const Value root = parse_json(read_file("tests/golden/trees.json"), "tests/golden/trees.json");
  if (const Value* found = root.find(path)) return *found;
  throw std::out_of_range("no golden value " + path);
}

std::vector<double> flat(const Value& list) {
  double number = 0;
  if (list.number(number)) return {number};
  std::vector<double> out;
  for (auto& entry : *list.as<Value::List>())
    for (const double inner : flat(entry)) out.push_back(inner);
  return out;
}

void expect_near(std::span<const double> ours, const std::string& path, double tolerance) {
  const auto theirs = flat(golden(path));
  ASSERT_EQ(ours.size(), theirs.size()) << path;
  for (size_t i = 0; i < ours.size(); ++i) EXPECT_NEAR(ours[i], theirs[i], tolerance) << path << " " << i;
}

double accuracy(std::span<const int32_t> predicted, std::span<const int32_t> labels) {
  double right = 0;
  for (size_t i = 0; i < labels.size(); ++i) right += predicted[i] == labels[i];
  return right / static_cast<double>(labels.size());
}

BoostedClassifier boosted(const Table& table, int64_t k, int64_t bins, const BoostingOptions& options) {
  return {boosting_columns(table.x, table.n, Table::d, bins), table.y[k], Table::classes[k], options};
}

TEST(GoldenTable, IsTheOneOfTheScript) {
  const auto row = flat(golden("row"));
  for (int64_t f = 0; f < Table::d; ++f) EXPECT_EQ(to_train().x[17 * Table::d + f], row[f]);
  for (int k = 0; k < 3; ++k) EXPECT_EQ(to_train().y[k][17], row[Table::d + k]);
}

// ---- boosting -----------------------------------------------------------------------------------------------------

TEST(Boosting, EqualsScikitLearn) {
  struct Case {
    std::string key;
    int k;
    BoostingOptions options;
  };
  for (auto& [key, k, options] : {Case{"boosting_2", 0, {.stages = 5}}, Case{"boosting_4", 1, {.stages = 5}},
                                  Case{"boosting_7", 2, {.stages = 5}}, Case{"boosting_7_depth_2", 2, {5, 2, 0.3}}}) {
    const auto ours = boosted(to_train(), k, 0, options);
    expect_near(ours.importance(), key + ".importance", 2e-6);  // scikit-learn's states differ by 4e-7
    const auto rows = to_test().rows(12);
    expect_near(ours.probabilities(rows, 12), key + ".probability", 1e-9);
    expect_near(ours.probabilities(rows, 12, 3), key + ".probability_after_3", 1e-9);
  }
}

// scikit-learn breaks ties between features at random, and later trees depend on earlier ones: importances of its own
// states lie up to .0022 apart here.
TEST(Boosting, OfAHundredStagesLiesAmongScikitLearnsStates) {
  for (int k = 0; k < 3; ++k) {
    const std::string key = "boosting_" + std::to_string(Table::classes[k]) + "_100";
    const auto ours = boosted(to_train(), k, 0, {});
    double range = 0;
    golden(key + ".importance_range").number(range);
    ASSERT_LT(range, 0.0025);
    expect_near(ours.importance(), key + ".importance", 0.0025);
    double fitted = 0;
    golden(key + ".fitted_accuracy").number(fitted);
    EXPECT_NEAR(accuracy(ours.fitted(), to_train().y[k]), fitted, 0.003);
  }
}

TEST(Boosting, PredictsWhatItFittedWithoutFollowingTreesAgain) {
  for (const int64_t bins : {0, 64})
    for (int k = 0; k < 3; ++k) {
      const auto model = boosted(to_train(), k, bins, {.stages = 20});
      EXPECT_EQ(model.predict(to_train().x, to_train().n), model.fitted());
      const auto sum = std::accumulate(model.importance().begin(), model.importance().end(), 0.0);
      EXPECT_NEAR(sum, 1, 1e-12);
    }
}

// A column of few values has a bin for each: the same cuts, in another way.
TEST(Boosting, HistogramsOfFewValuesAreExact) {
  Table coarse = to_train(), test = to_test();
  for (auto* table : {&coarse, &test})
    for (double& x : table->x) x = std::floor(x * 60) / 60;
  for (int k = 0; k < 3; ++k) {
    const auto exact = boosted(coarse, k, 0, {.stages = 10}), histogram = boosted(coarse, k, 256, {.stages = 10});
    for (int64_t f = 0; f < Table::d; ++f) EXPECT_NEAR(exact.importance()[f], histogram.importance()[f], 1e-4);
    EXPECT_GT(accuracy(exact.predict(test.x, test.n), histogram.predict(test.x, test.n)), 0.998);
  }
}

TEST(Boosting, HistogramsOfManyValuesComeCloseToExact) {
  for (int k = 0; k < 3; ++k) {
    const auto exact = boosted(to_train(), k, 0, {}), histogram = boosted(to_train(), k, 256, {});
    for (int64_t f = 0; f < Table::d; ++f) EXPECT_NEAR(exact.importance()[f], histogram.importance()[f], 0.03);
    EXPECT_NEAR(accuracy(exact.predict(to_test().x, 1000), to_test().y[k]),
                accuracy(histogram.predict(to_test().x, 1000), to_test().y[k]), 0.02);
  }
}

TEST(Boosting, DoesNotDependOnTheNumberOfThreads) {
  const int threads = omp_get_max_threads();
  for (const int64_t bins : {0, 32}) {
    omp_set_num_threads(1);
    const auto one = boosted(to_train(), 2, bins, {.stages = 5});
    omp_set_num_threads(3);
    const auto three = boosted(to_train(), 2, bins, {.stages = 5});
    omp_set_num_threads(threads);
    EXPECT_EQ(one.importance(), three.importance());
    EXPECT_EQ(one.probabilities(to_test().x, 1000), three.probabilities(to_test().x, 1000));
  }
}

// Rising maps keep the order of values, and trees see nothing else of the items they are grown on.
TEST(Boosting, SeesOnlyTheOrderOfValues) {
  Table mapped = to_train();
  for (double& x : mapped.x) x = static_cast<float>(std::exp(3 * x));
  const auto before = boosted(to_train(), 1, 0, {.stages = 5}), after = boosted(mapped, 1, 0, {.stages = 5});
  for (int64_t f = 0; f < Table::d; ++f) EXPECT_NEAR(before.importance()[f], after.importance()[f], 1e-12);
  EXPECT_EQ(before.fitted(), after.fitted());
}

TEST(Boosting, OfOneClassOfAbsentClassesAndOfConstantFeatures) {
  const std::vector<double> constant(20, 1.5);
  const auto columns = boosting_columns(constant, 10, 2, 0);
  const std::vector<int32_t> same(10, 3), two{1, 4, 1, 4, 1, 4, 1, 4, 1, 1};
  const BoostedClassifier one(columns, same, 5, {});
  EXPECT_EQ(one.fitted(), same);
  EXPECT_EQ(one.predict(constant, 10), same);
  EXPECT_EQ(one.probabilities(std::span(constant).first(2), 1), (std::vector<double>{0, 0, 0, 1, 0}));
  EXPECT_EQ(one.importance(), (std::vector<double>{0, 0}));
  const BoostedClassifier prior(columns, two, 5, {});
  EXPECT_EQ(prior.importance(), (std::vector<double>{0, 0}));
  const auto share = prior.probabilities(std::span(constant).first(2), 1);
  EXPECT_NEAR(share[1], 0.6, 1e-12);
  EXPECT_NEAR(share[4], 0.4, 1e-12);
  EXPECT_EQ(share[0] + share[2] + share[3], 0);
  for (const int64_t bins : {0, 16}) {  // classes that do not occur change nothing
    std::vector<int32_t> spread = to_train().y[1];
    for (auto& label : spread) label = 2 * label + 1;
    const BoostedClassifier wide(boosting_columns(to_train().x, 2000, 5, bins), spread, 9, {.stages = 3});
    const auto narrow = boosted(to_train(), 1, bins, {.stages = 3});
    EXPECT_EQ(wide.importance(), narrow.importance());
    auto expected = narrow.predict(to_test().x, 1000);
    for (auto& label : expected) label = 2 * label + 1;
    EXPECT_EQ(wide.predict(to_test().x, 1000), expected);
  }
}

// ---- kernels ------------------------------------------------------------------------------------------------------

TEST(MeanCut, IsTheBestOfAll) {
  for (const int64_t n : {2, 3, 255, 256, 257, 1000}) {
    std::vector<float> numbers(2 * n);
    Stream(3, "tests/cut", n).normal(0, 1, numbers);
    std::vector<SortedItem> items(n);
    std::vector<double> target(n), inverse(n + 1);
    for (int64_t i = 0; i < n; ++i) {
      items[i] = {std::round(numbers[i] * 20) / 20, static_cast<uint32_t>(i)};  // with equal values
      target[i] = numbers[n + i];
      inverse[i + 1] = 1 / static_cast<double>(i + 1);
    }
    std::ranges::sort(items, {}, &SortedItem::value);
    const double total = std::accumulate(target.begin(), target.end(), 0.0);
    Cut best{-1, 0};
    double left = 0;
    for (int64_t i = 0; i + 1 < n; ++i) {
      left += target[items[i].row];
      if (items[i].value == items[i + 1].value) continue;
      const double right = total - left, on_left = static_cast<double>(i + 1),
                   on_right = static_cast<double>(n) - on_left;
      const double score = left * left / on_left + right * right / on_right;
      if (score > best.score) best = {score, i + 1};
    }
    const Cut ours = best_mean_cut(items.data(), n, target.data(), total, inverse.data());
    EXPECT_EQ(ours.left, best.left) << n;
    EXPECT_NEAR(ours.score, best.score, 1e-9 * best.score);
  }
}

TEST(SoftmaxGradient, EqualsTheFormula) {
  constexpr int64_t classes = 5, n = 200, stride = 230, first = 20;
  std::vector<float> numbers(classes * stride);
  Stream(5, "tests/softmax").normal(0, 1, numbers);
  std::vector<double> score(numbers.begin(), numbers.end()), gradient(classes * stride);
  for (double& s : score) s *= 200;  // far beyond where exp overflows
  std::vector<int32_t> labels(stride);
  for (int64_t i = 0; i < stride; ++i) labels[i] = static_cast<int32_t>(i % classes);
  softmax_gradient(score.data(), labels.data(), classes, stride, first, n, gradient.data());
  std::vector<double> single(n), two(n);
  logistic_gradient(score.data(), labels.data(), n, single.data());
  for (int64_t i = first; i < first + n; ++i) {
    long double sum = 0;
    for (int64_t c = 0; c < classes; ++c) sum += std::exp(static_cast<long double>(score[c * stride + i]));
    for (int64_t c = 0; c < classes; ++c) {
      const auto p = static_cast<double>(std::exp(static_cast<long double>(score[c * stride + i])) / sum);
      EXPECT_NEAR(gradient[c * stride + i], (labels[i] == c) - p, 2e-15);
    }
  }
  for (int64_t i = 0; i < n; ++i) EXPECT_NEAR(single[i], (labels[i] == 1) - 1 / (1 + std::exp(-score[i])), 2e-15);
}

TEST(Bins, RiseWithValuesAndHoldEquallyMany) {
  std::vector<float> numbers(3000);
  Stream(6, "tests/bins").normal(0, 1, numbers);
  std::vector<double> x(3000);
  for (int64_t i = 0; i < 1000; ++i) {
    x[3 * i] = numbers[i];                           // all differ
    x[3 * i + 1] = std::round(numbers[1000 + i]);    // few values
    x[3 * i + 2] = i < 900 ? 0 : numbers[2000 + i];  // one value that most items have
  }
  const auto binned = bin_columns(sort_columns(x, 1000, 3), 16);
  EXPECT_EQ(binned.bins[0], 16);
  std::set<double> few;
  for (int64_t i = 0; i < 1000; ++i) few.insert(x[3 * i + 1]);
  ASSERT_LT(few.size(), 16u);
  EXPECT_EQ(binned.bins[1], static_cast<int64_t>(few.size()));
  EXPECT_GE(binned.bins[2], 2);
  std::map<int, int64_t> counts;
  for (int64_t i = 0; i < 1000; ++i) ++counts[binned.bin[3 * i]];
  for (auto& [bin, count] : counts) EXPECT_NEAR(static_cast<double>(count), 62.5, 1) << bin;
  for (int64_t f = 0; f < 3; ++f)
    for (int64_t i = 0; i < 1000; ++i) {
      const auto value = static_cast<float>(x[3 * i + f]);
      const int bin = binned.bin[3 * i + f];
      EXPECT_LE(binned.least[f * 256 + bin], value);
      EXPECT_GE(binned.most[f * 256 + bin], value);
      if (bin > 0) {
        EXPECT_LT(binned.most[f * 256 + bin - 1], binned.least[f * 256 + bin]);
      }
    }
}

// ---- forests ------------------------------------------------------------------------------------------------------

TEST(Forest, ATreeOfAllItemsEqualsScikitLearns) {
  const auto& table = to_train();
  const auto columns = sort_columns(table.x, table.n, Table::d);
  for (const bool entropy : {false, true}) {
    ForestOptions options{.trees = 1, .depth = 4, .bootstrap = false};
    if (entropy) options.impurity = ForestOptions::Impurity::entropy;
    const ForestClassifier tree(columns, table.y[2], 7, options, 1);
    const std::string key = entropy ? "entropy" : "gini";
    expect_near(tree.importance(), key + ".importance", 1e-9);
    expect_near(tree.probabilities(to_test().rows(12), 12), key + ".prediction", 1e-12);
  }
  const auto without = [](const Table& from) {
    std::vector<double> out;
    for (size_t i = 0; i < from.x.size(); ++i)
      if (i % Table::d != 1) out.push_back(from.x[i]);
    return out;
  };
  std::vector<double> target;
  for (int64_t i = 0; i < table.n; ++i) target.push_back(table.x[i * Table::d + 1]);
  const ForestRegressor tree(sort_columns(without(table), table.n, 4), target,
                             {.trees = 1, .depth = 2, .bootstrap = false}, 1);
  expect_near(tree.importance(), "squared_error.importance", 1e-9);
  auto rows = without(to_test());
  rows.resize(48);
  expect_near(tree.predict(rows, 12), "squared_error.prediction", 1e-9);
}

// Drawn by other random numbers: as far apart as scikit-learn's own states, up to five standard deviations.
TEST(Forest, LiesAmongScikitLearnsStates) {
  const auto columns = sort_columns(to_train().x, to_train().n, Table::d);
  struct Case {
    std::string key;
    ForestOptions options;
  };
  for (auto& [key, options] :
       {Case{"forest_gini", {.depth = 6}},
        Case{"forest_entropy_sqrt", {.features = 2, .impurity = ForestOptions::Impurity::entropy}}}) {
    const ForestClassifier forest(columns, to_train().y[2], 7, options, 1);
    double deviation = 0, theirs = 0;
    golden(key + ".importance_deviation").number(deviation);
    golden(key + ".accuracy").number(theirs);
    expect_near(forest.importance(), key + ".importance", 5 * deviation);
    EXPECT_NEAR(accuracy(forest.predict(to_test().x, 1000), to_test().y[2]), theirs, 0.03);
  }
}

TEST(Forest, WithoutLimitsFitsEveryItem) {
  const auto& table = to_train();
  const auto columns = sort_columns(table.x, table.n, Table::d);
  const ForestClassifier forest(columns, table.y[2], 7, {.trees = 3, .bootstrap = false}, 1);
  EXPECT_EQ(forest.predict(table.x, table.n), table.y[2]);
  std::vector<double> target(table.y[2].begin(), table.y[2].end());
  const ForestRegressor regressor(columns, target, {.trees = 3, .bootstrap = false}, 1);
  const auto predicted = regressor.predict(table.x, table.n);
  for (int64_t i = 0; i < table.n; ++i) EXPECT_NEAR(predicted[i], target[i], 1e-9);
}

TEST(Forest, IsAFunctionOfItsSeedAlone) {
  const auto columns = sort_columns(to_train().x, to_train().n, Table::d);
  const auto grow = [&](uint64_t seed) {
    return ForestClassifier(columns, to_train().y[1], 4, {.trees = 8, .depth = 5, .features = 2}, seed).importance();
  };
  const int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  const auto one = grow(1);
  omp_set_num_threads(3);
  const auto three = grow(1);
  omp_set_num_threads(threads);
  EXPECT_EQ(one, three);
  EXPECT_NE(one, grow(2));
}

// ---- lasso --------------------------------------------------------------------------------------------------------

TEST(Lasso, EqualsScikitLearn) {
  std::vector<double> y;
  for (int64_t i = 0; i < to_train().n; ++i)
    for (auto& labels : to_train().y) y.push_back(labels[i]);
  const auto fit = fit_lasso(to_train().x, to_train().n, Table::d, y, 3, 0.02);
  expect_near(fit.coefficients, "lasso.coefficients", 1e-7);
  expect_near(fit.intercepts, "lasso.intercepts", 1e-7);
}

// Of orthogonal columns the lasso shrinks each least-squares coefficient by alpha, and to 0 below it.
TEST(Lasso, ShrinksOrthogonalColumns) {
  std::vector<double> x, y;
  for (int i = 0; i < 8; ++i) {
    const double a = i & 1 ? 1 : -1, b = i & 2 ? 1 : -1, c = 7;
    x.insert(x.end(), {a, b, c});
    y.push_back(2 * a - 0.3 * b + 5);
  }
  const auto fit = fit_lasso(x, 8, 3, y, 1, 0.5);
  EXPECT_NEAR(fit.coefficients[0], 1.5, 1e-12);
  EXPECT_EQ(fit.coefficients[1], 0);
  EXPECT_EQ(fit.coefficients[2], 0);
  EXPECT_NEAR(fit.intercepts[0], 5, 1e-12);
}

}  // namespace
}  // namespace teasel
