// Axis alignment metric (the code of disentangling-vae, Dubois et al. 2019): mutual information of latents in
// equal-width bins and factors; of every factor what its best latent tells less what all others tell together, as a
// share of the former and at least 0; the mean over factors.
//
// Range 0 to 1; noise reaches 0. Harder than `mig`: what many latents tell a little, as plug-in estimates of dead ones
// do, adds up. Factors that are continuous (unless cut into bins), nuisances or constant are left out; a single latent
// is refused.
//
// aam.corrected is the same from entropies with Miller and Madow's correction for few items (`estimator = "both"`).
//
// Use it as the strict reading of one latent for each factor, beside `mig`, or to compare with numbers of
// disentangling-vae.
//
// Criticism: it has no paper of its own. A factor that two latents share counts 0, and what many latents tell by chance
// counts against the best, so that codes of different lengths do not compare.
//
// detail: mutual_information [latents, factors] (nats), alignment [factors], entropy [factors] (nats), factors_used
// (factor numbers).
#include "teasel/metrics/information.hpp"
#include "teasel/metrics/matrix_metric.hpp"

namespace teasel {
namespace {

class Aam : public MatrixMetric {
 public:
  using Options = SampledInformationOptions;
  Aam(const Options& o, const Setup&) : MatrixMetric("aam", o.samples, "mutual_information", o.value(), "aam") {}

  Expected expected() const override {
    return {.perfect = 0.999, .noise = 0.02, .unchanged = {.order = true, .sign = true, .scale = true, .shift = true}};
  }
};

TEASEL_REGISTER(Metric, Aam, "axis alignment: what a factor's best latent tells beyond all others together");

}  // namespace
}  // namespace teasel
