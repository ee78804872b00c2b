// Modularity (Ridgeway and Mozer 2018, "Learning deep disentangled embeddings with the F-statistic loss", section 3,
// with the estimator of disentanglement_lib, Locatello et al. 2019): how far every latent tells about one factor alone.
// From the mutual information m_jk of latents in equal-width bins and factors: 1 - sum_{k != k*} m_jk^2 / (m_jk*^2 (K -
// 1)) of latent j, where k* is the factor it tells most about; the mean over all latents.
//
// Range 0 to 1. Two latents may share a factor: that costs nothing. Latents that tell nothing count as 0 only where
// their information is exactly 0; else what plug-in estimates find by chance in a dead latent, which grows with a
// factor's classes, passes for modularity: ten latents of noise reach about .7 on dSprites. Scores of poor codes lie
// between .75 and .95, so that differences are small. Factors that are continuous (unless cut into bins), nuisances or
// constant are left out; a single factor is refused.
//
// modularity.corrected is the same from entropies with Miller and Madow's correction for few items
// (`estimator = "both"`).
//
// Use it for whether each latent carries one factor, where it does not matter how many latents a factor has.
//
// Criticism: idle latents count with what chance makes of them, so that noise is near .7 and differences between
// learned codes are small; a code that ignores all but one factor is perfectly modular.
//
// detail: mutual_information [latents, factors] (nats), modularity_of_latent [latents], entropy [factors] (nats),
// factors_used (factor numbers).
#include "teasel/metrics/information.hpp"
#include "teasel/metrics/matrix_metric.hpp"

namespace teasel {
namespace {

class Modularity : public MatrixMetric {
 public:
  using Options = SampledInformationOptions;
  Modularity(const Options& o, const Setup&)
      : MatrixMetric("modularity", o.samples, "mutual_information", o.value(), "modularity") {}

  Expected expected() const override {
    return {.perfect = 0.999, .noise = 0.8, .unchanged = {.order = true, .sign = true, .scale = true, .shift = true}};
  }
};

TEASEL_REGISTER(Metric, Modularity, "modularity: how far every latent tells about one factor alone");

}  // namespace
}  // namespace teasel
