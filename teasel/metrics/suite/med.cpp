// MED, mutual information based entropy disentanglement (Cao et al. 2022, "An empirical study on disentanglement of
// negative-free contrastive learning"): DCI's disentanglement and completeness of the mutual information of latents in
// equal-width bins and factors, each factor's information divided by its sum over latents. No classifier is trained.
//
// With `top` > 0 there are med.top_disentanglement and med.top_completeness as well (Top-k MED), of a choice of
// latents: each belongs to the factor of its greatest share, and of each factor the `top` that mix factors least are
// kept. It is meant for codes of hundreds of latents, of which a few may be disentangled and the others carry
// everything.
//
// Range 0 to 1; noise reaches about 0, and .1 by corrected entropies of 15,000 items, which cut what is below 0 and
// leave few shares. Shares are relative, so that binning does not bound the score, and a factor that no latent tells
// about has columns of estimates by chance, which count as much as any other. Completeness of few items is that of
// plug-in estimates. Of few latents the choice flatters: it leaves out what mixes. Where one latent is all that is
// chosen, top_completeness is 0. Factors that are continuous (unless cut into bins), nuisances or constant are left
// out; a single latent or factor is refused.
//
// med.disentanglement.corrected and so on are the same from entropies with Miller and Madow's correction for few items
// (`estimator = "both"`).
//
// Use it for codes of hundreds of latents, where training trees for `dci` takes long and depends on their settings.
//
// Criticism: shares are blind to how much is known at all: a code that hardly knows a factor scores as one that does,
// so read it beside `explicitness` or dci.informativeness; the top latents are chosen by the labels that they are then
// scored with.
//
// detail: mutual_information [latents, factors] (nats), shares [latents, factors], disentanglement [latents],
// completeness [factors], chosen [latents] (0 or 1, with `top`), entropy [factors] (nats), factors_used (factor
// numbers).
#include "teasel/metrics/information.hpp"
#include "teasel/metrics/matrix_metric.hpp"

namespace teasel {
namespace {

struct MedOptions : InformationOptions {
  int64_t top = 0, samples = 0;

  void describe(Fields& f) {
    InformationOptions::describe(f);
    f.field("top", top, "latents of each factor that are scored by themselves as well; 0: none", at_least(0));
    f.field("samples", samples, "items drawn with replacement; 0: every item once", at_least(0));
  }
};

class Med : public MatrixMetric {
 public:
  using Options = MedOptions;
  Med(const Options& o, const Setup&)
      : MatrixMetric("med", o.samples, "mutual_information", o.value(), "med",
                     Value(Value::Table{{"top", Value(o.top)}})) {}

  Expected expected() const override {
    return {.perfect = 0.999, .noise = 0.1, .unchanged = {.order = true, .sign = true, .scale = true, .shift = true}};
  }
};

TEASEL_REGISTER(Metric, Med, "MED: disentanglement and completeness of mutual information, without a classifier");

}  // namespace
}  // namespace teasel
