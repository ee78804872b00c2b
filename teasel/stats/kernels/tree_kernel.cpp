#include "teasel/stats/kernels/tree_kernel.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "teasel/stats/kernels/exponential.hpp"
#include "teasel/stats/kernels/vector_clones.hpp"

namespace teasel {
namespace {

constexpr int64_t block = 256;
constexpr double nothing = -std::numeric_limits<double>::infinity();

// The first of the greatest scores if it is greater than best.score.
inline void take_best(const double* scores, int64_t n, int64_t first, Cut& best) {
  double greatest = nothing;
#pragma omp simd reduction(max : greatest)
  for (int64_t i = 0; i < n; ++i) greatest = scores[i] > greatest ? scores[i] : greatest;
  if (!(greatest > best.score)) return;
  const auto at = std::find(scores, scores + n, greatest) - scores;
  best = {greatest, first + at + 1};
}

}  // namespace

TEASEL_VECTOR_CLONES void follow_tree(const TreeView& tree, const float* __restrict columns, int64_t n,
                                      int32_t* __restrict leaves) {
  const int32_t *feature = tree.feature, *child = tree.child;
  const float* threshold = tree.threshold;
  for (int64_t i = 0; i < n; ++i) leaves[i] = 0;
  for (int64_t step = 0; step < tree.depth; ++step)
#pragma omp simd
    for (int64_t i = 0; i < n; ++i) {
      const int64_t node = leaves[i];
      leaves[i] = child[node] + (columns[feature[node] * n + i] > threshold[node] ? 1 : 0);
    }
}

namespace {

uint64_t tie_key(double score, int64_t feature) {
  // Single precision hides the rounding of the scores. The rest is the finaliser of MurmurHash3.
  uint64_t key = (uint64_t{std::bit_cast<uint32_t>(static_cast<float>(score))} << 32) + static_cast<uint64_t>(feature);
  key = (key ^ key >> 33) * 0xff51afd7ed558ccdu;
  key = (key ^ key >> 33) * 0xc4ceb9fe1a85ec53u;
  return key ^ key >> 33;
}

}  // namespace

bool is_better_cut(double score, int64_t feature, double than_score, int64_t than_feature) {
  if (than_feature < 0 || std::abs(score - than_score) > 1e-12 * std::abs(than_score)) return score > than_score;
  return tie_key(than_score, feature) > tie_key(than_score, than_feature);
}

void deal_items(const SortedItem* __restrict items, int64_t n, const uint8_t* __restrict goes_left, int64_t left_size,
                SortedItem* __restrict dealt) {
  int64_t left = 0, right = left_size;
  for (int64_t i = 0; i < n; ++i) {
    const SortedItem item = items[i];
    const int64_t goes = goes_left[item.row];
    dealt[right + ((left - right) & -goes)] = item;  // chosen by arithmetic: a branch would be guessed wrong too often
    left += goes;
    right += 1 - goes;
  }
}

namespace {

// Added to an integer or a double below 2^51 in size, it leaves the integer in the lowest bits of a double: conversions
// that are vector code on every processor.
constexpr double bits_shift = 6755399441055744;  // 1.5 * 2^52

inline double to_double(int64_t value) {
  return std::bit_cast<double>(std::bit_cast<int64_t>(bits_shift) + value) - bits_shift;
}
inline int64_t to_integer(double value) {
  return std::bit_cast<int64_t>(value + bits_shift) - std::bit_cast<int64_t>(bits_shift);
}

// Of the first l of n items, with the sum `left` out of `total`.
inline double mean_score(double left, double l, double total, double n) {
  const double right = total - left, r = n - l;
  return (left * left * r + right * right * l) / (l * r);
}

}  // namespace

TEASEL_VECTOR_CLONES void to_fixed_point(const double* __restrict target, int64_t n, double scale, int count_bits,
                                         int64_t* __restrict fixed, BinSums* __restrict adds) {
#pragma omp simd
  for (int64_t i = 0; i < n; ++i) fixed[i] = to_integer(target[i] * scale);
  for (int64_t i = 0; i < n; ++i)
    adds[i] =
        BinSums{static_cast<int64_t>(static_cast<uint64_t>(fixed[i]) << count_bits) + 1, fixed[i] > 0 ? fixed[i] : 0};
}

void add_to_histogram(const uint32_t* __restrict rows, int64_t n, const uint8_t* __restrict bins, int64_t d,
                      const BinSums* __restrict adds, BinSums* __restrict histogram) {
  for (int64_t i = 0; i < n; ++i) {
    const uint8_t* row = bins + rows[i] * d;
    const BinSums add = adds[rows[i]];
    for (int64_t f = 0; f < d; ++f) histogram[f * 256 + row[f]] += add;
  }
}

TEASEL_VECTOR_CLONES MeanCut best_cut_between(const BinSums* __restrict histogram, int64_t size, int count_bits,
                                              const MeanCut& items, double* __restrict bounds) {
  int64_t sum[block + 1], count[block + 1], positive[block + 1];  // up to and without each bin
  double scores[block];
  BinSums all = {};
  for (int64_t b = 0; b <= size; ++b) {
    sum[b] = all[0] >> count_bits;
    count[b] = all[0] & mask_of(count_bits);
    positive[b] = all[1];
    if (b < size) all += histogram[b];
  }
  const double total = to_double(items.sum), n = to_double(items.left);
#pragma omp simd
  for (int64_t b = 0; b < size; ++b) {
    const double before = to_double(sum[b]), after = to_double(sum[b + 1]);
    const double rise = to_double(positive[b + 1] - positive[b]), fall = rise - (after - before);
    const double low = before - fall, high = before + rise;
    const double first = to_double(count[b]) + 1, last = to_double(count[b + 1]) - 1;
    // The score is convex in sum and size: over all that a cut inside may have, it is greatest at a corner.
    const double low_first = mean_score(low, first, total, n), high_first = mean_score(high, first, total, n);
    const double low_last = mean_score(low, last, total, n), high_last = mean_score(high, last, total, n);
    const double of_first = low_first > high_first ? low_first : high_first;
    const double of_last = low_last > high_last ? low_last : high_last;
    const double bound = of_first > of_last ? of_first : of_last;
    bounds[b] = first <= last ? bound : nothing;
    const double score = mean_score(after, last + 1, total, n);
    scores[b] = count[b + 1] > 0 && count[b + 1] < items.left ? score : nothing;
  }
  Cut best{nothing, 0};
  take_best(scores, size, 0, best);
  if (best.left == 0) return {nothing, 0, 0};
  return {best.score, count[best.left], sum[best.left]};
}

void best_cut_inside(const SortedItem* __restrict bin, int64_t n, const int32_t* __restrict node_of, int32_t number,
                     const int64_t* __restrict fixed, const MeanCut& before, const MeanCut& items, MeanCut& best) {
  const double total = to_double(items.sum), size = to_double(items.left);
  int64_t sum = before.sum, left = before.left;
  float value = std::numeric_limits<float>::infinity();
  for (int64_t i = 0; i < n; ++i) {
    const SortedItem item = bin[i];
    if (node_of[item.row] != number) continue;
    if (item.value > value + tree_resolution) {
      const double score = mean_score(to_double(sum), to_double(left), total, size);
      if (score > best.score || (score == best.score && left < best.left)) best = {score, left, sum};
    }
    value = item.value;
    sum += fixed[item.row];
    ++left;
  }
}

TEASEL_VECTOR_CLONES void softmax_gradient(const double* __restrict score, const int32_t* __restrict labels,
                                           int64_t classes, int64_t stride, int64_t first, int64_t n,
                                           double* __restrict gradient) {
  double peak[block], sum[block] = {};
  std::fill(peak, peak + n, nothing);
  for (int64_t c = 0; c < classes; ++c) {
    const double* from = score + c * stride + first;
#pragma omp simd
    for (int64_t i = 0; i < n; ++i) peak[i] = from[i] > peak[i] ? from[i] : peak[i];
  }
  for (int64_t c = 0; c < classes; ++c) {
    const double* from = score + c * stride + first;
    double* to = gradient + c * stride + first;
#pragma omp simd
    for (int64_t i = 0; i < n; ++i) sum[i] += to[i] = exponential(from[i] - peak[i]);
  }
#pragma omp simd
  for (int64_t i = 0; i < n; ++i) sum[i] = 1 / sum[i];
  for (int64_t c = 0; c < classes; ++c) {
    double* to = gradient + c * stride + first;
    const int32_t* own = labels + first;
#pragma omp simd
    for (int64_t i = 0; i < n; ++i) to[i] = (own[i] == c ? 1.0 : 0.0) - to[i] * sum[i];
  }
}

TEASEL_VECTOR_CLONES void logistic_gradient(const double* __restrict score, const int32_t* __restrict labels, int64_t n,
                                            double* __restrict gradient) {
#pragma omp simd
  for (int64_t i = 0; i < n; ++i) {
    // The exponential of a number that is not positive: nothing overflows.
    const double size = score[i] < 0 ? score[i] : -score[i], power = exponential(size), odds = 1 / (1 + power);
    gradient[i] = (labels[i] == 1 ? 1.0 : 0.0) - (score[i] < 0 ? power * odds : odds);
  }
}

}  // namespace teasel
