#include "teasel/stats/tree_grower.hpp"

#include <numeric>
#include <utility>

namespace teasel {

TreeGrower::TreeGrower(const SortedColumns& columns)
    : columns_(columns),
      root_(columns.items.data()),
      size_(columns.n),
      stride_(columns.n),
      goes_left_(columns.n),
      candidates_(columns.d) {
  for (auto& lists : lists_) lists.resize(columns.items.size());
}

void TreeGrower::restrict_to(std::span<const uint8_t> keep) {
  kept_.resize(columns_.items.size());
  for (int64_t f = 0; f < columns_.d; ++f) {
    size_ = 0;
    for (const auto& item : columns_.column(f))
      if (keep[item.row]) kept_[f * columns_.n + size_++] = item;
  }
  root_ = kept_.data();
}

const SortedItem* TreeGrower::list(const Node& node, int64_t feature) const {
  return (node.edges == 0 ? root_ : lists_[node.edges % 2].data()) + feature * stride_ + node.first;
}

std::span<const SortedItem> TreeGrower::items(const Node& node, int64_t feature) const {
  return {list(node, feature), static_cast<size_t>(node.size)};
}

TreeGrower::Split TreeGrower::best_of(const Node& node, int64_t feature, Split best) {
  const auto sorted = items(node, feature);
  if (!(sorted.back().value > sorted.front().value + tree_resolution)) return best;
  const Cut cut = now_->criterion->best_cut(sorted);
  if (cut.left == 0) return best;
  const bool better = best.feature < 0 || is_better_cut(cut.score, feature, best.cut.score, best.feature);
  return better ? Split{feature, cut} : best;
}

// Features that do not vary in the node do not count as looked at: a node is cut if any feature allows it.
TreeGrower::Split TreeGrower::best_split(const Node& node) {
  const int64_t d = columns_.d, wanted = now_->limits.features;
  Split best;
  if (wanted == 0) {
    for (int64_t f = 0; f < d; ++f) best = best_of(node, f, best);
    return best;
  }
  std::iota(candidates_.begin(), candidates_.end(), 0);
  for (int64_t left = d, seen = 0; left > 0 && seen < wanted; --left) {
    std::swap(candidates_[now_->draws->below(left, now_->drawn++)], candidates_[left - 1]);
    const int64_t f = candidates_[left - 1];
    const auto sorted = items(node, f);
    seen += sorted.back().value > sorted.front().value + tree_resolution;
    best = best_of(node, f, best);
  }
  return best;
}

void TreeGrower::deal(const Node& node, const Split& split) {
  const auto sorted = items(node, split.feature);
  for (int64_t i = 0; i < node.size; ++i) goes_left_[sorted[i].row] = i < split.cut.left;
  SortedItem* to = lists_[(node.edges + 1) % 2].data() + node.first;
  for (int64_t f = 0; f < columns_.d; ++f)
    deal_items(list(node, f), node.size, goes_left_.data(), split.cut.left, to + f * stride_);
}

void TreeGrower::grow_node(const Node& node) {
  Growth& now = *now_;
  const auto any = items(node, 0);
  const bool may_split = node.size > 1 && (now.limits.depth == 0 || node.edges < now.limits.depth);
  const Split split = may_split && now.criterion->enter(any) ? best_split(node) : Split{};
  if (split.feature < 0) {
    (*now.leaf)(node.number, any);
    return;
  }
  now.importance[split.feature] += now.criterion->gain(split.cut);
  const auto sorted = items(node, split.feature);
  const float threshold = threshold_between(sorted[split.cut.left - 1].value, sorted[split.cut.left].value);
  const int32_t first = now.tree.split(node.number, static_cast<int32_t>(split.feature), threshold, node.edges);
  const int64_t left = split.cut.left, below = node.edges + 1;
  if (below == now.limits.depth) {  // two leaves: their items need no order
    (*now.leaf)(first, sorted.first(left));
    (*now.leaf)(first + 1, sorted.subspan(left));
    return;
  }
  deal(node, split);
  grow_node({first, node.first, left, below});
  grow_node({first + 1, node.first + left, node.size - left, below});
}

Tree TreeGrower::grow(SplitCriterion& criterion, const TreeLimits& limits, const Stream* draws,
                      std::span<double> importance, const Leaf& leaf) {
  Growth growth{&criterion, limits, draws, importance, &leaf, {}, 0};
  now_ = &growth;
  growth.tree.add_leaf();
  grow_node({0, 0, size_, 0});
  now_ = nullptr;
  return std::move(growth.tree);
}

}  // namespace teasel
