#include "teasel/stats/entropy.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace teasel {
namespace {

// Sums of the rows and of the columns of a table.
template <class T>
struct Margins {
  std::vector<T> rows, columns;
};
template <class T>
Margins<T> margins_of(std::span<const T> table, int64_t rows, int64_t columns) {
  Margins<T> out{std::vector<T>(rows), std::vector<T>(columns)};
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c) {
      out.rows[r] += table[r * columns + c];
      out.columns[c] += table[r * columns + c];
    }
  return out;
}

template <class T>
double plug_in(std::span<const T> counts) {
  double total = 0, sum = 0;
  for (const auto count : counts) {
    total += static_cast<double>(count);
    if (count > 0) sum += static_cast<double>(count) * std::log(static_cast<double>(count));
  }
  return total > 0 ? std::max(0.0, std::log(total) - sum / total) : 0.0;
}

// (#values seen - 1) / (2 total).
double correction(std::span<const int64_t> counts) {
  int64_t total = 0, seen = 0;
  for (const auto count : counts) {
    total += count;
    seen += count > 0;
  }
  return total > 0 ? static_cast<double>(seen - 1) / (2 * static_cast<double>(total)) : 0.0;
}

}  // namespace

double entropy(std::span<const int64_t> counts, EntropyEstimator estimator) {
  return plug_in(counts) + (estimator == EntropyEstimator::miller_madow ? correction(counts) : 0);
}

double entropy_of_weights(std::span<const double> weights) { return plug_in(weights); }

double mutual_information(std::span<const int64_t> counts, int64_t rows, int64_t columns, EntropyEstimator estimator) {
  const auto margins = margins_of(counts, rows, columns);
  return std::max(0.0,
                  entropy(margins.rows, estimator) + entropy(margins.columns, estimator) - entropy(counts, estimator));
}

double mutual_information_of_weights(std::span<const double> weights, int64_t rows, int64_t columns) {
  const auto margins = margins_of(weights, rows, columns);
  return std::max(0.0, plug_in<double>(margins.rows) + plug_in<double>(margins.columns) - plug_in(weights));
}

}  // namespace teasel
