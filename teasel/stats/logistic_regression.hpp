// Logistic regression: classes from linear functions of the latents.
#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace teasel {

struct LogisticSettings {
  // The weight of the losses against the penalty: minimises c * sum of losses + |slopes|^2 / 2. Infinity: no penalty.
  double c = 1;
  // A row of class k weighs n / (classes * n_k), so that every class that occurs weighs the same; otherwise 1.
  bool balanced = false;
  // A problem of its own for every class against the rest, probabilities scaled to a sum of 1. Otherwise one softmax
  // over all classes (with two classes: one logit).
  bool one_vs_rest = false;
  // Whether the penalty also holds intercepts, as liblinear does.
  bool penalised_intercept = false;
  int64_t iterations = 1000;
  double tolerance = 1e-7;  // of the gradient of the mean loss
};

// Rows of zeros and ones, as latents with few levels make them: each level of each latent has a column, and of each
// latent the column of its level is 1.
struct OneHot {
  int64_t n = 0, d = 0, width = 0;  // rows, latents, columns
  std::vector<int32_t> column;      // [n, d]: the columns of a row's ones

  // Levels are the different values of each column of a table [n, d].
  static OneHot of(std::span<const double> table, int64_t d);
};

// A fitted classifier.
struct LogisticRegression {
  int64_t d = 0, classes = 0;
  bool one_vs_rest = false;
  int64_t outputs = 0;         // 1 (two classes: the logit of class 1) or the number of classes
  std::vector<double> weight;  // [d + 1, outputs], the intercepts last
  bool converged = false;      // whether a minimum was reached within the iterations

  // The probabilities [n, classes] of rows [n, d].
  std::vector<double> probabilities(std::span<const double> x) const;
  std::vector<double> probabilities(const OneHot& x) const;
  // The most probable class of each row (the first of equals).
  std::vector<int32_t> predict(std::span<const double> x) const;
};

// x: [n, d], finite; labels: class numbers 0 .. classes - 1, n >= 1 of them. The minimum does not depend on the number
// of threads. Classes that do not occur get a probability that falls towards 0. scikit-learn's LogisticRegression is
// the softmax with a free intercept (since 0.22), and before that one_vs_rest with penalised_intercept.
LogisticRegression fit_logistic_regression(std::span<const double> x, std::span<const int32_t> labels, int64_t classes,
                                           const LogisticSettings& settings);
// The same on rows of zeros and ones; one softmax only.
LogisticRegression fit_logistic_regression(const OneHot& x, std::span<const int32_t> labels, int64_t classes,
                                           const LogisticSettings& settings);

// The strength c among `strengths` (rising) with the best mean accuracy over `folds` contiguous, unshuffled parts of
// the rows, the first of equals; then fitted to all rows. The first n % folds parts hold one row more, as
// scikit-learn's KFold makes them.
struct CrossValidated {
  LogisticRegression model;
  double c = 1;
  std::vector<double> accuracy;  // of each strength, mean over folds
};
CrossValidated cross_validated_logistic_regression(std::span<const double> x, std::span<const int32_t> labels,
                                                   int64_t classes, std::span<const double> strengths, int64_t folds,
                                                   LogisticSettings settings);

// `count` numbers from `low` to `high` with equal ratios (numpy's geomspace).
std::vector<double> geometric_steps(double low, double high, int64_t count);

// The mean of -log p of the true classes, nats, with probabilities kept above 2^-52 as scikit-learn does.
double log_loss(std::span<const double> probabilities, std::span<const int32_t> labels, int64_t classes);

// The share of equal entries; 0 where there are none.
double accuracy(std::span<const int32_t> predicted, std::span<const int32_t> labels);

}  // namespace teasel
