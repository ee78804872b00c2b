// Growing trees on columns that were sorted once: the order of a node's items is dealt on to its children, so that no
// node sorts again (as SLIQ does: Mehta, Agrawal and Rissanen 1996).
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "teasel/core/random.hpp"
#include "teasel/stats/kernels/tree_kernel.hpp"
#include "teasel/stats/tree.hpp"

namespace teasel {

// What a tree is grown for: it scores cuts of nodes.
class SplitCriterion {
 public:
  virtual ~SplitCriterion() = default;
  // Looks at all items of the node whose cuts will be asked for; false: they are alike, and the node stays a leaf.
  virtual bool enter(std::span<const SortedItem> items) = 0;
  // The cut of the node, sorted by one feature, with the greatest score; left = 0 where no cut is possible. Only
  // between values that differ by more than tree_resolution; the first of equals.
  virtual Cut best_cut(std::span<const SortedItem> items) = 0;
  // By how much the node's impurity, times the weight of its items, falls with the best of the cuts found.
  virtual double gain(const Cut& cut) const = 0;
};

struct TreeLimits {
  int64_t depth = 3;     // edges from the root to a leaf; 0: no limit
  int64_t features = 0;  // features looked at in each node, drawn without replacement; 0: all
};

// Grows trees of one thread on `n` of the items of `columns`. Cuts of different features are compared by is_better_cut.
class TreeGrower {
 public:
  explicit TreeGrower(const SortedColumns& columns);

  // Called for every leaf with its items.
  using Leaf = std::function<void(int32_t node, std::span<const SortedItem> items)>;
  // importance[f] grows by the gain of every split on f. `draws` is read only where limits.features > 0.
  Tree grow(SplitCriterion& criterion, const TreeLimits& limits, const Stream* draws, std::span<double> importance,
            const Leaf& leaf);
  // Trees from now on see only the items with keep[row] != 0.
  void restrict_to(std::span<const uint8_t> keep);

 private:
  struct Node {
    int32_t number;
    int64_t first, size, edges;  // its items lie at [first, first + size) of each column of lists_[edges]
  };
  struct Split {
    int64_t feature = -1;
    Cut cut;
  };
  const SortedItem* list(const Node& node, int64_t feature) const;
  std::span<const SortedItem> items(const Node& node, int64_t feature) const;
  Split best_split(const Node& node);
  Split best_of(const Node& node, int64_t feature, Split best);
  void deal(const Node& node, const Split& split);
  void grow_node(const Node& node);

  const SortedColumns& columns_;
  const SortedItem* root_;  // [d, stride_]: the columns, or what was kept of them
  int64_t size_, stride_;
  std::vector<SortedItem> kept_, lists_[2];  // lists: [d, n], of nodes an even and an odd number of edges deep
  std::vector<uint8_t> goes_left_;           // by row
  std::vector<int32_t> candidates_;

  // Of the tree being grown.
  struct Growth {
    SplitCriterion* criterion;
    TreeLimits limits;
    const Stream* draws;
    std::span<double> importance;
    const Leaf* leaf;
    Tree tree;
    int64_t drawn = 0;
  };
  Growth* now_ = nullptr;
};

}  // namespace teasel
