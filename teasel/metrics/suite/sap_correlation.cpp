// SAP score of continuous factors (Kumar et al. 2018, "Variational inference of disentangled latent concepts", section
// 3): the squared Pearson correlation of every latent and factor, which is what a linear regression from that latent
// explains; of every factor the gap between the two greatest; the mean over factors.
//
// Range 0 to 1; noise reaches about 0. It sees linear relations only. The SAP score with a classifier, `sap`, is
// another number and far lower. With `cyclic` an orientation and its like are correlated as angles, with cosine and
// sine at once (Mardia 1976); without, as disentanglement_lib does, as the class numbers they are. Categorical factors
// count by their class numbers, whose order means nothing. Continuous factors and missing values are welcome; nuisances
// and constant factors are left out; a single latent is refused.
//
// Use it for continuous factors with linear latents, and to compare with InfoGAN-CR and others whose SAP is a squared
// correlation.
//
// Criticism: it sees lines alone, and a wave over a cyclic factor counts as nothing unless `cyclic`; a publication that
// does not say which SAP it has cannot be compared, since the two differ manifold.
//
// detail: correlation [latents, factors] (squared), gap [factors], entropy [factors] (nats), factors_used (factor
// numbers).
#include "teasel/metrics/matrix_metric.hpp"

namespace teasel {
namespace {

struct SapCorrelationOptions {
  bool cyclic = true;
  int64_t samples = 0;

  void describe(Fields& f) {
    f.field("cyclic", cyclic, "correlate cyclic factors as angles; else as the numbers they are");
    f.field("samples", samples, "items drawn with replacement; 0: every item once", at_least(0));
  }
};

class SapCorrelation : public MatrixMetric {
 public:
  using Options = SapCorrelationOptions;
  SapCorrelation(const Options& o, const Setup&)
      : MatrixMetric("sap_correlation", o.samples, "correlation",
                     Value(Value::Table{{"squared", Value(true)}, {"cyclic", Value(o.cyclic)}}), "sap") {}

  Expected expected() const override {
    return {.perfect = 0.999, .noise = 0.02, .unchanged = {.order = true, .sign = true, .scale = true, .shift = true}};
  }
};

TEASEL_REGISTER(Metric, SapCorrelation, "SAP score by correlation: how much more one latent explains than any other");

}  // namespace
}  // namespace teasel
