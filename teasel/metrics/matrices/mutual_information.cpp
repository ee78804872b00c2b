// Mutual information I(z_j; v_k) of every latent and factor, nats, from equal-width bins of the latents (the estimator
// of disentanglement_lib, Locatello et al. 2019; bins: stats/histogram.hpp). Plug-in estimates of independent variables
// come out too high by about (bins - 1)(classes - 1) / (2 N) (Miller 1955). Where values of a factor are not known,
// bins and information are those of the other items. `normalise` divides by the entropy of the factor or of the binned
// latent.
#include "teasel/metrics/information.hpp"

namespace teasel {
namespace {

struct MutualInformationOptions : InformationOptions {
  std::string normalise = "none";

  void describe(Fields& f) {
    InformationOptions::describe(f);
    f.field("normalise", normalise, "information as it is, or as a share of the entropy of the factor or of the latent",
            one_of({"none", "factor", "latent"}));
  }
};

class MutualInformation : public MatrixSource {
 public:
  using Options = MutualInformationOptions;
  MutualInformation(const Options& options, const Setup&) : o_(options) {}

  bool trains() const override { return false; }
  ScoreMatrix compute(const TrainTest& tables, uint64_t) const override {
    ScoreMatrix out = information_matrix(tables.train, o_);
    if (o_.normalise == "none") return out;
    const bool by_factor = o_.normalise == "factor";
    const auto of_latents = latent_entropies(tables.train, o_);
    for (int64_t j = 0; j < out.latents; ++j)
      for (const auto k : out.used) {
        const double entropy = by_factor ? out.entropy[k] : of_latents[j];
        double& entry = out.values[j * out.factors + k];
        entry = entropy > 0 ? entry / entropy : 0;
      }
    return out;
  }

 private:
  Options o_;
};

TEASEL_REGISTER(MatrixSource, MutualInformation, "mutual information of latents and factors, from histograms");

}  // namespace
}  // namespace teasel
