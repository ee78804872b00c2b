// Mutual information gap (Chen et al. 2018, "Isolating sources of disentanglement", equation 6, with the estimator of
// disentanglement_lib, Locatello et al. 2019): codes are cut into equal-width bins, and of every factor the gap between
// the two latents that tell most about it is divided by the factor's entropy; the mean over factors.
//
// Bins span each latent's own range; for them see stats/histogram.hpp. Information is in nats. Range 0 to 1; noise
// reaches about 0. Binning bounds the score: 20 bins cannot hold a factor of 32 or 40 values, so the factors of
// dSprites themselves reach .902 on all its items and about .896 on 10,000 (not 1). Two latents that share a factor, as
// a cyclic one often needs, close its gap. The score is the same for codes that are stretched, shifted or mirrored one
// by one. Scores compare only under one number of bins and of items. Factors that are continuous (unless cut into
// bins), nuisances or constant are left out; a single latent has no gap and is refused. With `normalise = "latent"`
// information is a share of the latent's entropy, as in the code of Zaidi et al. 2020.
//
// mig.corrected is the same from entropies with Miller and Madow's correction for few items (`estimator = "both"`).
//
// Use it as the standard score of compactness, one latent for each factor; with its protocol, since bins and items move
// it.
//
// Criticism: Hsu et al. 2023 ("Disentanglement via latent quantization"): it depends on bins, and it asks for one
// latent for each factor, however modular two are, which a cyclic factor needs. A latent that holds several factors is
// not seen. Users report other values from other versions of one library, so compare recorded settings alone.
//
// detail: mutual_information [latents, factors] (nats, or shares of the latents' entropies), entropy [factors] (nats),
// gap [factors] (0 for factors that were left out), factors_used (factor numbers).
#include "teasel/metrics/information.hpp"
#include "teasel/metrics/matrix_metric.hpp"

namespace teasel {
namespace {

class Mig : public MatrixMetric {
 public:
  using Options = NormalisedInformationOptions;
  Mig(const Options& o, const Setup&)
      : MatrixMetric("mig", o.samples, "mutual_information", o.matrix_options(),
                     o.normalise == "latent" ? "sap" : "mig") {}

  Expected expected() const override {
    return {.perfect = 0.9, .noise = 0.02, .unchanged = {.order = true, .sign = true, .scale = true, .shift = true}};
  }
};

TEASEL_REGISTER(Metric, Mig, "mutual information gap: how much more one latent tells about a factor than any other");

}  // namespace
}  // namespace teasel
