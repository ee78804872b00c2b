#include <ATen/ATen.h>

#include "teasel/models/gaussian_vae.hpp"
#include "teasel/nn/gaussian.hpp"
#include "teasel/nn/initialisation.hpp"
#include "teasel/nn/mlp.hpp"

namespace teasel {

// FactorVAE (Kim and Mnih 2018, Algorithm 2): loss = E[-log p(x | z)] + KL + gamma TC, where the total correlation
// TC = E[log q(z) / prod_j q(z_j)] is read off a discriminator as the mean of its two logits' difference. The
// discriminator learns to tell codes of one batch (class 0) from codes of a second, independent batch whose columns
// were permuted (class 1). Two phases: the autoencoder's, with the discriminator fixed; then the discriminator's, on
// the codes that the first phase saw, without gradients to the encoder.
class FactorVae : public GaussianVae {
 public:
  struct Options : GaussianVaeOptions {
    Schedule gamma = 35;
    int64_t discriminator_layers = 5, discriminator_width = 1000;
    double discriminator_slope = 0.2;
    Schedule discriminator_lr = 1e-4;
    std::string discriminator_initialisation = "normal_0.02";
    void describe(Fields& f);
  };
  FactorVae(const Options& options, const Setup& setup);

  int batches() const override { return 2; }
  std::vector<Phase> phases() override;

 private:
  Terms vae_terms(StepContext& context);
  void permute_second_batch(StepContext& context);
  Terms discriminator_terms(StepContext& context);

  Options options_;
  nn::Mlp discriminator_;
};

void FactorVae::Options::describe(Fields& f) {
  GaussianVaeOptions::describe(f);
  f.field("gamma", gamma, "weight of the total correlation", at_least(0));
  f.field("discriminator_layers", discriminator_layers, "hidden layers of the discriminator", between(1, 32));
  f.field("discriminator_width", discriminator_width, "width of its hidden layers", between(1, 65536));
  f.field("discriminator_slope", discriminator_slope, "slope of its leaky ReLU below zero", between(0, 1));
  f.field("discriminator_lr", discriminator_lr, "learning rate of its Adam (betas .5, .9)", between(0, 1));
  f.field("discriminator_initialisation", discriminator_initialisation, "how its weights begin",
          one_of(nn::initialisation_names()));
}

FactorVae::FactorVae(const Options& options, const Setup& setup)
    : GaussianVae(options, setup),
      options_(options),
      discriminator_({parameters(), "discriminator.", setup.seed, options.discriminator_initialisation},
                     options.latents, options.discriminator_width, options.discriminator_layers, 2,
                     options.discriminator_slope) {}

std::vector<Phase> FactorVae::phases() {
  return {phase([this](StepContext& context) { return vae_terms(context); }),
          {.name = "discriminator",
           .trains = "discriminator.",
           .optimizer = {.lr = options_.discriminator_lr, .beta1 = 0.5, .beta2 = 0.9},
           .before = {{Segment::On::device, [this](StepContext& context) { permute_second_batch(context); }}},
           .terms = [this](StepContext& context) { return discriminator_terms(context); }}};
}

Terms FactorVae::vae_terms(StepContext& context) {
  const Pass p = pass(context);
  context.keep("z") = p.z.detach();
  const Tensor logits = discriminator_(p.z);
  Terms terms;
  terms.add("reconstruction", p.reconstruction);
  terms.add("kl", p.kl.sum());
  terms.add("total_correlation", (logits.select(1, 0) - logits.select(1, 1)).mean(), context.at(options_.gamma));
  terms.log("kl_per_latent", p.kl);
  return terms;
}

void FactorVae::permute_second_batch(StepContext& context) {
  const Posterior q = posterior(context.batch(1).x(), context.mode());
  const Tensor z =
      nn::reparameterise(q.mean, q.log_variance, context.normal(q.mean.sizes(), "noise of the second batch"));
  context.keep("z_permuted") = nn::permute_dims(z, context.permutation(z.size(1), z.size(0)));
}

Terms FactorVae::discriminator_terms(StepContext& context) {
  // One pass over both halves: the discriminator's layers are too small to fill the machine twice.
  const auto logits = discriminator_(at::cat({context.keep("z"), context.keep("z_permuted")})).chunk(2);
  const Tensor &joint = logits[0], &permuted = logits[1];
  // Cross-entropy of two classes is softplus of the wrong logit minus the right one.
  const Tensor joint_margin = joint.select(1, 0) - joint.select(1, 1),
               permuted_margin = permuted.select(1, 1) - permuted.select(1, 0);
  Terms terms;
  terms.add("discriminator", 0.5 * (at::softplus(-joint_margin).mean() + at::softplus(-permuted_margin).mean()));
  terms.log("discriminator_accuracy",
            0.5 * ((joint_margin > 0).to(at::kFloat).mean() + (permuted_margin > 0).to(at::kFloat).mean()));
  return terms;
}

TEASEL_REGISTER(Model, FactorVae, "FactorVAE (Kim and Mnih 2018): total correlation by a discriminator");

}  // namespace teasel
