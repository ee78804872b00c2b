// Binary decision trees over real features: how they are kept and followed, and columns sorted once for growing many.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace teasel {

// A tree as flat lists, one entry per node; node 0 is the root. From node i an item goes to child[i] if its feature is
// at most threshold[i], else to child[i] + 1. A leaf is its own child with an infinite threshold, so that following it
// stays where it is and needs no branch.
struct Tree {
  std::vector<int32_t> feature, child;
  std::vector<float> threshold;
  int64_t depth = 0;  // edges from the root to the deepest leaf

  int64_t size() const { return static_cast<int64_t>(child.size()); }
  bool leaf(int64_t node) const { return child[node] == node; }
  // A new leaf; its number.
  int32_t add_leaf();
  // Makes leaf `node`, which lies `edges` below the root, a branch with two new leaves; the number of the first.
  int32_t split(int32_t node, int32_t feature, float threshold, int64_t edges);
  // The leaf that each of n items reaches. columns: [d, n], one feature after the other.
  void find_leaves(std::span<const float> columns, int64_t n, std::span<int32_t> leaves) const;
};

// One item of a column that is sorted by value.
struct SortedItem {
  float value;
  uint32_t row;
};

// A table [n, d] of finite numbers, each column sorted once: what growing any number of trees starts from.
struct SortedColumns {
  int64_t n = 0, d = 0;
  std::vector<SortedItem> items;  // [d, n], rising; equal values by row
  std::span<const SortedItem> column(int64_t feature) const {
    return {items.data() + feature * n, static_cast<size_t>(n)};
  }
};

// x: [n, d], row-major, n < 2^31. Trees compare in single precision, as scikit-learn's do.
SortedColumns sort_columns(std::span<const double> x, int64_t n, int64_t d);

// Two neighbours of a sorted column are told apart only if they differ by more than this, as in scikit-learn.
constexpr float tree_resolution = 1e-7f;

// The threshold between two neighbouring values: the greatest float not above their middle, which is what comparing
// floats with the middle in double precision amounts to.
float threshold_between(float below, float above);

// The same numbers in single precision, one column after the other: [n, d] row-major to [d, n].
std::vector<float> as_columns(std::span<const double> x, int64_t n, int64_t d);

}  // namespace teasel
