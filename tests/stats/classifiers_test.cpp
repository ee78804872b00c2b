// Logistic regression, support vector machines and the area under the ROC curve against scikit-learn, brute force and
// finite differences.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "teasel/core/random.hpp"
#include "teasel/stats/kernels/softmax_kernel.hpp"
#include "teasel/stats/linear_svm.hpp"
#include "teasel/stats/logistic_regression.hpp"
#include "teasel/stats/minimise.hpp"
#include "teasel/stats/roc.hpp"
#include "tests/stats/linear_table.hpp"

namespace teasel {
namespace {

using testing::flat_golden;
using testing::linear_table;

// coef [outputs, d] and intercept [outputs] as scikit-learn has them.
void expect_golden(const LogisticRegression& model, const std::string& key, double tolerance) {
  const auto coef = flat_golden(key + ".coef"), intercept = flat_golden(key + ".intercept");
  ASSERT_EQ(intercept.size(), static_cast<size_t>(model.outputs));
  EXPECT_TRUE(model.converged);
  for (int64_t c = 0; c < model.outputs; ++c) {
    for (int64_t j = 0; j < model.d; ++j)
      EXPECT_NEAR(model.weight[j * model.outputs + c], coef[c * model.d + j], tolerance) << key << ", class " << c;
    EXPECT_NEAR(model.weight[model.d * model.outputs + c], intercept[c], tolerance) << key << ", class " << c;
  }
  const auto probabilities = flat_golden(key + ".probabilities");
  const auto table = linear_table();
  const auto ours = model.probabilities(table.x);
  for (size_t i = 0; i < probabilities.size(); ++i) EXPECT_NEAR(ours[i], probabilities[i], tolerance) << key;
}

TEST(LogisticRegression, EqualsScikitLearn) {
  const auto table = linear_table();
  const auto fit = [&](const std::vector<int32_t>& labels, int64_t classes, LogisticSettings settings) {
    settings.tolerance = 1e-9;
    return fit_logistic_regression(table.x, labels, classes, settings);
  };
  expect_golden(fit(table.labels, 4, {}), "multinomial", 1e-5);
  expect_golden(fit(table.two, 2, {.c = 0.1}), "two_classes", 1e-5);
  expect_golden(fit(table.labels, 4, {.one_vs_rest = true, .penalised_intercept = true}), "liblinear", 1e-4);
  expect_golden(fit(table.labels, 4, {.balanced = true, .one_vs_rest = true}), "one_vs_rest_balanced", 1e-5);
  // Without a penalty a number may be added to the logits of all classes: only probabilities are the same.
  const auto free = fit(table.labels, 4, {.c = std::numeric_limits<double>::infinity(), .balanced = true});
  const auto probabilities = flat_golden("balanced_free.probabilities"), ours = free.probabilities(table.x);
  for (size_t i = 0; i < probabilities.size(); ++i) EXPECT_NEAR(ours[i], probabilities[i], 1e-5);
}

TEST(LogisticRegression, CrossValidationEqualsScikitLearn) {
  const auto table = linear_table();
  const auto strengths = geometric_steps(1e-4, 1e4, 10);
  const auto golden = flat_golden("cross_validated.strengths");
  for (size_t s = 0; s < golden.size(); ++s) EXPECT_NEAR(strengths[s] / golden[s], 1, 1e-12);
  const auto found = cross_validated_logistic_regression(table.x, table.labels, 4, strengths, 5, {});
  const auto accuracies = flat_golden("cross_validated.accuracy");
  for (size_t s = 0; s < accuracies.size(); ++s) EXPECT_NEAR(found.accuracy[s], accuracies[s], 1e-9) << strengths[s];
  EXPECT_NEAR(found.c, flat_golden("cross_validated.c")[0], 1e-9);
  EXPECT_NEAR(accuracy(found.model.predict(table.x), table.labels), found.accuracy[5], 0.1);
}

TEST(LogisticRegression, SameMinimumForAnyNumberOfRowsInABlockAndScale) {
  // Rows counted twice with half the strength are the same problem, though they fall into other blocks.
  const auto table = linear_table();
  std::vector<double> twice;
  std::vector<int32_t> labels;
  for (int64_t i = 0; i < table.n; ++i)
    for (int copy = 0; copy < 2; ++copy) {
      twice.insert(twice.end(), &table.x[i * table.d], &table.x[i * table.d] + table.d);
      labels.push_back(table.labels[i]);
    }
  const auto once = fit_logistic_regression(table.x, table.labels, 4, {.c = 2, .tolerance = 1e-9});
  const auto both = fit_logistic_regression(twice, labels, 4, {.c = 1, .tolerance = 1e-9});
  for (size_t i = 0; i < once.weight.size(); ++i) EXPECT_NEAR(once.weight[i], both.weight[i], 1e-6);
}

TEST(LogisticRegression, SeparableConstantAndMissingClassesEndWithoutNaN) {
  std::vector<double> x;
  std::vector<int32_t> labels;
  for (int i = 0; i < 90; ++i) {
    x.push_back(i % 3 * 10.0);
    x.push_back(5);                            // constant
    labels.push_back(i % 3 == 2 ? 3 : i % 3);  // class 2 does not occur
  }
  const auto model = fit_logistic_regression(x, labels, 4, {.c = std::numeric_limits<double>::infinity()});
  const auto p = model.probabilities(x);
  for (const double value : p) ASSERT_TRUE(std::isfinite(value));
  EXPECT_EQ(accuracy(model.predict(x), labels), 1);
  EXPECT_LT(log_loss(p, labels, 4), 1e-3);
  const std::vector<double> same(20, 1);
  const auto flat = fit_logistic_regression(same, std::vector<int32_t>(20), 1, {});
  EXPECT_EQ(flat.probabilities(same), std::vector<double>(20, 1));
}

// Zeros and ones by their columns are the same problem as the table of zeros and ones.
TEST(LogisticRegression, OneHotRowsEqualTheDenseTable) {
  const int64_t n = 500, d = 3;
  std::vector<double> levels(n * d);
  std::vector<int32_t> labels(n), two(n);
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j < d; ++j)
      levels[i * d + j] = static_cast<double>(Stream(1, "levels", j).below(2 + j, i)) - 0.5;
    labels[i] = static_cast<int32_t>(Stream(1, "labels").below(3, i));
    if (levels[i * d + 2] > 1) labels[i] = 2;
    two[i] = labels[i] == 2;
  }
  const auto rows = OneHot::of(levels, d);
  ASSERT_EQ(rows.width, 2 + 3 + 4);
  std::vector<double> dense(n * rows.width);
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < d; ++j) dense[i * rows.width + rows.column[i * d + j]] = 1;
  for (const int64_t classes : {2, 3}) {
    const auto& y = classes == 2 ? two : labels;
    for (const double c : {1.0, std::numeric_limits<double>::infinity()}) {
      const LogisticSettings settings{.c = c, .balanced = true, .tolerance = 1e-9};
      const auto p = fit_logistic_regression(dense, y, classes, settings).probabilities(dense);
      const auto q = fit_logistic_regression(rows, y, classes, settings).probabilities(rows);
      for (size_t i = 0; i < p.size(); ++i) ASSERT_NEAR(p[i], q[i], 1e-5) << classes << " classes, c " << c;
    }
  }
}

