// Gradient boosting for classes (Friedman 2001, "Greedy function approximation", algorithm 6, with the conventions of
// scikit-learn's GradientBoostingClassifier, so that both give the same trees).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "teasel/stats/mean_tree_grower.hpp"
#include "teasel/stats/tree.hpp"

namespace teasel {

struct BoostingOptions {
  int64_t stages = 100, depth = 3;
  double learning_rate = 0.1;
};

// A stage fits one regression tree to the gradient of each class (a single one for two classes). The score of a class
// starts at the logarithm of its share of the items. A leaf moves it by learning_rate * (C - 1) / C * sum g /
// sum |g| (1 - |g|), g being the gradients of its items and C the number of classes (without (C - 1) / C for two).
// Classes that do not occur have no trees and are never predicted. Threads share the classes of a stage; the result
// does not depend on how many there are.
class BoostedClassifier {
 public:
  // columns: the features of the items, prepared once for any number of classifiers. labels: [n], 0 <= label < classes.
  BoostedClassifier(const BinnedColumns& columns, std::span<const int32_t> labels, int64_t classes,
                    const BoostingOptions& options);

  // The share of each feature in what all splits take off the squared error of the gradients: it sums to 1, or is all 0
  // where no tree has a split.
  const std::vector<double>& importance() const { return importance_; }
  int64_t stages() const { return stages_; }
  // The trees of one stage follow those of the one before; of one stage, by class.
  const std::vector<Tree>& trees() const { return trees_; }

  // Probabilities [n, classes] of items x [n, d] after the first `stages` stages (all, if negative).
  std::vector<double> probabilities(std::span<const double> x, int64_t n, int64_t stages = -1) const;
  // The most probable class of each item; the first of equals.
  std::vector<int32_t> predict(std::span<const double> x, int64_t n, int64_t stages = -1) const;
  // The same for the items that it was fitted to, without following a tree again.
  const std::vector<int32_t>& fitted() const { return fitted_; }

 private:
  class Fit;
  std::vector<double> scores(std::span<const double> x, int64_t n, int64_t stages) const;  // [trees of a stage, n]
  std::vector<int32_t> best(std::span<const double> scores, int64_t n) const;

  int64_t d_, classes_, stages_ = 0;
  std::vector<int32_t> occurring_;           // class numbers
  std::vector<double> start_;                // scores before the first stage, by tree of a stage
  std::vector<Tree> trees_;                  // [stages, trees of a stage]
  std::vector<std::vector<double>> values_;  // of each tree, by node: what a leaf adds to the score
  std::vector<double> importance_;
  std::vector<int32_t> fitted_;
};

}  // namespace teasel
