#include "teasel/stats/histogram_grower.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace teasel {
namespace {

constexpr int64_t most_bins = 256;

// The bin of every item of a sorted column: a new one begins where the value changes and, if there are more values than
// bins, where the bins before are full.
std::vector<uint8_t> bins_of(std::span<const SortedItem> column, int64_t bins) {
  const auto n = static_cast<int64_t>(column.size());
  const auto differs = [&](int64_t i) { return column[i].value > column[i - 1].value + tree_resolution; };
  int64_t values = 1;
  for (int64_t i = 1; i < n; ++i) values += differs(i);
  std::vector<uint8_t> out(n);
  int64_t bin = 0;
  for (int64_t i = 1; i < n; ++i) {
    if (differs(i) && (values <= bins || i >= (bin + 1) * n / bins)) bin = values <= bins ? bin + 1 : i * bins / n;
    out[i] = static_cast<uint8_t>(bin);
  }
  return out;
}

}  // namespace

BinnedColumns bin_columns(const SortedColumns& columns, int64_t bins) {
  const int64_t n = columns.n, d = columns.d;
  BinnedColumns out{n,
                    d,
                    std::vector<uint8_t>(n * d),
                    std::vector<int64_t>(d),
                    std::vector<float>(d * most_bins),
                    std::vector<float>(d * most_bins)};
  for (int64_t f = 0; f < d; ++f) {
    const auto column = columns.column(f);
    const auto labels = bins_of(column, bins);
    int64_t bin = -1;  // numbers of bins that hold nothing are passed over
    for (int64_t i = 0; i < n; ++i) {
      if (i == 0 || labels[i] != labels[i - 1]) out.least[f * most_bins + ++bin] = column[i].value;
      out.most[f * most_bins + bin] = column[i].value;
      out.bin[column[i].row * d + f] = static_cast<uint8_t>(bin);
    }
    out.bins[f] = bin + 1;
  }
  return out;
}

HistogramGrower::HistogramGrower(const BinnedColumns& columns)
    : columns_(columns),
      count_bits_(std::bit_width(static_cast<uint64_t>(columns.n))),
      packed_(columns.n),
      rows_(columns.n),
      right_(columns.n) {}

// The finest step for which no sum leaves its 63 - count_bits bits.
void HistogramGrower::pack(std::span<const double> target) {
  double greatest = 0;
  for (const double value : target) greatest = std::max(greatest, std::abs(value));
  int exponent = 0;
  std::frexp(greatest * static_cast<double>(target.size() + 1), &exponent);
  const int shift = 62 - count_bits_ - exponent;
  const double scale = std::ldexp(1.0, std::min(shift, 1000));
  unit_ = 1 / scale;
  for (size_t i = 0; i < target.size(); ++i) packed_[i] = (std::llrint(target[i] * scale) << count_bits_) + 1;
}

HistogramGrower::Split HistogramGrower::best_split(const Node& node, const int64_t* histogram) const {
  const double before = node.total * node.total * inverse_[node.size];
  Split best{-1, {before, 0}, 0};
  for (int64_t f = 0; f < columns_.d; ++f) {
    const Cut cut =
        best_histogram_cut(histogram + f * most_bins, columns_.bins[f], count_bits_, node.total, node.size, inverse_);
    if (cut.left > 0 && is_better_cut(cut.score, f, best.cut.score, best.feature)) best = {f, cut, cut.score - before};
  }
  // A gain of rounding alone means that all targets are alike.
  return best.gain > 1e-13 * before ? best : Split{};
}

// Half way between the values on both sides of the cut, over bins that hold nothing of this node.
float HistogramGrower::threshold(const Split& split, const int64_t* histogram) const {
  const int64_t *own = histogram + split.feature * most_bins, offset = split.feature * most_bins;
  int64_t right = split.cut.left;
  while (own[right] == 0) ++right;
  return threshold_between(columns_.most[offset + split.cut.left - 1], columns_.least[offset + right]);
}

// Puts the rows that go left first, both sides in order; how many they are.
int64_t HistogramGrower::part(const Node& node, const Split& split) {
  uint32_t* rows = rows_.data() + node.first;
  const uint8_t* bin = columns_.bin.data() + split.feature;
  int64_t left = 0, right = 0;
  for (int64_t i = 0; i < node.size; ++i) {
    const uint32_t row = rows[i];
    const bool goes_left = bin[row * columns_.d] < split.cut.left;
    rows[left] = row;
    right_[right] = row;
    left += goes_left;
    right += !goes_left;
  }
  std::copy_n(right_.begin(), right, rows + left);
  return left;
}

double HistogramGrower::sum_of(int64_t first, int64_t size) const {
  int64_t sum = 0;
  for (int64_t i = first; i < first + size; ++i) sum += packed_[rows_[i]] >> count_bits_;
  return static_cast<double>(sum);
}

void HistogramGrower::grow_node(const Node& node, int64_t* histogram, std::span<double> importance, const Leaf& leaf) {
  const Split split = node.edges < depth_ && node.size > 1 ? best_split(node, histogram) : Split{};
  if (split.feature < 0) {
    leaf(node.number, {rows_.data() + node.first, static_cast<size_t>(node.size)});
    return;
  }
  importance[split.feature] += split.gain * unit_ * unit_;
  const int32_t number =
      tree_.split(node.number, static_cast<int32_t>(split.feature), threshold(split, histogram), node.edges);
  const int64_t left = part(node, split), below = node.edges + 1;
  const double left_total = sum_of(node.first, left);
  const Node children[2] = {{number, node.first, left, below, left_total},
                            {number + 1, node.first + left, node.size - left, below, node.total - left_total}};
  if (below == depth_) {
    for (auto& child : children) grow_node(child, nullptr, importance, leaf);
    return;
  }
  // One child is counted, the other is what remains.
  const int smaller = children[0].size <= children[1].size ? 0 : 1;
  auto& counted = histograms_[below];
  std::ranges::fill(counted, 0);
  add_to_histogram(rows_.data() + children[smaller].first, children[smaller].size, columns_.bin.data(), columns_.d,
                   packed_.data(), counted.data());
  for (size_t i = 0; i < counted.size(); ++i) histogram[i] -= counted[i];
  grow_node(children[smaller], counted.data(), importance, leaf);
  grow_node(children[1 - smaller], histogram, importance, leaf);
}

Tree HistogramGrower::grow(std::span<const double> target, int64_t depth, std::span<const double> inverse,
                           std::span<double> importance, const Leaf& leaf) {
  tree_ = {};
  depth_ = depth;
  inverse_ = inverse.data();
  histograms_.resize(depth);
  for (auto& histogram : histograms_) histogram.resize(columns_.d * most_bins);
  pack(target);
  std::iota(rows_.begin(), rows_.end(), 0);
  std::ranges::fill(histograms_[0], 0);
  add_to_histogram(rows_.data(), columns_.n, columns_.bin.data(), columns_.d, packed_.data(), histograms_[0].data());
  grow_node({tree_.add_leaf(), 0, columns_.n, 0, sum_of(0, columns_.n)}, histograms_[0].data(), importance, leaf);
  return std::move(tree_);
}

}  // namespace teasel
