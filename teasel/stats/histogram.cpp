#include "teasel/stats/histogram.hpp"

#include <algorithm>

namespace teasel {

std::vector<double> equal_width_edges(std::span<const double> values, int64_t bins) {
  const auto [least, greatest] = std::ranges::minmax(values);
  double low = least, high = greatest;
  if (low == high) low -= 0.5, high += 0.5;
  const double step = (high - low) / static_cast<double>(bins);
  std::vector<double> edges(bins + 1);
  for (int64_t i = 0; i < bins; ++i) edges[i] = static_cast<double>(i) * step + low;
  edges[bins] = high;
  return edges;
}

std::vector<int32_t> bin_labels(std::span<const double> values, std::span<const double> edges) {
  const auto bins = static_cast<int64_t>(edges.size()) - 1;
  const double low = edges.front(), per_width = static_cast<double>(bins) / (edges.back() - low);
  std::vector<int32_t> labels(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    const double value = values[i];
    // The quotient may be off by one bin at an edge: the edges themselves decide.
    auto bin = std::clamp(static_cast<int64_t>((value - low) * per_width), int64_t{0}, bins - 1);
    while (bin > 0 && value < edges[bin]) --bin;
    while (bin + 1 < bins && value >= edges[bin + 1]) ++bin;
    labels[i] = static_cast<int32_t>(bin);
  }
  return labels;
}

std::vector<int64_t> contingency(std::span<const int32_t> a, int64_t rows, std::span<const int32_t> b,
                                 int64_t columns) {
  std::vector<int64_t> counts(rows * columns);
  for (size_t i = 0; i < a.size(); ++i)
    if (a[i] >= 0 && b[i] >= 0) ++counts[a[i] * columns + b[i]];
  return counts;
}

}  // namespace teasel
