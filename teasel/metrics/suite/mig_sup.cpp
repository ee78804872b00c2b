// MIG-sup (Li et al. 2020, "Progressive learning and disentanglement of hierarchical representations", section 4): the
// gap of `mig` turned to latents. Mutual information of latents in equal-width bins and factors, as a share of the
// factors' entropies; of every latent the gap between the two factors it tells most about; the mean over latents.
//
// Range 0 to 1; noise reaches about 0. It is low where a latent mixes factors, and does not see that two latents share
// one, which `mig` does: the two are read together. Latents that tell nothing have no gap and lower the mean, so that
// codes with many spare latents score low however good the others are. Binning bounds it as it does `mig` (.902 for the
// factors of dSprites). Factors that are continuous (unless cut into bins), nuisances or constant are left out; a
// single factor is refused. With `normalise = "latent"` information is a share of the latent's entropy, as in the code
// of Zaidi et al. 2020.
//
// mig_sup.corrected is the same from entropies with Miller and Madow's correction for few items (`estimator = "both"`).
//
// Use it beside `mig`: where they differ, latents mix factors or factors are spread.
//
// Criticism: idle latents have no gap and lower the mean, which rewards short codes; a factor that no latent follows
// costs nothing.
//
// detail: mutual_information [latents, factors] (nats, or shares of the latents' entropies), gap_of_latent [latents],
// entropy [factors] (nats), factors_used (factor numbers).
#include "teasel/metrics/information.hpp"
#include "teasel/metrics/matrix_metric.hpp"

namespace teasel {
namespace {

class MigSup : public MatrixMetric {
 public:
  using Options = NormalisedInformationOptions;
  MigSup(const Options& o, const Setup&)
      : MatrixMetric("mig_sup", o.samples, "mutual_information", o.matrix_options(), "mig_sup",
                     Value(Value::Table{{"normalise", Value(o.normalise == "factor")}})) {}

  Expected expected() const override {
    return {.perfect = 0.9, .noise = 0.02, .unchanged = {.order = true, .sign = true, .scale = true, .shift = true}};
  }
};

TEASEL_REGISTER(Metric, MigSup, "MIG-sup: how much more every latent tells about one factor than about any other");

}  // namespace
}  // namespace teasel
