#include <ATen/ATen.h>

#include "teasel/models/gaussian_vae.hpp"

namespace teasel {

// beta-VAE (Higgins et al. 2017): loss = E[-log p(x | z)] + sum_j beta_j KL(q(z_j | x) || p(z_j)). With one beta for
// all it is the published model; with one per latent that falls at its own time it has the stage table of CascadeVAE-C
// (Jeong and Song 2019), in which one latent after the other is let in.
//
// CascadeVAE's code makes one Adam for each stage, so that moments and bias corrections begin anew at every boundary;
// `reset_adam_on_stage` does the same.
class BetaVae : public GaussianVae {
 public:
  struct Options : GaussianVaeOptions {
    Schedule beta = 4;
    bool reset_adam_on_stage = false;
    void describe(Fields& f) {
      GaussianVaeOptions::describe(f);
      f.field("beta", beta, "weight of the KL divergence, one for all latents or one per latent",
              per_latent(at_least(0)));
      f.field("reset_adam_on_stage", reset_adam_on_stage,
              "Adam forgets its moments whenever a latent's stage begins (beta of kind stages)");
    }
  };
  BetaVae(const Options& options, const Setup& setup) : GaussianVae(options, setup), options_(options) {
    if (const size_t n = options.beta.latents(); n > 0 && n != static_cast<size_t>(options.latents))
      throw Error(
          "model.beta has " + std::to_string(n) + " numbers for " + std::to_string(options.latents) + " latents",
          "Give one number, or one per latent.");
    if (options.reset_adam_on_stage && options.beta.kind != Schedule::Kind::stages)
      throw Error("model.reset_adam_on_stage is set, and model.beta has no stages",
                  "Write beta = {kind = \"stages\", from = 10, to = 1, start = 0, steps = 20000}.");
  }

  std::vector<Phase> phases() override {
    return {phase([this](StepContext& context) {
      const Pass p = pass(context);
      Terms terms;
      terms.add("reconstruction", p.reconstruction);
      if (options_.beta.per_latent()) {
        terms.add("kl_per_latent", p.kl, context.at(options_.beta, size()));
        terms.log("kl", p.kl.sum());
      } else {
        terms.add("kl", p.kl.sum(), context.at(options_.beta));
        terms.log("kl_per_latent", p.kl);
      }
      return terms;
    })};
  }

  std::vector<Event> events() const override {
    std::vector<Event> events;
    if (options_.reset_adam_on_stage)
      for (int64_t i = 0; i < size(); ++i)
        events.push_back({.step = options_.beta.start + i * options_.beta.steps, .phase = "vae"});
    return events;
  }

 private:
  Options options_;
};

TEASEL_REGISTER(Model, BetaVae, "beta-VAE (Higgins et al. 2017), with per-latent and staged beta (CascadeVAE-C)");

}  // namespace teasel
