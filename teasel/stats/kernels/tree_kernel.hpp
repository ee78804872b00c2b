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

// Parts a list in order: the items with goes_left[row] = 1, `left_size` of them, come to stand at the front of `dealt`,
// those with 0 behind them.
void deal_items(const SortedItem* items, int64_t n, const uint8_t* goes_left, int64_t left_size, SortedItem* dealt);

// What the items of a node in one bin add up to: their targets in fixed point, shifted to the left by `count_bits` with
// the number of items below; and those of the targets that are positive. Integers, so that the order of items does not
// matter.
using BinSums = int64_t __attribute__((vector_size(16)));

constexpr int64_t mask_of(int count_bits) { return (int64_t{1} << count_bits) - 1; }

// fixed[i] = target[i] * scale, rounded, below 2^51 in size; adds[i]: what the item adds to its bin.
void to_fixed_point(const double* target, int64_t n, double scale, int count_bits, int64_t* fixed, BinSums* adds);

// histogram[f * 256 + bins[row * d + f]] += adds[row] for n rows and d features.
void add_to_histogram(const uint32_t* rows, int64_t n, const uint8_t* bins, int64_t d, const BinSums* adds,
                      BinSums* histogram);

// The first `left` of a node's items in the order of a column, whose fixed-point targets add up to `sum`. Its score is
// L^2 / l + R^2 / r, where L and R are the sums on both sides and l and r the numbers of items: the greatest lowers the
// squared error of two means most.
struct MeanCut {
  double score = 0;
  int64_t left = 0, sum = 0;
};

// The best cut between bins, the first of equals; left = 0 where all items lie in one bin. histogram: `size` <= 256
// bins of a column; items: all of the node's. bounds[b]: no cut inside bin b scores more; minus infinity where there is
// none. Sums are below 2^51 in size.
MeanCut best_cut_between(const BinSums* histogram, int64_t size, int count_bits, const MeanCut& items, double* bounds);

// The best cut inside a bin, between values that differ by more than tree_resolution, if it scores more than `best`, or
// as much and lies before it. bin: its n items, rising; those with node_of[row] = number are the node's; fixed: [rows];
// before: the node's items in front of the bin.
void best_cut_inside(const SortedItem* bin, int64_t n, const int32_t* node_of, int32_t number, const int64_t* fixed,
                     const MeanCut& before, const MeanCut& items, MeanCut& best);

// gradient[c][i] = [labels[i] = c] - softmax(score[.][i])_c for items first <= i < first + n; score and gradient are
// [classes, stride]. n <= 256.
void softmax_gradient(const double* score, const int32_t* labels, int64_t classes, int64_t stride, int64_t first,
                      int64_t n, double* gradient);

// gradient[i] = [labels[i] = 1] - 1 / (1 + exp(-score[i])).
void logistic_gradient(const double* score, const int32_t* labels, int64_t n, double* gradient);

}  // namespace teasel
