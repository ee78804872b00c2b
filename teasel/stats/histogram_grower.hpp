// Growing regression trees on columns cut into at most 256 bins each: sums per bin take the place of sorted items, and
// the sums of the larger of two children are those of the parent less those of the smaller (Ke et al. 2017,
// "LightGBM").
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "teasel/stats/kernels/tree_kernel.hpp"
#include "teasel/stats/tree.hpp"

namespace teasel {

// A table [n, d] whose values are replaced by the numbers of bins that rise with them. A column of at most as many
// values as bins has a bin for each value; any other is cut where about equally many items lie in each bin.
struct BinnedColumns {
  int64_t n = 0, d = 0;
  std::vector<uint8_t> bin;        // [n, d], row-major
  std::vector<int64_t> bins;       // [d] how many each column has
  std::vector<float> least, most;  // [d, 256] the values in each bin
};

// bins: 2 to 256.
BinnedColumns bin_columns(const SortedColumns& columns, int64_t bins);

// Grows trees of one thread that lower the squared error of `target`.
class HistogramGrower {
 public:
  explicit HistogramGrower(const BinnedColumns& columns);

  // Called for every leaf with the rows of its items.
  using Leaf = std::function<void(int32_t node, std::span<const uint32_t> rows)>;
  // target: [n], at most 1 in size. depth: edges from the root to a leaf, at least 1. importance[f] grows by what every
  // split on f takes off the squared error. inverse: [n + 1], 1 / k at k > 0, anything finite at 0.
  Tree grow(std::span<const double> target, int64_t depth, std::span<const double> inverse,
            std::span<double> importance, const Leaf& leaf);

 private:
  struct Node {
    int32_t number;
    int64_t first, size, edges;  // rows_[first .. first + size - 1]
    double total;                // of the fixed-point targets
  };
  struct Split {
    int64_t feature = -1;
    Cut cut;
    double gain = 0;
  };
  void pack(std::span<const double> target);
  Split best_split(const Node& node, const int64_t* histogram) const;
  float threshold(const Split& split, const int64_t* histogram) const;
  int64_t part(const Node& node, const Split& split);
  double sum_of(int64_t first, int64_t size) const;
  void grow_node(const Node& node, int64_t* histogram, std::span<double> importance, const Leaf& leaf);

  const BinnedColumns& columns_;
  int count_bits_;
  std::vector<int64_t> packed_;                   // [n] target in fixed point, and a count of one
  std::vector<uint32_t> rows_, right_;            // [n] the items, node by node; and a place to part them
  std::vector<std::vector<int64_t>> histograms_;  // by depth: [d, 256]

  // Of the tree being grown.
  Tree tree_;
  int64_t depth_ = 0;
  double unit_ = 1;  // one step of the fixed point
  const double* inverse_ = nullptr;
};

}  // namespace teasel
