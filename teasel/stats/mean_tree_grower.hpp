// Growing regression trees that lower the squared error of a target, with every cut considered and few looked at: sums
// per bin of each column (as in Ke et al. 2017, "LightGBM") give the scores of cuts between bins and a bound on those
// of cuts inside, and only bins whose bound reaches the best score so far are gone through item by item.
//
// Trees that cut between bins alone would learn otherwise: what a classifier learns by heart of noise are cuts around
// single items, which then matter more than how fine the bins are.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "teasel/stats/kernels/tree_kernel.hpp"
#include "teasel/stats/tree.hpp"

namespace teasel {

// A table [n, d] with each column sorted and parted into at most 256 bins of about equally many items. Values that are
// not told apart (tree_resolution) share a bin.
struct BinnedColumns {
  SortedColumns sorted;
  std::vector<float> values;     // [d, n] by row
  std::vector<uint8_t> bin;      // [n, d]
  std::vector<int64_t> bins;     // [d] how many a column has
  std::vector<uint32_t> starts;  // [d, 257] where each begins in the sorted column; behind the last one, n

  int64_t n() const { return sorted.n; }
  int64_t d() const { return sorted.d; }
};

// x: [n, d], row-major, finite, 1 <= n < 2^31.
BinnedColumns bin_columns(std::span<const double> x, int64_t n, int64_t d);

// Grows trees of one thread. Of equally good cuts of a column the first is taken, of those of several columns the one
// that is_better_cut says.
class MeanTreeGrower {
 public:
  explicit MeanTreeGrower(const BinnedColumns& columns);

  // Called for every leaf with the rows of its items, rising.
  using Leaf = std::function<void(int32_t node, std::span<const uint32_t> rows)>;
  // target: [n]. depth: edges from the root to a leaf, at least 1. A node is cut unless its target's variance is at
  // most the rounding of doubles at 1, as in scikit-learn. importance[f] grows by what every split on f takes off the
  // squared error.
  Tree grow(std::span<const double> target, int64_t depth, std::span<double> importance, const Leaf& leaf);

 private:
  struct Node {
    int32_t number;
    int64_t edges, first;  // its items are rows_[first .. first + items.left - 1]
    MeanCut items;         // all of them: how many, and the sum of their targets
  };
  struct Split {
    int64_t feature = -1;
    MeanCut cut;
    double gain = 0;
    float last_left = 0, first_right = 0;  // the values on its sides
  };
  std::span<const uint32_t> rows(const Node& node) const;
  void pack(std::span<const double> target);
  double gain(const Node& node, double score) const;
  bool varies(const Node& node, double gain) const;
  void look_inside(const Node& node, const BinSums* histogram, int64_t feature, double& greatest);
  Split best_split(const Node& node, const BinSums* histogram);
  void find_values(const Node& node, const BinSums* column, Split& split) const;
  void part(const Node& node, const Split& split);
  void grow_node(const Node& node, BinSums* histogram, std::span<double> importance, const Leaf& leaf);

  const BinnedColumns& columns_;
  int64_t n_, d_;
  int count_bits_;
  std::vector<int64_t> fixed_;                    // [n] targets in fixed point
  std::vector<BinSums> adds_;                     // [n] what an item adds to its bins
  std::vector<int32_t> node_;                     // [n] which node holds a row, as far down as nodes are cut
  std::vector<uint32_t> rows_, right_;            // [n] the items, node by node; and a place to part them
  std::vector<std::vector<BinSums>> histograms_;  // by depth: [d, 256]
  std::vector<double> bounds_;                    // [d, 256] of the cuts inside each bin
  std::vector<MeanCut> cuts_;                     // [d] the best of each column

  // Of the tree being grown.
  Tree tree_;
  std::span<const double> target_;
  int64_t depth_ = 0;
  double unit_ = 1;  // one step of the fixed point
};

}  // namespace teasel
