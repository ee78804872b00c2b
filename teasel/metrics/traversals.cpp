#include "teasel/metrics/traversals.hpp"

#include <algorithm>
#include <cmath>

#include "teasel/metrics/sampling.hpp"
#include "teasel/stats/columns.hpp"
#include "teasel/stats/interval.hpp"

namespace teasel {

std::vector<int64_t> traversal(const CodeTable& table, int64_t k, const Stream& stream, int64_t index) {
  const int64_t classes = table.factors[k].classes(), stride = grid_strides(table.factors)[k];
  const int64_t rest = stream.below(table.n / classes, index);  // a combination of the other factors
  std::vector<int64_t> rows(classes);
  for (int64_t value = 0; value < classes; ++value)
    rows[value] = (rest / stride * classes + value) * stride + rest % stride;
  return rows;
}

std::vector<int64_t> traversed_factors(const CodeTable& table, const std::string& metric) {
  const auto factors = scored_factors(table);
  if (factors.empty())
    throw Error(metric + " needs a factor of which at least two values occur, and these codes have none");
  return factors;
}

std::vector<Score::Output> outputs_of_batches(
    const std::vector<std::string>& names, int64_t repeats,
    const std::function<std::vector<double>(int64_t first, int64_t last)>& values) {
  constexpr int64_t most_batches = 30;
  const int64_t batches = std::min(most_batches, repeats);
  const auto all = values(0, repeats);
  std::vector<std::vector<double>> of_batch(batches);
#pragma omp parallel for schedule(dynamic)
  for (int64_t b = 0; b < batches; ++b) of_batch[b] = values(repeats * b / batches, repeats * (b + 1) / batches);
  std::vector<Score::Output> outputs;
  for (size_t j = 0; j < names.size(); ++j) {
    std::vector<double> column;
    for (auto& row : of_batch) column.push_back(row[j]);
    double half = 0;
    if (batches >= 4)
      half = student_975(batches - 1) *
             std::sqrt(column_moments(column, batches, 1).variance[0] / static_cast<double>(batches));
    outputs.push_back({names[j], all[j], all[j] - half, all[j] + half});
  }
  return outputs;
}

}  // namespace teasel
