#include "teasel/stats/correlation.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

#include "teasel/stats/columns.hpp"
#include "teasel/stats/pearson.hpp"

namespace teasel {
namespace {

// An unsigned key whose order is the order of the numbers; -0 and 0 get one key.
uint64_t ordered_key(double value) {
  const auto bits = std::bit_cast<uint64_t>(value + 0.0);
  return bits >> 63 ? ~bits : bits | uint64_t{1} << 63;
}

struct Keyed {
  uint64_t key;
  uint32_t position;
};

// Keys with their positions, by key. A radix sort: rankings of a whole data set are what correlations spend their time
// on, and it is several times faster than std::sort there. Digits that all keys share, as the lower ones of numbers
// that were single precision, are passed over.
std::vector<Keyed> sorted_keys(std::span<const double> values) {
  constexpr int digit_bits = 11, digits = 6;
  constexpr size_t radix = 1u << digit_bits;
  const auto digit_of = [](uint64_t key, int digit) { return key >> (digit * digit_bits) & (radix - 1); };
  std::vector<Keyed> from(values.size()), to(values.size());
  std::vector<std::array<uint32_t, radix>> starts(digits);
  for (size_t i = 0; i < values.size(); ++i) {
    from[i] = {ordered_key(values[i]), static_cast<uint32_t>(i)};
    for (int digit = 0; digit < digits; ++digit) ++starts[digit][digit_of(from[i].key, digit)];
  }
  for (int digit = 0; digit < digits; ++digit) {
    if (values.empty() || starts[digit][digit_of(from[0].key, digit)] == values.size()) continue;
    uint32_t sum = 0;
    for (auto& start : starts[digit]) sum += std::exchange(start, sum);
    for (const auto entry : from) to[starts[digit][digit_of(entry.key, digit)]++] = entry;
    std::swap(from, to);
  }
  return from;
}

std::vector<double> unit_ranks(std::span<const double> values) { return unit_deviations(average_ranks(values)); }

}  // namespace

std::vector<double> average_ranks(std::span<const double> values) {
  const auto sorted = sorted_keys(values);
  std::vector<double> ranks(values.size());
  for (size_t first = 0; first < sorted.size();) {
    size_t last = first + 1;
    while (last < sorted.size() && sorted[last].key == sorted[first].key) ++last;
    const double rank = (static_cast<double>(first) + static_cast<double>(last) + 1) / 2;
    for (; first < last; ++first) ranks[sorted[first].position] = rank;
  }
  return ranks;
}

double spearman(std::span<const double> x, std::span<const double> y) {
  return unit_product(unit_ranks(x), unit_ranks(y));
}

std::vector<double> spearman_matrix(std::span<const double> x, int64_t d, std::span<const double> y, int64_t k,
                                    int64_t n) {
  std::vector<std::vector<double>> of_y;
  for (int64_t c = 0; c < k; ++c) of_y.push_back(unit_ranks(column(y, n, k, c)));
  std::vector<double> out(d * k);
  for (int64_t r = 0; r < d; ++r) {
    const auto of_x = unit_ranks(column(x, n, d, r));
    for (int64_t c = 0; c < k; ++c) out[r * k + c] = unit_product(of_x, of_y[c]);
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
