// Inner loops of growing and following decision trees.
#pragma once
#include <cstdint>

#include "teasel/stats/tree.hpp"

namespace teasel {

// A tree's lists (see Tree), and the number of steps that reach every leaf.
struct TreeView {
  const int32_t *feature, *child;
  const float* threshold;
  int64_t depth;
};

// leaves[i]: the leaf that item i reaches. columns: [d, n].
void follow_tree(const TreeView& tree, const float* columns, int64_t n, int32_t* leaves);

// Where to cut a sorted list in two: the first `left` items go left. left = 0: nowhere.
struct Cut {
  double score = 0;
  int64_t left = 0;
};

// Whether a feature's cut is taken instead of the best one so far, of `than_feature` (-1: there is none). Near its
// leaves a tree is often cut alike by several features, whose scores then differ by rounding alone. Which of them wins
// is left to a hash of score and feature, as scikit-learn leaves it to the random order in which it looks at them: were
// it always the first, that one would come to look important.
bool is_better_cut(double score, int64_t feature, double than_score, int64_t than_feature);

// The cut with the greatest L^2 / l + R^2 / r, where L and R are the sums of `target` on its sides and l and r the
// numbers of items: the one that lowers the squared error of two means most. The first of equals; only between values
// that differ by more than tree_resolution. items: n of them, rising; total: the sum of target over all; inverse[k] =
// 1 / k for 0 < k <= n.
Cut best_mean_cut(const SortedItem* items, int64_t n, const double* target, double total, const double* inverse);

// Parts a list in order: the items with goes_left[row] = 1, `left_size` of them, come to stand at the front of `dealt`,
// those with 0 behind them.
void deal_items(const SortedItem* items, int64_t n, const uint8_t* goes_left, int64_t left_size, SortedItem* dealt);

// A bin of a histogram holds the sum of fixed-point targets and, in its lowest `count_bits`, a count; both add up with
// one integer addition, without rounding, so that the order of items does not matter.
// histogram[f * 256 + bins[row * d + f]] += packed[row] for n rows and d features.
void add_to_histogram(const uint32_t* rows, int64_t n, const uint8_t* bins, int64_t d, const int64_t* packed,
                      int64_t* histogram);

// The same score and rule as best_mean_cut, over `size` <= 256 bins of one feature; left: the number of bins that go
// left. total: that of the packed sums; items: the count of all bins.
Cut best_histogram_cut(const int64_t* histogram, int64_t size, int count_bits, double total, int64_t items,
                       const double* inverse);

// gradient[c][i] = [labels[i] = c] - softmax(score[.][i])_c for items first <= i < first + n; score and gradient are
// [classes, stride]. n <= 256.
void softmax_gradient(const double* score, const int32_t* labels, int64_t classes, int64_t stride, int64_t first,
                      int64_t n, double* gradient);

// gradient[i] = [labels[i] = 1] - 1 / (1 + exp(-score[i])).
void logistic_gradient(const double* score, const int32_t* labels, int64_t n, double* gradient);

}  // namespace teasel