// Balanced classes and nothing to tell them by: the probabilities are uniform, whatever the counts.
TEST(LogisticRegression, BalancedWithoutInformationIsUniform) {
  const std::vector<double> x(100);
  std::vector<int32_t> labels(100);
  for (int i = 0; i < 100; ++i) labels[i] = i < 70 ? 0 : i < 95 ? 1 : 2;
  const auto p = fit_logistic_regression(x, labels, 3, {.balanced = true}).probabilities(x);
  for (const double value : p) EXPECT_NEAR(value, 1.0 / 3, 1e-6);
  EXPECT_NEAR(log_loss(p, labels, 3), std::log(3), 1e-6);
}

TEST(SoftmaxKernel, GradientIsThatOfFiniteDifferences) {
  for (const int64_t classes : {1, 2, 5}) {
    constexpr int64_t d = 3, block = softmax_block;
    std::vector<float> noise(d * block + block + (d + 1) * classes);
    Stream(3, "kernel", classes).normal(0, 1, noise);
    const std::vector<double> values(noise.begin(), noise.end());
    std::vector<double> w(values.end() - (d + 1) * classes, values.end()), weight(block), logits(classes * block);
    std::vector<int32_t> label(block);
    for (int64_t i = 0; i < block; ++i) {
      weight[i] = i < 50 ? std::abs(values[d * block + i]) : 0;
      label[i] = static_cast<int32_t>(i % std::max<int64_t>(classes, 2));
    }
    const auto loss = [&](std::vector<double>& gradient) {
      return softmax_gradient(values.data(), label.data(), weight.data(), w.data(), d, classes, logits.data(),
                              gradient.data());
    };
    std::vector<double> gradient(w.size()), unused(w.size());
    loss(gradient);
    for (size_t i = 0; i < w.size(); ++i) {
      const double kept = w[i];
      w[i] = kept + 1e-5;
      const double above = loss(unused);
      w[i] = kept - 1e-5;
      const double below = loss(unused);
      w[i] = kept;
      EXPECT_NEAR(gradient[i], (above - below) / 2e-5, 1e-6 * (1 + std::abs(gradient[i])));
    }
  }
}

