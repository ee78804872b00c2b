// Boosting, forests, trees and the lasso against scikit-learn, brute force and what must not matter.
#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <numeric>

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

BoostedClassifier boosted(const Table& table, int64_t k, const BoostingOptions& options) {
  return {bin_columns(table.x, table.n, Table::d), table.y[k], Table::classes[k], options};
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
    const auto ours = boosted(to_train(), k, options);
    expect_near(ours.importance(), key + ".importance", 2e-6);  // scikit-learn's states differ by 4e-7
    const auto rows = to_test().rows(12);
    expect_near(ours.probabilities(rows, 12), key + ".probability", 1e-9);
    expect_near(ours.probabilities(rows, 12, 3), key + ".probability_after_3", 1e-9);
  }
}

// Several features often cut a small node alike. scikit-learn then takes one by the rounding of its sums or at random,
// and later trees depend on it: importances of its own random states lie up to .0022 apart here, and which of two equal
// cuts an early tree of two classes takes moves one of them by .0024.
TEST(Boosting, OfAHundredStagesLiesAmongScikitLearnsStates) {
  for (int k = 0; k < 3; ++k) {
    const std::string key = "boosting_" + std::to_string(Table::classes[k]) + "_100";
    const auto ours = boosted(to_train(), k, {});
    double range = 0;
    golden(key + ".importance_range").number(range);
    ASSERT_LT(range, 0.0025);
    expect_near(ours.importance(), key + ".importance", 0.003);
    double fitted = 0;
    golden(key + ".fitted_accuracy").number(fitted);
    EXPECT_NEAR(accuracy(ours.fitted(), to_train().y[k]), fitted, 0.003);
  }
}

TEST(Boosting, PredictsWhatItFittedWithoutFollowingTreesAgain) {
  for (int k = 0; k < 3; ++k) {
    const auto model = boosted(to_train(), k, {.stages = 20});
    EXPECT_EQ(model.predict(to_train().x, to_train().n), model.fitted());
    const auto sum = std::accumulate(model.importance().begin(), model.importance().end(), 0.0);
    EXPECT_NEAR(sum, 1, 1e-12);
  }
}

TEST(Boosting, DoesNotDependOnTheNumberOfThreads) {
  const int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  const auto one = boosted(to_train(), 2, {.stages = 5});
  omp_set_num_threads(3);
  const auto three = boosted(to_train(), 2, {.stages = 5});
  omp_set_num_threads(threads);
  EXPECT_EQ(one.importance(), three.importance());
  EXPECT_EQ(one.probabilities(to_test().x, 1000), three.probabilities(to_test().x, 1000));
}

// Rising maps keep the order of values, and trees see nothing else of the items they are grown on.
TEST(Boosting, SeesOnlyTheOrderOfValues) {
  Table mapped = to_train();
  for (double& x : mapped.x) x = static_cast<float>(std::exp(3 * x));
  const auto before = boosted(to_train(), 1, {.stages = 5}), after = boosted(mapped, 1, {.stages = 5});
  for (int64_t f = 0; f < Table::d; ++f) EXPECT_NEAR(before.importance()[f], after.importance()[f], 1e-12);
  EXPECT_EQ(before.fitted(), after.fitted());
}

TEST(Boosting, OfOneClassOfAbsentClassesAndOfConstantFeatures) {
  const std::vector<double> constant(20, 1.5);
  const auto columns = bin_columns(constant, 10, 2);
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
  std::vector<int32_t> spread = to_train().y[1];  // classes that do not occur change nothing
  for (auto& label : spread) label = 2 * label + 1;
  const BoostedClassifier wide(bin_columns(to_train().x, 2000, 5), spread, 9, {.stages = 3});
  const auto narrow = boosted(to_train(), 1, {.stages = 3});
  EXPECT_EQ(wide.importance(), narrow.importance());
  auto expected = narrow.predict(to_test().x, 1000);
  for (auto& label : expected) label = 2 * label + 1;
  EXPECT_EQ(wide.predict(to_test().x, 1000), expected);
}

// ---- trees of a mean ----------------------------------------------------------------------------------------------

// x: [n, 4]: a column where all differ, one of few values, one that one value has most of and whose others differ by
// less and more than what is told apart, and one that never varies.
std::vector<double> columns_of_all_kinds(int64_t n, uint64_t seed) {
  std::vector<float> numbers(3 * n);
  Stream(seed, "tests/columns").normal(0, 3 * n, numbers);
  std::vector<double> x(4 * n);
  for (int64_t i = 0; i < n; ++i) {
    x[4 * i] = numbers[3 * i];
    x[4 * i + 1] = std::round(2 * numbers[3 * i + 1]);
    x[4 * i + 2] = i % 4 > 0 ? 0 : 3e-5 * numbers[3 * i + 2];
    x[4 * i + 3] = 0.7;
  }
  return x;
}

// What the best cut of the items takes off the squared error, every one tried; 0 where there is none.
double best_gain(const std::vector<float>& columns, int64_t n, std::vector<int64_t> items,
                 const std::vector<double>& target) {
  double best = 0, total = 0;
  for (const auto i : items) total += target[i];
  const auto size = static_cast<double>(items.size());
  for (size_t f = 0; f < columns.size() / n; ++f) {
    const float* x = columns.data() + f * n;
    std::ranges::sort(items, {}, [&](int64_t i) { return x[i]; });
    double sum = 0;
    for (size_t i = 0; i + 1 < items.size(); ++i) {
      sum += target[items[i]];
      if (!(x[items[i + 1]] > x[items[i]] + tree_resolution)) continue;
      const auto left = static_cast<double>(i + 1);
      best = std::max(best, sum * sum / left + (total - sum) * (total - sum) / (size - left) - total * total / size);
    }
  }
  return best;
}

