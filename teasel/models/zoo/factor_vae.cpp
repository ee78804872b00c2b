#include <ATen/ATen.h>

#include "teasel/models/gaussian_vae.hpp"
#include "teasel/nn/discriminator.hpp"
#include "teasel/nn/gaussian.hpp"

namespace teasel {

// FactorVAE (Kim and Mnih 2018, Algorithm 2): loss = E[-log p(x | z)] + KL + gamma TC, where the total correlation
// TC = E[log q(z) / prod_j q(z_j)] is read off a discriminator as the mean of its log-odds. The discriminator learns to
// tell codes of one batch (class 0) from codes whose columns were permuted over the batch (class 1), by half the sum of
// both classes' cross-entropies.
//
// Two phases: the autoencoder's, with the discriminator fixed; then the discriminator's, on the codes that the first
// phase saw. Those are detached, so that no gradient of the discriminator's loss reaches the encoder, which published
// code lets happen where it reuses the first forward pass.
//
// Where the permuted codes come from (option `second_batch`):
//   independent  a second, independent batch: the paper (and 1Konny, who draws its items uniformly)
//   halves       the batch's second half, where the autoencoder sees the first alone: YannDubs/disentangling-vae. Give
//                twice the batch size.
//   same_batch   the same batch, encoded again with fresh noise by the updated encoder: the NAR code
//   same_codes   the very codes that stand for class 0: disentanglement_lib
// The latter three save the second batch's gathering or its encoding; in the last the two classes have the same
// marginals to the digit.
//
// disentanglement_lib hands one global step to both of its optimisers: its "300,000 steps" are 150,000 updates of each
// network. Presets after it say 150,000.
class FactorVae : public GaussianVae {
 public:
  struct Options : GaussianVaeOptions {
    Schedule gamma = 35;
    std::string second_batch = "independent";
    Choice discriminator = Registry<nn::Discriminator>::choose("mlp_d5");
    Schedule discriminator_lr = 1e-4;
    double log_odds_limit = 0;
    void describe(Fields& f);
  };
  FactorVae(const Options& options, const Setup& setup);

  int batches() const override { return second_is("independent") ? 2 : 1; }
  std::vector<Phase> phases() override;

 private:
  bool second_is(std::string_view how) const { return options_.second_batch == how; }
  Items part(const Items& items, int half) const;
  Tensor total_correlation(const Tensor& z, StepContext& context) const;
  Terms vae_terms(StepContext& context);
  Tensor second_codes(StepContext& context) const;
  void permute_second_batch(StepContext& context) const;
  Terms discriminator_terms(StepContext& context) const;

  Options options_;
  std::unique_ptr<nn::Discriminator> discriminator_;
};

void FactorVae::Options::describe(Fields& f) {
  GaussianVaeOptions::describe(f);
  f.field("gamma", gamma, "weight of the total correlation; a linear schedule from 0 is a warm-up", at_least(0));
  f.field("second_batch", second_batch,
          "codes to permute: of an independent batch, of the batch's second half, of the same batch encoded again, or "
          "the same codes",
          one_of({"independent", "halves", "same_batch", "same_codes"}));
  f.field("discriminator", discriminator, "network that tells joint codes from permuted ones");
  f.field("discriminator_lr", discriminator_lr, "learning rate of its Adam (betas .5, .9)", between(0, 1));
  f.field("log_odds_limit", log_odds_limit,
          "bends the log-odds that the autoencoder sees to stay below this (L tanh(l / L)): a discriminator that is "
          "always right pulls no harder; 0: as published",
          at_least(0));
}

FactorVae::FactorVae(const Options& options, const Setup& setup)
    : GaussianVae(options, setup),
      options_(options),
      discriminator_(Registry<nn::Discriminator>::get().make(
          options.discriminator, {{parameters(), "discriminator.", setup.seed}, options.latents})) {}

std::vector<Phase> FactorVae::phases() {
  return {phase([this](StepContext& context) { return vae_terms(context); }),
          {.name = "discriminator",
           .trains = "discriminator.",
           .optimizer = {.lr = options_.discriminator_lr, .beta1 = 0.5, .beta2 = 0.9},
           .before = {{Segment::On::device, [this](StepContext& context) { permute_second_batch(context); }}},
           .terms = [this](StepContext& context) { return discriminator_terms(context); }}};
}

// Half 0 or 1 of the batch where it is to be halved (an odd last item is left out), else all of it.
Items FactorVae::part(const Items& items, int half) const {
  if (!second_is("halves")) return items;
  const int64_t size = items.count() / 2;
  if (size == 0) throw Error("a batch of one item has no halves", "Raise train.batch_size to 2 or more.");
  return {items.stored.narrow(0, half * size, size), items.dtype, items.shape};
}

Tensor FactorVae::total_correlation(const Tensor& z, StepContext& context) const {
  const Tensor log_odds = discriminator_->log_odds(z, context.mode());
  const double limit = options_.log_odds_limit;
  return (limit > 0 ? limit * (log_odds / limit).tanh() : log_odds).mean();
}

Terms FactorVae::vae_terms(StepContext& context) {
  const Pass p = pass(context, part(context.batch(0).x(), 0));
  context.keep("z") = p.z.detach();
  Terms terms;
  terms.add("reconstruction", p.reconstruction);
  terms.add("kl", p.kl.sum());
  terms.add("total_correlation", total_correlation(p.z, context), context.at(options_.gamma));
  terms.log("kl_per_latent", p.kl);
  return terms;
}

Tensor FactorVae::second_codes(StepContext& context) const {
  if (second_is("same_codes")) return context.keep("z");
  const Items& items = context.batch(second_is("independent") ? 1 : 0).x();
  const Posterior q = posterior(part(items, 1), context.mode());
  return draw(q, context.normal(q.mean.sizes(), "noise of the second batch"));
}

void FactorVae::permute_second_batch(StepContext& context) const {
  const Tensor z = second_codes(context);
  context.keep("z_permuted") = nn::permute_dims(z, context.permutation(z.size(1), z.size(0)));
}

Terms FactorVae::discriminator_terms(StepContext& context) const {
  // One pass over both classes: the discriminator's layers are too small to fill the machine twice.
  const Tensor both = at::cat({context.keep("z"), context.keep("z_permuted")});
  const auto log_odds = discriminator_->log_odds(both, context.mode()).chunk(2);
  const Tensor &joint = log_odds[0], &permuted = log_odds[1];
  // Cross-entropy of two classes is softplus of minus the log-odds for the right one.
  Terms terms;
  terms.add("discriminator", 0.5 * (at::softplus(-joint).mean() + at::softplus(permuted).mean()));
  terms.log("discriminator_accuracy", 0.5 * ((joint > 0).to(at::kFloat).mean() + (permuted < 0).to(at::kFloat).mean()));
  return terms;
}

TEASEL_REGISTER(Model, FactorVae, "FactorVAE (Kim and Mnih 2018): total correlation by a discriminator");

}  // namespace teasel