TEST(SoftmaxKernel, ProbabilitiesAreExactFarFromZero) {
  constexpr int64_t block = softmax_block;
  std::vector<double> x(block), p(2 * block), one(block);
  for (int64_t i = 0; i < block; ++i) x[i] = static_cast<double>(i - 32) * 25;  // logits up to +-800
  const std::vector<double> two{0, 1, 0, 0}, single{1, 0};
  softmax_probabilities(x.data(), two.data(), 1, 2, p.data());
  softmax_probabilities(x.data(), single.data(), 1, 1, one.data());
  for (int64_t i = 0; i < block; ++i) {
    const double exact = 1 / (1 + std::exp(-x[i]));
    if (std::abs(x[i]) < 700)
      EXPECT_NEAR(p[block + i] / exact, 1, 1e-14) << x[i];
    else
      EXPECT_NEAR(p[block + i], exact, 1e-300) << x[i];
    EXPECT_NEAR(one[i], p[block + i], 1e-15);
  }
}

TEST(Minimise, EndsAtTheMinimumOfRosenbrocksValley) {
  const Objective valley = [](std::span<const double> x, std::span<double> g) {
    const double a = 1 - x[0], b = x[1] - x[0] * x[0];
    g[0] = -2 * a - 400 * x[0] * b;
    g[1] = 200 * b;
    return a * a + 100 * b * b;
  };
  std::vector<double> x{-1.2, 1};
  const auto found = minimise(valley, x, {.tolerance = 1e-9});
  EXPECT_TRUE(found.converged);
  EXPECT_NEAR(x[0], 1, 1e-7);
  EXPECT_NEAR(x[1], 1, 1e-7);
  EXPECT_LT(found.iterations, 100);
  std::vector<double> short_of{-1.2, 1};
  EXPECT_FALSE(minimise(valley, short_of, {.iterations = 3}).converged);
}

// ---- support vector machines --------------------------------------------------------------------------------------

void expect_svm(const LinearSvm& svm, const std::string& key) {
  const auto coef = flat_golden(key + ".coef"), intercept = flat_golden(key + ".intercept");
  ASSERT_EQ(svm.slope.size(), coef.size());
  for (size_t c = 0; c < coef.size(); ++c) {
    EXPECT_NEAR(svm.slope[c], coef[c], 1e-5) << key << ", class " << c;
    EXPECT_NEAR(svm.intercept[c], intercept[c], 1e-5) << key << ", class " << c;
  }
}

TEST(LinearSvm, EqualsLiblinear) {
  const auto table = linear_table();
  const auto column = [&](int64_t j) { return sorted_column(table.column(j)); };
  expect_svm(fit_linear_svm(column(0), table.labels, {}), "svm");
  expect_svm(fit_linear_svm(column(1), table.labels, {.c = 0.5, .balanced = false}), "svm_ties");
  expect_svm(fit_linear_svm(column(3), table.two, {}), "svm_two_classes");
}

