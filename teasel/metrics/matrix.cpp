#include "teasel/metrics/matrix.hpp"

#include <algorithm>
#include <utility>

#include "teasel/stats/entropy.hpp"

namespace teasel {

TEASEL_DEFINE_REGISTRY(MatrixSource);
TEASEL_DEFINE_REGISTRY(Aggregation);

std::vector<double> ScoreMatrix::column(int64_t factor) const {
  std::vector<double> out;
  for (int64_t j = 0; j < latents; ++j) out.push_back(at(j, factor));
  return out;
}

std::vector<double> ScoreMatrix::row(int64_t latent) const {
  std::vector<double> out;
  for (const auto k : used) out.push_back(at(latent, k));
  return out;
}

TopTwo top_two(std::span<const double> values) {
  TopTwo out;
  for (const double value : values) {
    out.second = std::max(out.second, std::min(out.first, value));
    out.first = std::max(out.first, value);
  }
  return out;
}

std::vector<double> top_gaps(const ScoreMatrix& matrix) {
  std::vector<double> out(matrix.factors);
  for (const auto k : matrix.used) {
    const auto top = top_two(matrix.column(k));
    out[k] = top.first - top.second;
  }
  return out;
}

double mean_over_factors(const ScoreMatrix& matrix, std::span<const double> by_factor) {
  double mean = 0;
  for (const auto k : matrix.used) mean += by_factor[k] / static_cast<double>(matrix.used.size());
  return mean;
}

void put_matrix(Score& score, const std::string& name, const ScoreMatrix& matrix) {
  score.detail[name] = matrix.values;
  score.detail["entropy"] = matrix.entropy;
  score.detail["factors_used"].assign(matrix.used.begin(), matrix.used.end());
}

ScoreMatrix empty_matrix(const CodeTable& table) {
  ScoreMatrix out{.latents = table.d, .factors = table.k};
  out.values.assign(table.d * table.k, 0);
  out.entropy.assign(table.k, 0);
  out.used = scored_factors(table);
  for (const auto k : out.used) {
    std::vector<int64_t> counts(table.factors[k].classes());
    for (const auto label : class_labels(table, k))
      if (label >= 0) ++counts[label];
    out.entropy[k] = entropy(counts);
  }
  return out;
}

ScoreMatrix by_unit(ScoreMatrix matrix, const std::vector<int32_t>& unit) {
  if (unit.empty()) return matrix;
  const int64_t units = *std::ranges::max_element(unit) + 1;
  std::vector<double> sums(units * matrix.factors);
  for (int64_t j = 0; j < matrix.latents; ++j)
    for (int64_t k = 0; k < matrix.factors; ++k) sums[unit[j] * matrix.factors + k] += matrix.at(j, k);
  matrix.latents = units;
  matrix.values = std::move(sums);
  return matrix;
}

}  // namespace teasel
