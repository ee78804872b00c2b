// Circular correlation: for every factor the greatest correlation that any latent has with it, cyclic factors taken as
// angles, one output for each factor: `circular_correlation.orientation`. Of a cyclic factor that is the multiple
// correlation with its cosine and sine (Mardia 1976, "Linear-circular correlation coefficients and rhythmometry"),
// which a latent reaches in full as any wave of one period; of others it is Pearson's, absolute.
//
// Range 0 to 1; noise reaches about 0. Rank correlations, which `factor_correlation` gives, miss a latent that follows
// an orientation smoothly, since it must turn back. One wave leaves open on which side of its crest an item lies: a
// representation that holds an orientation needs two latents. Continuous factors and missing values are welcome; the
// values of a continuous cyclic factor are radians. Constant factors and nuisances are left out.
//
// Use it for orientations, hues and other angles, where a rank correlation says nothing; and to name the latent that
// follows a factor.
//
// Criticism: the best latent of each factor may be the same for all, so that it measures neither modularity nor
// compactness; it is a description, not a score of disentanglement.
//
// detail: correlation [latents, factors] (signed, but for cyclic factors; 0 for factors left out), best_latent
// [factors] (latent number; -1 for factors left out).
#include <cmath>
#include <utility>

#include "teasel/metrics/correlations.hpp"
#include "teasel/metrics/estimate.hpp"
#include "teasel/stats/correlation.hpp"

namespace teasel {
namespace {

struct CircularOptions {
  int64_t samples = 0;

  void describe(Fields& f) {
    f.field("samples", samples, "items drawn with replacement; 0: every item once", at_least(0));
  }
};

class CircularCorrelation : public Metric {
 public:
  using Options = CircularOptions;
  CircularCorrelation(const Options& options, const Setup&) : o_(options) {}

  Expected expected() const override {
    return {.perfect = 0.999, .noise = 0.05, .unchanged = {.order = true, .sign = true, .scale = true, .shift = true}};
  }
  Needs needs() const override { return {}; }
  Score compute(Evidence& evidence, uint64_t seed) const override {
    const auto factors = varying_factors(evidence.table());
    if (factors.empty()) throw Error("circular_correlation needs a factor that varies, and these codes have none");
    std::vector<std::string> names;
    for (const auto k : factors) names.push_back("circular_correlation." + evidence.table().factors[k].name);
    const auto values = [&](const CodeTable& items) {
      std::vector<double> out;
      const auto matrix = correlations(items, factors, false, true);
      const auto best = strongest_rows(matrix, items.d, items.k);
      for (const auto k : factors) out.push_back(std::abs(matrix[best[k] * items.k + k]));
      return out;
    };
    auto estimates = estimate(evidence, o_.samples, Stream(seed, "circular_correlation"), names, values);
    const CodeTable& table = estimates.table;
    Score score;
    score.outputs = std::move(estimates.outputs);
    const auto& matrix = score.detail["correlation"] = correlations(table, factors, false, true);
    auto& best = score.detail["best_latent"] = std::vector<double>(table.k, -1);
    const auto strongest = strongest_rows(matrix, table.d, table.k);
    for (const auto k : factors) best[k] = static_cast<double>(strongest[k]);
    score.samples = table.n;
    return score;
  }

 private:
  Options o_;
};

TEASEL_REGISTER(Metric, CircularCorrelation, "circular correlation: a latent's strongest correlation with each factor");

}  // namespace
}  // namespace teasel
