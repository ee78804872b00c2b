#include "teasel/stats/entropy.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace teasel {

double entropy(std::span<const int64_t> counts) {
  double total = 0, sum = 0;
  for (const auto count : counts) {
    total += static_cast<double>(count);
    if (count > 0) sum += static_cast<double>(count) * std::log(static_cast<double>(count));
  }
  return total > 0 ? std::max(0.0, std::log(total) - sum / total) : 0.0;
}

double mutual_information(std::span<const int64_t> counts, int64_t rows, int64_t columns) {
  std::vector<int64_t> of_row(rows), of_column(columns);
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c) {
      of_row[r] += counts[r * columns + c];
      of_column[c] += counts[r * columns + c];
    }
  return std::max(0.0, entropy(of_row) + entropy(of_column) - entropy(counts));
}

}  // namespace teasel
