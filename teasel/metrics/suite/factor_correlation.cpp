// Factor correlation: for every factor the greatest absolute rank correlation (Spearman 1904) that any latent has with
// it, one output for each factor: `factor_correlation.position_x`.
//
// It sees any monotone relation and nothing else. It means little for cyclic factors (an orientation comes back to
// where it began, so that no monotone code of it is continuous) and for categorical ones (the numbers of shapes have no
// order); they are computed all the same. Two factors may choose the same latent. Factors that do not vary are left
// out. Invariant to monotone maps of single latents and to their order.
//
// detail: spearman [latents, factors] (signed, -1 to 1), best_latent [factors] (latent number; -1 for factors left
// out).
#include <cmath>

#include "teasel/metrics/metric.hpp"
#include "teasel/stats/correlation.hpp"

namespace teasel {
namespace {

class FactorCorrelation : public Metric {
 public:
  using Options = NoOptions;
  FactorCorrelation(const Options&, const Setup&) {}

  Expected expected() const override {
    return {.perfect = 0.999999,
            .noise = 0.05,
            .unchanged = {.order = true, .sign = true, .scale = true, .shift = true, .monotone = true}};
  }
  Needs needs() const override { return {}; }
  Score compute(Evidence& evidence, uint64_t) const override {
    const CodeTable& table = evidence.table();
    Score score;
    score.samples = table.n;
    const auto& matrix = score.detail["spearman"] = spearman_matrix(table.z, table.d, table.y, table.k, table.n);
    auto& best = score.detail["best_latent"];
    const auto strongest = strongest_rows(matrix, table.d, table.k);
    for (int64_t k = 0; k < table.k; ++k) {
      best.push_back(varies(table, k) ? static_cast<double>(strongest[k]) : -1);
      if (best[k] < 0) continue;
      const double value = std::abs(matrix[strongest[k] * table.k + k]);
      score.outputs.push_back({"factor_correlation." + table.factors[k].name, value, value, value});
    }
    if (score.outputs.empty()) throw Error("factor_correlation needs a factor that varies, and these codes have none");
    return score;
  }

 private:
  static bool varies(const CodeTable& table, int64_t k) {
    for (int64_t i = 1; i < table.n; ++i)
      if (table.y[i * table.k + k] != table.y[k]) return true;
    return false;
  }
};

TEASEL_REGISTER(Metric, FactorCorrelation,
                "factor correlation: the strongest rank correlation of a latent with each factor");

}  // namespace
}  // namespace teasel
