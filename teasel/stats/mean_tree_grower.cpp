#include "teasel/stats/mean_tree_grower.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

namespace teasel {
namespace {

constexpr int64_t most_bins = 256, starts_stride = most_bins + 1;

// Where the bins of a sorted column begin, and its end. Bins that are still to come share the items still to come, so
// that a value which many items have takes no bins from others.
int64_t find_starts(std::span<const SortedItem> column, uint32_t* starts) {
  const auto n = static_cast<int64_t>(column.size());
  const int64_t wanted = std::clamp<int64_t>(n / 16, 2, most_bins);
  int64_t bins = 1;
  starts[0] = 0;
  for (int64_t i = 1; i < n && bins < wanted; ++i) {
    const int64_t before = starts[bins - 1];
    const bool full = (i - before) * (wanted - bins + 1) >= n - before;
    if (full && column[i].value > column[i - 1].value + tree_resolution) starts[bins++] = static_cast<uint32_t>(i);
  }
  starts[bins] = static_cast<uint32_t>(n);
  return bins;
}

}  // namespace

BinnedColumns bin_columns(std::span<const double> x, int64_t n, int64_t d) {
  BinnedColumns out{.sorted = sort_columns(x, n, d),
                    .values = as_columns(x, n, d),
                    .bin = std::vector<uint8_t>(n * d),
                    .bins = std::vector<int64_t>(d),
                    .starts = std::vector<uint32_t>(d * starts_stride)};
  for (int64_t f = 0; f < d; ++f) {
    const auto column = out.sorted.column(f);
    uint32_t* starts = out.starts.data() + f * starts_stride;
    out.bins[f] = find_starts(column, starts);
    for (int64_t b = 0; b < out.bins[f]; ++b)
      for (int64_t i = starts[b]; i < starts[b + 1]; ++i) out.bin[column[i].row * d + f] = static_cast<uint8_t>(b);
  }
  return out;
}

MeanTreeGrower::MeanTreeGrower(const BinnedColumns& columns)
    : columns_(columns),
      n_(columns.n()),
      d_(columns.d()),
      count_bits_(std::bit_width(static_cast<uint64_t>(n_))),
      fixed_(n_),
      adds_(n_),
      node_(n_),
      rows_(n_),
      right_(n_),
      bounds_(d_ * most_bins),
      cuts_(d_) {}

std::span<const uint32_t> MeanTreeGrower::rows(const Node& node) const {
  return std::span(rows_).subspan(node.first, node.items.left);
}

// The finest step for which no sum leaves its 63 - count_bits bits or reaches 2^50.
void MeanTreeGrower::pack(std::span<const double> target) {
  double sum = 0;
  for (const double value : target) sum += std::abs(value);
  int exponent = 0;
  std::frexp(sum, &exponent);
  const double scale = std::ldexp(1.0, std::min(std::min(49, 61 - count_bits_) - exponent, 1000));
  unit_ = 1 / scale;
  to_fixed_point(target.data(), n_, scale, count_bits_, fixed_.data(), adds_.data());
}

double MeanTreeGrower::gain(const Node& node, double score) const {
  const auto total = static_cast<double>(node.items.sum), size = static_cast<double>(node.items.left);
  return (score - total * total / size) * unit_ * unit_;
}

// The variance is at least what a cut takes off it, so that most nodes need no look at their targets.
bool MeanTreeGrower::varies(const Node& node, double gain) const {
  const auto size = static_cast<double>(node.items.left);
  if (gain > 1e-12 * size) return true;
  double sum = 0, squares = 0;
  for (const auto row : rows(node)) sum += target_[row];
  const double mean = sum / size;
  for (const auto row : rows(node)) squares += (target_[row] - mean) * (target_[row] - mean);
  return squares > std::numeric_limits<double>::epsilon() * size;
}

// Cuts inside those bins of a column that may score as much as `greatest`, which rises with what is found.
void MeanTreeGrower::look_inside(const Node& node, const BinSums* histogram, int64_t feature, double& greatest) {
  const BinSums* own = histogram + feature * most_bins;
  const double* bounds = bounds_.data() + feature * most_bins;
  const uint32_t* starts = columns_.starts.data() + feature * starts_stride;
  const auto column = columns_.sorted.column(feature);
  int64_t before = 0;
  for (int64_t b = 0; b < columns_.bins[feature]; ++b) {
    const bool differ = column[starts[b + 1] - 1].value > column[starts[b]].value + tree_resolution;
    // What is equal but for rounding must be seen, for ties to be what they are.
    if (differ && bounds[b] >= greatest * (1 - 1e-12)) {
      const MeanCut from{0, before & mask_of(count_bits_), before >> count_bits_};
      best_cut_inside(column.data() + starts[b], starts[b + 1] - starts[b], node_.data(), node.number, fixed_.data(),
                      from, node.items, cuts_[feature]);
      greatest = std::max(greatest, cuts_[feature].score);
    }
    before += own[b][0];
  }
}

MeanTreeGrower::Split MeanTreeGrower::best_split(const Node& node, const BinSums* histogram) {
  int64_t first = 0;
  for (int64_t f = 0; f < d_; ++f) {
    cuts_[f] = best_cut_between(histogram + f * most_bins, columns_.bins[f], count_bits_, node.items,
                                bounds_.data() + f * most_bins);
    if (cuts_[f].score > cuts_[first].score) first = f;
  }
  double greatest = cuts_[first].score;
  if (!varies(node, gain(node, greatest))) return {};
  // The column that leads is looked at first: what it has inside spares others the look.
  for (int64_t i = 0; i < d_; ++i) look_inside(node, histogram, (first + i) % d_, greatest);
  Split best;
  for (int64_t f = 0; f < d_; ++f)
    if (cuts_[f].left > 0 && is_better_cut(cuts_[f].score, f, best.cut.score, best.feature)) best = {f, cuts_[f]};
  if (best.feature < 0) return best;
  best.gain = gain(node, best.cut.score);
  find_values(node, histogram + best.feature * most_bins, best);
  return best;
}

void MeanTreeGrower::find_values(const Node& node, const BinSums* column, Split& split) const {
  const uint32_t* starts = columns_.starts.data() + split.feature * starts_stride;
  const auto sorted = columns_.sorted.column(split.feature);
  const auto count = [&](int64_t b) { return column[b][0] & mask_of(count_bits_); };
  int64_t bin = 0, before = 0;
  while (before + count(bin) < split.cut.left) before += count(bin++);
  for (int64_t i = starts[bin]; before <= split.cut.left; ++i) {
    if (i == starts[bin + 1]) {  // the first to go right lies in the next bin that holds any of the node
      do ++bin;
      while (count(bin) == 0);
      i = starts[bin];
    }
    if (node_[sorted[i].row] != node.number) continue;
    ++before;
    (before <= split.cut.left ? split.last_left : split.first_right) = sorted[i].value;
  }
}

// Puts the rows that go left first, both sides in order.
void MeanTreeGrower::part(const Node& node, const Split& split) {
  uint32_t* rows = rows_.data() + node.first;
  const float* values = columns_.values.data() + split.feature * n_;
  int64_t left = 0, right = 0;
  for (int64_t i = 0; i < node.items.left; ++i) {
    const uint32_t row = rows[i];
    const bool goes_left = values[row] <= split.last_left;
    rows[left] = row;
    right_[right] = row;
    left += goes_left;
    right += !goes_left;
  }
  std::copy_n(right_.begin(), right, rows + left);
}

void MeanTreeGrower::grow_node(const Node& node, BinSums* histogram, std::span<double> importance, const Leaf& leaf) {
  const Split split = node.edges < depth_ && node.items.left > 1 ? best_split(node, histogram) : Split{};
  if (split.feature < 0) {
    leaf(node.number, rows(node));
    return;
  }
  importance[split.feature] += split.gain;
  const float threshold = threshold_between(split.last_left, split.first_right);
  const int32_t number = tree_.split(node.number, static_cast<int32_t>(split.feature), threshold, node.edges);
  part(node, split);
  const int64_t left = split.cut.left, below = node.edges + 1;
  const Node children[2] = {
      {number, below, node.first, {0, left, split.cut.sum}},
      {number + 1, below, node.first + left, {0, node.items.left - left, node.items.sum - split.cut.sum}}};
  if (below == depth_) {
    for (auto& child : children) grow_node(child, nullptr, importance, leaf);
    return;
  }
  for (auto& child : children)
    for (const auto row : rows(child)) node_[row] = child.number;
  // One child is counted, the other is what remains.
  const int smaller = left <= node.items.left - left ? 0 : 1;
  auto& counted = histograms_[below];
  std::ranges::fill(counted, BinSums{});
  const auto its_rows = rows(children[smaller]);
  add_to_histogram(its_rows.data(), std::ssize(its_rows), columns_.bin.data(), d_, adds_.data(), counted.data());
  for (size_t i = 0; i < counted.size(); ++i) histogram[i] -= counted[i];
  grow_node(children[smaller], counted.data(), importance, leaf);
  grow_node(children[1 - smaller], histogram, importance, leaf);
}

Tree MeanTreeGrower::grow(std::span<const double> target, int64_t depth, std::span<double> importance,
                          const Leaf& leaf) {
  tree_ = {};
  target_ = target;
  depth_ = depth;
  histograms_.resize(depth);
  for (auto& histogram : histograms_) histogram.resize(d_ * most_bins);
  pack(target);
  std::iota(rows_.begin(), rows_.end(), 0);
  const Node root{tree_.add_leaf(), 0, 0, {0, n_, std::accumulate(fixed_.begin(), fixed_.end(), int64_t{0})}};
  std::ranges::fill(node_, root.number);
  std::ranges::fill(histograms_[0], BinSums{});
  add_to_histogram(rows_.data(), n_, columns_.bin.data(), d_, adds_.data(), histograms_[0].data());
  grow_node(root, histograms_[0].data(), importance, leaf);
  return std::move(tree_);
}

}  // namespace teasel
