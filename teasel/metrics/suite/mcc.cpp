// MCC, mean correlation coefficient (Hyvarinen and Morioka 2016, "Unsupervised feature extraction by time-contrastive
// learning and nonlinear ICA"; Klindt et al. 2021, "Towards nonlinear disentanglement in natural data with temporal
// sparse coding"): each factor is matched with a latent of its own so that the sum of absolute correlations is
// greatest; their mean over factors, for Pearson's and for Spearman's correlation.
//
// Range 0 to 1. Noise: the greatest of many correlations of N items, near 0 for thousands. Made for continuous factors;
// classes count as their numbers, so that categories without an order have no meaning here, and cyclic factors
// correlate weakly. Only lines (Pearson) or rising maps (Spearman) are seen. The matching is rectangular, which is what
// padding the factors with noise approaches; with fewer latents than factors, those without a latent count 0. A
// constant latent (a variance of at most 1e-12) correlates with nothing. Items whose value of a factor is not known are
// left out for that factor. Factors that are nuisances or constant are left out.
//
// Use it for continuous factors that are to be found up to order and scale, as theory of nonlinear ICA promises; it is
// that field's score.
//
// Criticism: it needs as many latents as factors to mean anything, rewards the best match alone, so that leakage into
// other latents is not seen, and knows only lines or rising maps; cyclic and categorical factors are outside of it.
//
// detail: pearson and spearman [latents, factors] (signed), pearson_latent and spearman_latent [factors] (the matched
// latent; -1: none), factors_used (factor numbers).
#include <cmath>
#include <map>
#include <utility>

#include "teasel/metrics/correlations.hpp"
#include "teasel/metrics/estimate.hpp"
#include "teasel/stats/assignment.hpp"

namespace teasel {
namespace {

struct MccOptions {
  int64_t samples = 0;

  void describe(Fields& f) { f.field("samples", samples, "items drawn; 0: every item once", at_least(0)); }
};

struct Matched {
  std::vector<double> matrix, latent;  // [latents, factors], [factors]
  double mean = 0;
};

// The best one-to-one matching of absolute values.
Matched match(std::vector<double> matrix, const CodeTable& table, const std::vector<int64_t>& factors) {
  const auto used = static_cast<int64_t>(factors.size());
  std::vector<double> weight;
  for (const auto k : factors)
    for (int64_t j = 0; j < table.d; ++j) weight.push_back(std::abs(matrix[j * table.k + k]));
  const auto latent = greatest_weight_assignment(weight, used, table.d);
  Matched out{std::move(matrix), std::vector<double>(table.k, -1)};
  for (int64_t f = 0; f < used; ++f) {
    out.latent[factors[f]] = static_cast<double>(latent[f]);
    if (latent[f] >= 0) out.mean += weight[f * table.d + latent[f]] / static_cast<double>(used);
  }
  return out;
}

class Mcc : public Metric {
 public:
  using Options = MccOptions;
  Mcc(const Options& options, const Setup&) : o_(options) {}

  Expected expected() const override {
    return {.perfect = 0.999, .noise = 0.05, .unchanged = {.order = true, .sign = true, .scale = true, .shift = true}};
  }
  Needs needs() const override { return {}; }

  Score compute(Evidence& evidence, uint64_t seed) const override {
    if (varying_factors(evidence.table()).empty())
      throw Error("mcc needs a factor that varies, and these codes have none");
    auto estimates = estimate(evidence, o_.samples, Stream(seed, "mcc"), {"mcc_pearson", "mcc_spearman"},
                              [](const CodeTable& table) { return means(table, nullptr); });
    Score score;
    score.outputs = std::move(estimates.outputs);
    score.samples = estimates.table.n;
    means(estimates.table, &score.detail);
    return score;
  }

 private:
  static std::vector<double> means(const CodeTable& table, std::map<std::string, std::vector<double>>* detail) {
    const auto factors = varying_factors(table);
    const auto linear = match(correlations(table, factors, false, false), table, factors),
               ranked = match(correlations(table, factors, true, false), table, factors);
    if (detail) {
      (*detail)["pearson"] = linear.matrix;
      (*detail)["spearman"] = ranked.matrix;
      (*detail)["pearson_latent"] = linear.latent;
      (*detail)["spearman_latent"] = ranked.latent;
      (*detail)["factors_used"].assign(factors.begin(), factors.end());
    }
    return {linear.mean, ranked.mean};
  }

  Options o_;
};

TEASEL_REGISTER(Metric, Mcc, "MCC: correlations of factors with latents matched one to one, Pearson's and Spearman's");

}  // namespace
}  // namespace teasel