// At the minimum the gradient over all rows, summed one by one, is zero.
TEST(LinearSvm, GradientVanishesAtEveryFit) {
  for (int trial = 0; trial < 40; ++trial) {
    const int64_t n = 20 + 13 * trial;
    std::vector<float> noise(n);
    Stream(trial, "svm").normal(0, 1, noise);
    std::vector<double> x(noise.begin(), noise.end());
    std::vector<int32_t> labels(n);
    for (int64_t i = 0; i < n; ++i) {
      labels[i] = trial % 3 == 0 ? x[i] > 0.3 : static_cast<int32_t>(Stream(trial, "label").below(3, i));
      x[i] = x[i] * std::pow(10, trial % 7 - 3) + trial % 5;
    }
    const double c = std::pow(10, trial % 5 - 3);
    const auto svm = fit_linear_svm(sorted_column(x), labels, {.c = c, .balanced = false});
    for (size_t m = 0; m < svm.slope.size(); ++m) {
      const auto positive = svm.classes.size() == 2 ? svm.classes[1] : svm.classes[m];
      double by_slope = svm.slope[m], by_intercept = svm.intercept[m], size = 1e-9;
      for (int64_t i = 0; i < n; ++i) {
        const double side = labels[i] == positive ? 1 : -1;
        const double off = 1 - side * (svm.slope[m] * x[i] + svm.intercept[m]);
        if (off <= 0) continue;
        by_slope -= 2 * c * side * off * x[i];
        by_intercept -= 2 * c * side * off;
        size += 2 * c * off * (1 + std::abs(x[i]));
      }
      EXPECT_NEAR(by_slope / size, 0, 1e-7) << trial;
      EXPECT_NEAR(by_intercept / size, 0, 1e-7) << trial;
    }
  }
}

TEST(LinearSvm, OneClassAndConstantValues) {
  const std::vector<double> x{1, 2, 3, 4};
  const auto one = fit_linear_svm(sorted_column(x), std::vector<int32_t>(4, 2), {});
  EXPECT_EQ(one.predict(7), 2);
  const auto constant =
      fit_linear_svm(sorted_column(std::vector<double>(4, 0.5)), std::vector<int32_t>{0, 1, 1, 2}, {});
  EXPECT_EQ(constant.classes, (std::vector<int32_t>{0, 1, 2}));
  for (const double s : constant.slope) EXPECT_TRUE(std::isfinite(s));
}

// ---- area under the curve -----------------------------------------------------------------------------------------

TEST(RocAuc, EqualsScikitLearnAndTheCountOfPairs) {
  const auto table = linear_table();
  const auto scores = table.column(1);  // with many ties
  const std::vector<char> positive(table.two.begin(), table.two.end());
  double pairs = 0, right = 0;
  for (size_t i = 0; i < scores.size(); ++i)
    for (size_t j = 0; j < scores.size(); ++j) {
      if (!positive[i] || positive[j]) continue;
      pairs += 1;
      right += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
    }
  EXPECT_NEAR(roc_auc(scores, positive), right / pairs, 1e-12);
  EXPECT_NEAR(roc_auc(scores, positive), flat_golden("auc")[0], 1e-12);
  EXPECT_TRUE(std::isnan(roc_auc(scores, std::vector<char>(scores.size(), 1))));
}

TEST(RocAuc, MacroMeanLeavesOutClassesThatDoNotOccur) {
  const std::vector<int32_t> labels{0, 0, 2, 2};
  const std::vector<double> scores{.9, .1, .2, .6, .1, .5, .3, .1, .8, .7, .1, .4};  // [4, 3]
  // Class 0: .9, .6 against .3, .7: 3 of 4 pairs; class 2: .8, .4 against .2, .5: 3 of 4.
  EXPECT_NEAR(macro_roc_auc(scores, labels, 3), 0.75, 1e-12);
  EXPECT_TRUE(std::isnan(macro_roc_auc(scores, std::vector<int32_t>(4, 1), 3)));
}

TEST(RocAuc, WithoutAGroupIsThatOfTheOthers) {
  const auto table = linear_table();
  const auto scores = fit_logistic_regression(table.x, table.labels, 4, {}).probabilities(table.x);
  std::vector<int32_t> group;
  for (int64_t i = 0; i < table.n; ++i) group.push_back(static_cast<int32_t>(i * i % 7));
  const auto found = macro_roc_auc_without_groups(scores, table.labels, 4, group, 7);
  for (int32_t g = 0; g < 7; ++g) {
    std::vector<double> kept_scores;
    std::vector<int32_t> kept_labels;
    for (int64_t i = 0; i < table.n; ++i) {
      if (group[i] == g) continue;
      kept_scores.insert(kept_scores.end(), &scores[i * 4], &scores[i * 4] + 4);
      kept_labels.push_back(table.labels[i]);
    }
    EXPECT_NEAR(found[g], macro_roc_auc(kept_scores, kept_labels, 4), 1e-12);
  }
}

}  // namespace
}  // namespace teasel