// Follows a tree from a node down: whether every branch cuts as well as can be, between neighbours, and leaves could
// not be cut. Returns what all cuts take off.
double check_cuts(const Tree& tree, int64_t node, int64_t edges, const std::vector<float>& columns, int64_t n,
                  const std::vector<int64_t>& items, const std::vector<double>& target) {
  const double best = best_gain(columns, n, items, target);
  if (tree.leaf(node)) {
    if (edges < 3) {
      EXPECT_LT(best, 1e-12 * static_cast<double>(items.size()));
    }
    return 0;
  }
  const float* x = columns.data() + tree.feature[node] * n;
  float last = -INFINITY, next = INFINITY;
  std::vector<int64_t> sides[2];
  double sums[2] = {};
  for (const auto i : items) {
    const bool right = x[i] > tree.threshold[node];
    sides[right].push_back(i);
    sums[right] += target[i];
    (right ? next : last) = right ? std::min(next, x[i]) : std::max(last, x[i]);
  }
  const auto left = static_cast<double>(sides[0].size()), right = static_cast<double>(sides[1].size());
  EXPECT_GT(next, last + tree_resolution);
  EXPECT_EQ(tree.threshold[node], threshold_between(last, next));
  const double total = sums[0] + sums[1];
  const double gain = sums[0] * sums[0] / left + sums[1] * sums[1] / right - total * total / (left + right);
  EXPECT_NEAR(gain, best, 1e-9 * std::max(best, 1e-3));
  return gain + check_cuts(tree, tree.child[node], edges + 1, columns, n, sides[0], target) +
         check_cuts(tree, tree.child[node] + 1, edges + 1, columns, n, sides[1], target);
}

// Targets as gradients are: most alike, some, or a single one, far off.
TEST(MeanTree, CutsAsWellAsTheBestOfAllCuts) {
  for (const int64_t n : {2, 3, 17, 255, 1000, 6000})
    for (const double share : {0.5, 0.03, 0.0}) {
      SCOPED_TRACE(std::to_string(n) + " " + std::to_string(share));
      const auto x = columns_of_all_kinds(n, n);
      const auto columns = as_columns(x, n, 4);
      std::vector<double> target(n);
      const Stream draws(n, "tests/target");
      const auto uniform = [&](int64_t i) { return static_cast<double>(draws.below(1000000, i)) / 1e6; };
      for (int64_t i = 0; i < n; ++i)
        target[i] = (i == n / 2 || uniform(i) < share ? 0.9 : -0.02) + 0.01 * (x[4 * i] + uniform(n + i));
      const auto binned = bin_columns(x, n, 4);
      std::vector<double> importance(4);
      std::vector<int> seen(n);
      const Tree tree = MeanTreeGrower(binned).grow(target, 3, importance, [&](int32_t, auto rows) {
        for (const auto row : rows) ++seen[row];
      });
      EXPECT_EQ(seen, std::vector<int>(n, 1));
      std::vector<int64_t> items(n);
      std::iota(items.begin(), items.end(), 0);
      const double all = check_cuts(tree, 0, 0, columns, n, items, target);
      EXPECT_GT(all, 0);
      EXPECT_NEAR(std::accumulate(importance.begin(), importance.end(), 0.0), all, 1e-9 * all);
      EXPECT_EQ(importance[3], 0);
    }
}

TEST(MeanTree, OfTargetsThatDoNotVaryIsALeaf) {
  const auto binned = bin_columns(columns_of_all_kinds(300, 1), 300, 4);
  for (const double value : {0.0, 0.3, -1e-200}) {
    std::vector<double> target(300, value), importance(4);
    target[7] += 1e-8;  // less than what counts as varying
    EXPECT_EQ(MeanTreeGrower(binned).grow(target, 3, importance, [](int32_t, auto) {}).size(), 1);
    EXPECT_EQ(importance, std::vector<double>(4));
  }
}

TEST(MeanTree, BinsPartTheColumnsEvenly) {
  const int64_t n = 1000;
  const auto x = columns_of_all_kinds(n, 6);
  const auto binned = bin_columns(x, n, 4);
  EXPECT_EQ(binned.bins[0], 62);
  EXPECT_GT(binned.bins[1], 8);
  EXPECT_GT(binned.bins[2], 8);
  EXPECT_EQ(binned.bins[3], 1);
  for (int64_t f = 0; f < 4; ++f) {
    const uint32_t* starts = binned.starts.data() + f * 257;
    EXPECT_EQ(starts[0], 0u);
    EXPECT_EQ(starts[binned.bins[f]], n);
    const auto column = binned.sorted.column(f);
    for (int64_t b = 0; b < binned.bins[f]; ++b) {
      ASSERT_LT(starts[b], starts[b + 1]);
      if (f == 0) {
        EXPECT_NEAR(starts[b + 1] - starts[b], 16, 1);
      }
      if (b > 0) {
        EXPECT_GT(column[starts[b]].value, column[starts[b] - 1].value + tree_resolution);
      }
      for (uint32_t i = starts[b]; i < starts[b + 1]; ++i) EXPECT_EQ(binned.bin[column[i].row * 4 + f], b);
    }
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
