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

// Running sums of target over up to `block` items in four independent chains, which a single one would keep waiting.
inline double running_sums(const SortedItem* items, int64_t n, const double* target, double before, double* sums) {
  constexpr int64_t quarter = block / 4;
  if (n < block) {
    for (int64_t i = 0; i < n; ++i) sums[i] = before += target[items[i].row];
    return before;
  }
  double part[4] = {};
  for (int64_t i = 0; i < quarter; ++i)
    for (int64_t q = 0; q < 4; ++q) sums[q * quarter + i] = part[q] += target[items[q * quarter + i].row];
  for (int64_t q = 0; q < 4; ++q) {
    for (int64_t i = 0; i < quarter; ++i) sums[q * quarter + i] += before;
    before += part[q];
  }
  return before;
}

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

TEASEL_VECTOR_CLONES Cut best_mean_cut(const SortedItem* __restrict items, int64_t n, const double* __restrict target,
                                       double total, const double* __restrict inverse) {
  Cut best{nothing, 0};
  double sums[block], scores[block], before = 0;
  for (int64_t first = 0; first + 1 < n; first += block) {
    const int64_t taken = std::min(block, n - first), cuts = std::min(taken, n - 1 - first);
    const SortedItem* here = items + first;
    before = running_sums(here, taken, target, before, sums);
    const double *left_inverse = inverse + first + 1, *right_inverse = inverse + (n - 1 - first);
    // Two loops: in one the condition becomes a branch.
#pragma omp simd
    for (int64_t i = 0; i < cuts; ++i) scores[i] = here[i + 1].value > here[i].value + tree_resolution ? 0.0 : nothing;
#pragma omp simd
    for (int64_t i = 0; i < cuts; ++i) {
      const double left = sums[i], right = total - left;
      scores[i] += left * left * left_inverse[i] + right * right * right_inverse[-i];
    }
    take_best(scores, cuts, first, best);
  }
  return best;
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

void add_to_histogram(const uint32_t* __restrict rows, int64_t n, const uint8_t* __restrict bins, int64_t d,
                      const int64_t* __restrict packed, int64_t* __restrict histogram) {
  for (int64_t i = 0; i < n; ++i) {
    const uint8_t* row = bins + rows[i] * d;
    const int64_t add = packed[rows[i]];
    for (int64_t f = 0; f < d; ++f) histogram[f * 256 + row[f]] += add;
  }
}

TEASEL_VECTOR_CLONES Cut best_histogram_cut(const int64_t* __restrict histogram, int64_t size, int count_bits,
                                            double total, int64_t items, const double* __restrict inverse) {
  int64_t sums[block];
  double scores[block];
  int64_t sum = 0;
  for (int64_t b = 0; b < size; ++b) sums[b] = sum += histogram[b];
  const int64_t mask = (int64_t{1} << count_bits) - 1, cuts = size - 1;
#pragma omp simd
  for (int64_t b = 0; b < cuts; ++b) {
    const int64_t count = sums[b] & mask;
    const auto left = static_cast<double>(sums[b] >> count_bits), right = total - left;
    scores[b] = left * left * inverse[count] + right * right * inverse[items - count];
  }
  Cut best{nothing, 0};
  take_best(scores, cuts, 0, best);
  return best;
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
