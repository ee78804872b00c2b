#include "teasel/metrics/matrix.hpp"

#include "teasel/stats/entropy.hpp"

namespace teasel {

TEASEL_DEFINE_REGISTRY(MatrixSource);
TEASEL_DEFINE_REGISTRY(Aggregation);

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
