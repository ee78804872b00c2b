#include "teasel/metrics/matrix.hpp"

#include <algorithm>

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

}  // namespace teasel
