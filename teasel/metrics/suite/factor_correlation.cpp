// Factor correlation: for every factor the greatest absolute rank correlation (Spearman 1904) that any latent has with
// it, one output for each factor: `factor_correlation.position_x`.
//
// It sees any monotone relation and nothing else. It means little for cyclic factors (an orientation comes back to
// where it began, so that no monotone code of it is continuous) and for categorical ones (the numbers of shapes have no
// order); they are computed all the same. Range 0 to 1; noise reaches about 0. Two factors may choose the same latent.
// Items whose value is not known are left out, and so are constant factors and nuisances. Invariant to monotone maps of
// single latents and to their order.
//
// Use it as a first look: which latent follows which factor. It names latents in reports and demonstrations.
//
// Criticism: two factors may choose the same latent, leakage into others is not seen, and cyclic or categorical factors
// have no ranks. It is a description, not a score of disentanglement.
//
// detail: spearman [latents, factors] (signed, -1 to 1; 0 for factors left out), best_latent [factors] (latent number;
// -1 for factors left out).
#include <cmath>
#include <utility>

#include "teasel/metrics/correlations.hpp"
#include "teasel/metrics/estimate.hpp"
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
  Score compute(Evidence& evidence, uint64_t seed) const override {
    const auto factors = varying_factors(evidence.table());
    if (factors.empty()) throw Error("factor_correlation needs a factor that varies, and these codes have none");
    std::vector<std::string> names;
    for (const auto k : factors) names.push_back("factor_correlation." + evidence.table().factors[k].name);
    const auto values = [&](const CodeTable& items) {
      std::vector<double> out;
      const auto matrix = correlations(items, factors, true, false);
      const auto best = strongest_rows(matrix, items.d, items.k);
      for (const auto k : factors) out.push_back(std::abs(matrix[best[k] * items.k + k]));
      return out;
    };
    auto estimates = estimate(evidence, 0, Stream(seed, "factor_correlation"), names, values);
    const CodeTable& table = estimates.table;
    Score score;
    score.outputs = std::move(estimates.outputs);
    const auto& matrix = score.detail["spearman"] = correlations(table, factors, true, false);
    auto& best = score.detail["best_latent"] = std::vector<double>(table.k, -1);
    const auto strongest = strongest_rows(matrix, table.d, table.k);
    for (const auto k : factors) best[k] = static_cast<double>(strongest[k]);
    score.samples = table.n;
    return score;
  }
};

TEASEL_REGISTER(Metric, FactorCorrelation,
                "factor correlation: the strongest rank correlation of a latent with each factor");

}  // namespace
}  // namespace teasel
