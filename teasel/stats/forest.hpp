// Random forests (Breiman 2001), with the conventions of scikit-learn's RandomForestClassifier and -Regressor.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "teasel/stats/tree.hpp"

namespace teasel {

struct ForestOptions {
  int64_t trees = 100;
  int64_t depth = 0;      // edges from a root to a leaf; 0: until items of a node are alike
  int64_t features = 0;   // features looked at in each node; 0: all
  bool bootstrap = true;  // each tree sees as many items as there are, drawn with replacement; false: all of them
  enum class Impurity { gini, entropy } impurity = Impurity::gini;  // of classifiers; regressors have squared error
};

// What both have in common. Threads share the trees; tree number t is a function of (seed, t) alone.
class Forest {
 public:
  // The share of each feature in what the splits of a tree take off the impurity, as the mean over the trees: it sums
  // to 1, or is all 0 where no tree has a split.
  const std::vector<double>& importance() const { return importance_; }
  const std::vector<Tree>& trees() const { return trees_; }

 protected:
  int64_t d_ = 0;
  std::vector<Tree> trees_;
  std::vector<double> importance_;
};

class ForestClassifier : public Forest {
 public:
  // labels: [n], 0 <= label < classes.
  ForestClassifier(const SortedColumns& columns, std::span<const int32_t> labels, int64_t classes,
                   const ForestOptions& options, uint64_t seed);
  // Mean over the trees of the shares of the classes in the leaf that an item reaches: [n, classes]. x: [n, d].
  std::vector<double> probabilities(std::span<const double> x, int64_t n) const;
  // The most probable class of each item; the first of equals.
  std::vector<int32_t> predict(std::span<const double> x, int64_t n) const;

 private:
  struct Share {
    int32_t label;
    double share;
  };
  int64_t classes_;
  std::vector<std::vector<std::vector<Share>>> leaves_;  // by tree and node: the classes that occur
};

class ForestRegressor : public Forest {
 public:
  // target: [n], finite.
  ForestRegressor(const SortedColumns& columns, std::span<const double> target, const ForestOptions& options,
                  uint64_t seed);
  // Mean over the trees of the mean target in the leaf that an item reaches: [n]. x: [n, d].
  std::vector<double> predict(std::span<const double> x, int64_t n) const;

 private:
  std::vector<std::vector<double>> leaves_;  // by tree and node
};

}  // namespace teasel
