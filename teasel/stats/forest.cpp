#include "teasel/stats/forest.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "teasel/stats/tree_grower.hpp"

namespace teasel {
namespace {

constexpr double nothing = -std::numeric_limits<double>::infinity();

using Weights = std::vector<uint32_t>;  // how often each row was drawn

// Labels under the Gini impurity or the entropy. Both scores are sums over the two sides, kept up to date as items pass
// from right to left: sum_c n_c^2 / n, and sum_c n_c ln n_c - n ln n.
class ClassCriterion : public SplitCriterion {
 public:
  ClassCriterion(std::span<const int32_t> labels, int64_t classes, const Weights& weights,
                 ForestOptions::Impurity impurity, std::span<const double> x_log_x)
      : labels_(labels),
        weights_(weights),
        entropy_(impurity == ForestOptions::Impurity::entropy),
        x_log_x_(x_log_x),
        all_(classes),
        left_(classes) {}

  bool enter(std::span<const SortedItem> items) override {
    std::ranges::fill(all_, 0);
    for (auto& item : items) all_[labels_[item.row]] += weights_[item.row];
    total_ = parts_ = 0;
    sums_ = 0;
    for (const int64_t count : all_) {
      total_ += count;
      parts_ += count > 0;
      sums_ += part(count);
    }
    return parts_ > 1;
  }

  Cut best_cut(std::span<const SortedItem> items) override {
    Cut best{nothing, 0};
    std::ranges::fill(left_, 0);
    double left_sum = 0, right_sum = sums_;
    int64_t left = 0;
    for (size_t i = 0; i + 1 < items.size(); ++i) {
      const int64_t weight = weights_[items[i].row];
      int64_t& own = left_[labels_[items[i].row]];
      const int64_t rest = all_[labels_[items[i].row]] - own;
      left_sum += part(own + weight) - part(own);
      right_sum += part(rest - weight) - part(rest);
      own += weight;
      left += weight;
      if (!(items[i + 1].value > items[i].value + tree_resolution)) continue;
      const double score = side(left_sum, left) + side(right_sum, total_ - left);
      if (score > best.score) best = {score, static_cast<int64_t>(i) + 1};
    }
    return best;
  }

  double gain(const Cut& cut) const override { return cut.score - side(sums_, total_); }
  const std::vector<int64_t>& counts() const { return all_; }
  int64_t total() const { return total_; }

 private:
  double part(int64_t count) const {
    return entropy_ ? x_log_x_[count] : static_cast<double>(count) * static_cast<double>(count);
  }
  double side(double sum, int64_t count) const {
    return entropy_ ? sum - x_log_x_[count] : sum / static_cast<double>(count);
  }

  std::span<const int32_t> labels_;
  const Weights& weights_;
  bool entropy_;
  std::span<const double> x_log_x_;  // n ln n
  std::vector<int64_t> all_, left_;  // by class
  int64_t total_ = 0, parts_ = 0;
  double sums_ = 0;
};

// The squared error of a weighted target.
class WeightedMeanCriterion : public SplitCriterion {
 public:
  WeightedMeanCriterion(std::span<const double> target, const Weights& weights) : target_(target), weights_(weights) {}

  bool enter(std::span<const SortedItem> items) override {
    total_ = sum_ = 0;
    double squares = 0;
    for (auto& item : items) {
      const double weight = weights_[item.row], value = target_[item.row];
      total_ += weight;
      sum_ += weight * value;
      squares += weight * value * value;
    }
    const double mean = sum_ / total_;
    return squares / total_ - mean * mean > std::numeric_limits<double>::epsilon();
  }

  Cut best_cut(std::span<const SortedItem> items) override {
    Cut best{nothing, 0};
    double left = 0, count = 0;
    for (size_t i = 0; i + 1 < items.size(); ++i) {
      const double weight = weights_[items[i].row];
      left += weight * target_[items[i].row];
      count += weight;
      if (!(items[i + 1].value > items[i].value + tree_resolution)) continue;
      const double right = sum_ - left, score = left * left / count + right * right / (total_ - count);
      if (score > best.score) best = {score, static_cast<int64_t>(i) + 1};
    }
    return best;
  }

  double gain(const Cut& cut) const override { return cut.score - sum_ * sum_ / total_; }
  double mean() const { return sum_ / total_; }

