// DCIMIG (Sepliarskaia et al. 2019, "Evaluating disentangled representations", section 4, where it is 3CharM): gaps
// over factors and latents at once. Mutual information of latents in equal-width bins and factors; every latent stands
// for the factor it tells most about, by as much as it tells about any other less; every factor takes the best latent
// that stands for it; the sum over factors, as a share of the sum of the factors' entropies.
//
// Range 0 to 1; noise reaches about 0. Factors of many values have much entropy and weigh most. Spare latents cost
// nothing, and neither do two latents that share a factor. Binning bounds it: the factors of dSprites reach .872.
// Factors that are continuous (unless cut into bins), nuisances or constant are left out; a single factor is refused.
//
// dcimig.corrected is the same from entropies with Miller and Madow's correction for few items (`estimator = "both"`).
//
// Use it for codes with spare or repeated latents, which `mig` and `modularity` count against them.
//
// Criticism: factors weigh by their entropy, so that the score is about positions and orientations and hardly about
// shape; all latents but one for each factor are unseen.
//
// detail: mutual_information [latents, factors] (nats), gap [factors] (nats, of the latent that a factor takes),
// entropy [factors] (nats), factors_used (factor numbers).
#include "teasel/metrics/information.hpp"
#include "teasel/metrics/matrix_metric.hpp"

namespace teasel {
namespace {

class Dcimig : public MatrixMetric {
 public:
  using Options = SampledInformationOptions;
  Dcimig(const Options& o, const Setup&)
      : MatrixMetric("dcimig", o.samples, "mutual_information", o.value(), "dcimig") {}

  Expected expected() const override {
    return {.perfect = 0.87, .noise = 0.02, .unchanged = {.order = true, .sign = true, .scale = true, .shift = true}};
  }
};

TEASEL_REGISTER(Metric, Dcimig, "DCIMIG: gaps of the latents that stand for factors, over the factors' entropies");

}  // namespace
}  // namespace teasel
