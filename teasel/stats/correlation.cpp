#include "teasel/stats/correlation.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

#include "teasel/stats/columns.hpp"

namespace teasel {
namespace {

// An unsigned key whose order is the order of the numbers; -0 and 0 get one key.
uint32_t ordered_key(float value) {
  const auto bits = std::bit_cast<uint32_t>(value + 0.0f);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

// Keys (high half) with their positions (low half), by key. A radix sort: rankings of a whole data set are what
// correlations spend their time on, and it is some six times faster than std::sort there.
std::vector<uint64_t> sorted_keys(std::span<const float> values) {
  constexpr int digit_bits = 11, digits = 3;
  constexpr size_t radix = 1u << digit_bits;
  std::vector<uint64_t> from(values.size()), to(values.size());
  std::vector<std::array<uint32_t, radix>> starts(digits);
  for (size_t i = 0; i < values.size(); ++i) {
    const uint32_t key = ordered_key(values[i]);
    from[i] = uint64_t{key} << 32 | i;
    for (int digit = 0; digit < digits; ++digit) ++starts[digit][key >> (digit * digit_bits) & (radix - 1)];
  }
  for (int digit = 0; digit < digits; ++digit) {
    uint32_t sum = 0;
    for (auto& start : starts[digit]) sum += std::exchange(start, sum);
    for (const auto entry : from) to[starts[digit][entry >> (32 + digit * digit_bits) & (radix - 1)]++] = entry;
    std::swap(from, to);
  }
  return from;
}

// Ranks less their mean, divided by their norm: the dot product of two such is their correlation. Zeros if constant.
std::vector<double> unit_ranks(std::span<const float> values) {
  auto ranks = average_ranks(values);
  const double mean = (static_cast<double>(ranks.size()) + 1) / 2;
  double squares = 0;
  for (auto& rank : ranks) {
    rank -= mean;
    squares += rank * rank;
  }
  if (squares > 0)
    for (auto& rank : ranks) rank /= std::sqrt(squares);
  return ranks;
}

// The dot product of two unit_ranks, in four partial sums, so that additions need not wait for one another.
double correlation(std::span<const double> a, std::span<const double> b) {
  std::array<double, 4> sums{};
  size_t i = 0;
  for (; i + 4 <= a.size(); i += 4)
    for (size_t lane = 0; lane < 4; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  for (; i < a.size(); ++i) sums[0] += a[i] * b[i];
  return std::clamp((sums[0] + sums[1]) + (sums[2] + sums[3]), -1.0, 1.0);
}

}  // namespace

std::vector<double> average_ranks(std::span<const float> values) {
  const auto sorted = sorted_keys(values);
  std::vector<double> ranks(values.size());
  for (size_t first = 0; first < sorted.size();) {
    size_t last = first + 1;
    while (last < sorted.size() && sorted[last] >> 32 == sorted[first] >> 32) ++last;
    const double rank = (static_cast<double>(first) + static_cast<double>(last) + 1) / 2;
    for (; first < last; ++first) ranks[static_cast<uint32_t>(sorted[first])] = rank;
  }
  return ranks;
}

double spearman(std::span<const float> x, std::span<const float> y) {
  return correlation(unit_ranks(x), unit_ranks(y));
}

std::vector<double> spearman_matrix(std::span<const float> x, int64_t d, std::span<const float> y, int64_t k,
                                    int64_t n) {
  std::vector<std::vector<double>> of_y;
  for (int64_t c = 0; c < k; ++c) of_y.push_back(unit_ranks(column(y, n, k, c)));
  std::vector<double> out(d * k);
  for (int64_t r = 0; r < d; ++r) {
    const auto of_x = unit_ranks(column(x, n, d, r));
    for (int64_t c = 0; c < k; ++c) out[r * k + c] = correlation(of_x, of_y[c]);
  }
  return out;
}

std::vector<int64_t> strongest_rows(std::span<const double> matrix, int64_t rows, int64_t columns) {
  std::vector<int64_t> out(columns);
  for (int64_t c = 0; c < columns; ++c)
    for (int64_t r = 1; r < rows; ++r)
      if (std::abs(matrix[r * columns + c]) > std::abs(matrix[out[c] * columns + c])) out[c] = r;
  return out;
}

}  // namespace teasel