 private:
  std::span<const double> target_;
  const Weights& weights_;
  double total_ = 0, sum_ = 0;
};

// How often tree number `tree` sees each of n items.
Weights draw_weights(int64_t n, bool bootstrap, uint64_t seed, int64_t tree) {
  Weights weights(n, bootstrap ? 0 : 1);
  const Stream bag(seed, "forest/item", tree);
  if (bootstrap)
    for (int64_t i = 0; i < n; ++i) ++weights[bag.below(n, i)];
  return weights;
}

std::vector<double> mean_share(const std::vector<std::vector<double>>& gains, int64_t d) {
  std::vector<double> out(d);
  double all = 0;
  for (auto& of_tree : gains) {
    double sum = 0;
    for (const double gain : of_tree) sum += gain;
    if (sum > 0)
      for (int64_t f = 0; f < d; ++f) out[f] += of_tree[f] / sum;
  }
  for (const double value : out) all += value;
  for (double& value : out) value = all > 0 ? value / all : 0;
  return out;
}

// Grows the trees; `make(weights)` gives a criterion, `leaf(tree, node, items, criterion)` what it should leave behind.
template <class Make, class Leaf>
std::vector<Tree> grow_forest(const SortedColumns& columns, const ForestOptions& options, uint64_t seed,
                              const Make& make, const Leaf& leaf, std::vector<double>& importance) {
  std::vector<Tree> trees(options.trees);
  std::vector<std::vector<double>> gains(options.trees, std::vector<double>(columns.d));
#pragma omp parallel
  {
    TreeGrower grower(columns);
#pragma omp for schedule(dynamic)
    for (int64_t t = 0; t < options.trees; ++t) {
      const Weights weights = draw_weights(columns.n, options.bootstrap, seed, t);
      if (options.bootstrap) {
        std::vector<uint8_t> keep(columns.n);
        for (int64_t i = 0; i < columns.n; ++i) keep[i] = weights[i] > 0;
        grower.restrict_to(keep);
      }
      auto criterion = make(weights);
      const Stream draws(seed, "forest/feature", t);
      trees[t] = grower.grow(criterion, {options.depth, options.features}, &draws, gains[t],
                             [&](int32_t node, std::span<const SortedItem> items) {
                               criterion.enter(items);
                               leaf(t, node, criterion);
                             });
    }
  }
  importance = mean_share(gains, columns.d);
  return trees;
}

constexpr int64_t chunk = 1024;  // items whose columns and leaves stay close

// visit(item, tree, leaf) for every item and tree; threads share the items.
template <class Visit>
void visit_leaves(const std::vector<Tree>& trees, std::span<const double> x, int64_t n, int64_t d, const Visit& visit) {
#pragma omp parallel for schedule(dynamic)
  for (int64_t first = 0; first < n; first += chunk) {
    const int64_t taken = std::min(chunk, n - first);
    const auto columns = as_columns(x.subspan(first * d, taken * d), taken, d);
    std::vector<int32_t> leaves(taken);
    for (size_t t = 0; t < trees.size(); ++t) {
      trees[t].find_leaves(columns, taken, leaves);
      for (int64_t i = 0; i < taken; ++i) visit(first + i, t, leaves[i]);
    }
  }
}

template <class T>
T& at_growing(std::vector<T>& list, size_t index) {
  if (list.size() <= index) list.resize(index + 1);
  return list[index];
}

}  // namespace

ForestClassifier::ForestClassifier(const SortedColumns& columns, std::span<const int32_t> labels, int64_t classes,
                                   const ForestOptions& options, uint64_t seed)
    : classes_(classes), leaves_(options.trees) {
  d_ = columns.d;
  std::vector<double> x_log_x(columns.n + 1);
  for (int64_t k = 1; k <= columns.n; ++k) x_log_x[k] = static_cast<double>(k) * std::log(static_cast<double>(k));
  const auto make = [&](const Weights& weights) {
    return ClassCriterion(labels, classes, weights, options.impurity, x_log_x);
  };
  const auto leaf = [&](int64_t tree, int32_t node, const ClassCriterion& criterion) {
    auto& shares = at_growing(leaves_[tree], node);
    for (int64_t c = 0; c < classes; ++c)
      if (const int64_t count = criterion.counts()[c]; count > 0)
        shares.push_back(
            {static_cast<int32_t>(c), static_cast<double>(count) / static_cast<double>(criterion.total())});
  };
  trees_ = grow_forest(columns, options, seed, make, leaf, importance_);
}

std::vector<double> ForestClassifier::probabilities(std::span<const double> x, int64_t n) const {
  std::vector<double> out(n * classes_);
  visit_leaves(trees_, x, n, d_, [&](int64_t i, size_t tree, int32_t leaf) {
    for (auto& [label, share] : leaves_[tree][leaf]) out[i * classes_ + label] += share;
  });
  for (double& value : out) value /= static_cast<double>(trees_.size());
  return out;
}

std::vector<int32_t> ForestClassifier::predict(std::span<const double> x, int64_t n) const {
  const auto all = probabilities(x, n);
  std::vector<int32_t> out(n);
  for (int64_t i = 0; i < n; ++i) {
    const auto own = all.begin() + i * classes_;
    out[i] = static_cast<int32_t>(std::max_element(own, own + classes_) - own);
  }
  return out;
}

ForestRegressor::ForestRegressor(const SortedColumns& columns, std::span<const double> target,
                                 const ForestOptions& options, uint64_t seed)
    : leaves_(options.trees) {
  d_ = columns.d;
  const auto make = [&](const Weights& weights) { return WeightedMeanCriterion(target, weights); };
  const auto leaf = [&](int64_t tree, int32_t node, const WeightedMeanCriterion& criterion) {
    at_growing(leaves_[tree], node) = criterion.mean();
  };
  trees_ = grow_forest(columns, options, seed, make, leaf, importance_);
}

std::vector<double> ForestRegressor::predict(std::span<const double> x, int64_t n) const {
  std::vector<double> out(n);
  visit_leaves(trees_, x, n, d_, [&](int64_t i, size_t tree, int32_t leaf) { out[i] += leaves_[tree][leaf]; });
  for (double& value : out) value /= static_cast<double>(trees_.size());
  return out;
}

}  // namespace teasel
