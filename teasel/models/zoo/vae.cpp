#include <ATen/ATen.h>

#include "teasel/models/gaussian_vae.hpp"

namespace teasel {

// The variational autoencoder (Kingma and Welling 2014): loss = E[-log p(x | z)] + w KL(q(z | x) || p(z)), where w is 1
// at last and may rise to it ("warm-up").
class Vae : public GaussianVae {
 public:
  struct Options : GaussianVaeOptions {
    Schedule kl_weight = 1;
    void describe(Fields& f) {
      GaussianVaeOptions::describe(f);
      f.field("kl_weight", kl_weight, "weight of the KL divergence; a linear schedule to 1 is the usual warm-up",
              at_least(0));
    }
  };
  Vae(const Options& options, const Setup& setup) : GaussianVae(options, setup), options_(options) {}

  std::vector<Phase> phases() override {
    return {phase([this](StepContext& context) {
      const Pass p = pass(context);
      Terms terms;
      terms.add("reconstruction", p.reconstruction);
      terms.add("kl", p.kl.sum(), context.at(options_.kl_weight));
      terms.log("kl_per_latent", p.kl);
      return terms;
    })};
  }

 private:
  Options options_;
};

TEASEL_REGISTER(Model, Vae, "variational autoencoder (Kingma and Welling 2014)");

}  // namespace teasel
