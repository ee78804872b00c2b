// What the KL term of the ELBO is made of (Hoffman and Johnson 2016, "ELBO surgery"; Chen et al. 2018, "Isolating
// sources of disentanglement", equation 2): E_x KL(q(z|x) || p(z)) = I(x; z) + TC(z) + sum_j KL(q(z_j) || p(z_j)), for
// Gaussian posteriors and a standard normal prior, in nats.
//
// The aggregate posterior q(z) is the mixture of the posteriors of all items, so nothing is biased by a batch; each
// term is a mean over samples z ~ q(z|x), and its interval is that of the samples. `kl` is in closed form over all
// items. `identity_gap` is the sum of the three less `kl`: it is 0 but for sampling. The score is refused (as a fault
// of the program) where, beside each sample's own item, it is not 0 within `tolerance`, or where a sample tells more of
// its item than ln N, which no sample can. I(x; z) cannot pass ln N: near it (detail: bound), it says how many items
// there are. The Gaussian total correlations see linear dependence alone: of the means, and of z (whose covariance is
// that of the means plus the mean variance of the posteriors). Unchanged when latents are reordered or mirrored.
//
// Use it to see what a weight on the KL term did: whether information, dependence of latents or distance from the prior
// was paid.
//
// Criticism: with N items I(x; z) cannot pass ln N, and a model that tells every item apart is there, so that its
// differences from others lie in the other two terms; estimates from a batch, as in training logs, are other numbers.
//
// detail, [latents]: latent_kl (E_x KL of each latent), latent_mutual_information (I(x; z_j)), latent_marginal_kl
// (KL(q(z_j) || p(z_j))), with the standard errors latent_mutual_information_error and latent_marginal_kl_error;
// one number each: bound (ln N), tolerance (of the check), density_error (nats: the largest seen where sums were done
// twice).
#include <limits>
#include <stdexcept>

#include "teasel/metrics/metric.hpp"
#include "teasel/metrics/posteriors.hpp"
#include "teasel/stats/elbo.hpp"

namespace teasel {
namespace {

struct ElboDecompositionOptions {
  int64_t samples = 2000;

  void describe(Fields& f) {
    f.field("samples", samples, "samples of the aggregate posterior; each meets every item", at_least(2));
  }
};

class ElboDecompositionMetric : public Metric {
 public:
  using Options = ElboDecompositionOptions;
  ElboDecompositionMetric(const Options& options, const Setup&) : o_(options) {}

  Expected expected() const override {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    return {.better = Expected::Better::neither,
            .low = -infinity,
            .high = infinity,
            .unchanged = {.order = true, .sign = true}};
  }
  Needs needs() const override { return {.factors = false, .spread = true}; }

  Score compute(Evidence& evidence, uint64_t seed) const override {
    const Posteriors posteriors = posteriors_of(evidence, "elbo_decomposition");
    const PosteriorTable& table = posteriors.table;
    const EvaluatedPosteriors evaluated = evaluate_posteriors(table, o_.samples, seed);
    const ElboDecomposition parts = decompose_elbo(table, evaluated.samples, evaluated.densities);
    if (!holds(parts, evaluated.densities))
      throw std::runtime_error("the terms of the ELBO's decomposition do not sum to its KL divergence");
    Score score;
    score.samples = o_.samples;
    add(score, "kl", {parts.kl, 0});
    add(score, "mutual_information", parts.mutual_information);
    add(score, "total_correlation", parts.total_correlation);
    add(score, "dimension_wise_kl", parts.dimension_wise_kl);
    add(score, "identity_gap", parts.gap);
    add(score, "gaussian_total_correlation_of_means", {parts.gaussian_total_correlation_of_means, 0});
    add(score, "gaussian_total_correlation_of_samples", {parts.gaussian_total_correlation_of_samples, 0});
    score.detail = {{"latent_kl", parts.latent_kl},
                    {"bound", {parts.bound}},
                    {"tolerance", {parts.tolerance}},
                    {"density_error", {evaluated.error}}};
    put_estimates(score, "latent_mutual_information", parts.latent_mutual_information);
    put_estimates(score, "latent_marginal_kl", parts.latent_marginal_kl);
    return score;
  }

 private:
  static void add(Score& score, const std::string& name, const Estimate& estimate) {
    score.outputs.push_back(output_of("elbo_decomposition." + name, estimate));
  }

  Options o_;
};

TEASEL_REGISTER(Metric, ElboDecompositionMetric,
                "ELBO decomposition: mutual information, total correlation and dimension-wise KL, over all items");

}  // namespace
}  // namespace teasel
