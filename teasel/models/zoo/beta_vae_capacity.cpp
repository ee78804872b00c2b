#include <ATen/ATen.h>

#include "teasel/models/gaussian_vae.hpp"

namespace teasel {

// beta-VAE with annealed capacity (Burgess et al. 2018, "Understanding disentangling in beta-VAE", eq. 8): loss =
// E[-log p(x | z)] + gamma |KL - C(t)|, with KL the sum over latents of its mean over the batch, and a capacity C in
// nats that rises linearly, so that the code may say more and more.
//
// At KL = C the absolute value has a kink: with gamma 1000 and Adam's 5e-4 the gradient's sign flips from step to step
// and the KL may swing around C. `kink` w > 0 puts a parabola there (the smooth L1 or Huber loss): d^2 / 2w where the
// distance d is below w, d - w/2 beyond, so that the pull fades as the distance does. The KL then rests at a distance
// of w/gamma times what one nat more saves in reconstruction. 0 is the published loss, as is a gamma of 1000.
class BetaVaeCapacity : public GaussianVae {
 public:
  struct Options : GaussianVaeOptions {
    Schedule gamma = 100, capacity;
    double kink = 5;
    Options() {
      capacity.kind = Schedule::Kind::linear;
      capacity.from = {0}, capacity.to = {25}, capacity.steps = 100000;
    }
    void describe(Fields& f) {
      GaussianVaeOptions::describe(f);
      f.field("gamma", gamma, "weight of the distance between KL divergence and capacity", at_least(0));
      f.field("capacity", capacity, "what the KL divergence is drawn to, nats; a linear schedule is the published ramp",
              at_least(0));
      f.field("kink", kink, "distance in nats below which the absolute value becomes a parabola; 0: nowhere",
              at_least(0));
    }
  };
  BetaVaeCapacity(const Options& options, const Setup& setup) : GaussianVae(options, setup), options_(options) {}

  std::vector<Phase> phases() override {
    return {phase([this](StepContext& context) {
      const Pass p = pass(context);
      const Tensor kl = p.kl.sum(), capacity = context.at(options_.capacity);
      Terms terms;
      terms.add("reconstruction", p.reconstruction);
      terms.add("capacity_gap", distance(kl - capacity), context.at(options_.gamma));
      terms.log("kl", kl);
      terms.log("capacity", capacity);
      terms.log("kl_per_latent", p.kl);
      return terms;
    })};
  }

 private:
  Tensor distance(const Tensor& difference) const {
    if (options_.kink == 0) return difference.abs();
    return at::huber_loss(difference, at::zeros_like(difference), at::Reduction::None, options_.kink) / options_.kink;
  }

  Options options_;
};

TEASEL_REGISTER(Model, BetaVaeCapacity, "beta-VAE whose KL divergence follows a rising capacity (Burgess et al. 2018)");

}  // namespace teasel
