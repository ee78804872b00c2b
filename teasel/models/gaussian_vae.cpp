#include "teasel/models/gaussian_vae.hpp"

#include <ATen/ATen.h>

#include "teasel/nn/gaussian.hpp"

namespace teasel {

void GaussianVaeOptions::describe(Fields& f) {
  f.field("latents", latents, "number of latents", between(1, 4096));
  f.field("encoder", encoder, "network from items to means and log-variances");
  f.field("decoder", decoder, "network from latents to items, with the likelihood");
  f.field("lr", lr, "learning rate of Adam for encoder and decoder", between(0, 1));
}

GaussianVae::GaussianVae(const GaussianVaeOptions& options, const Setup& setup) : lr_(options.lr) {
  layout_.blocks = {{.name = "z", .size = options.latents}};
  const FieldSpec& field = setup.data.field("x");
  encoder_ = Registry<nn::Encoder>::get().make(options.encoder,
                                               {{store_, "encoder.", setup.seed}, field, 2 * options.latents});
  decoder_ = Registry<nn::Decoder>::get().make(
      options.decoder, {{store_, "decoder.", setup.seed}, field, options.latents, setup.data.low, setup.data.high});
}

GaussianVae::Posterior GaussianVae::posterior(const Items& items, const nn::Mode& mode) const {
  auto halves = (*encoder_)(items, mode).chunk(2, 1);
  return {halves[0], halves[1]};
}

GaussianVae::Pass GaussianVae::pass(StepContext& context) const {
  const Items& x = context.batch(0).x();
  const nn::Mode mode = context.mode();
  const Posterior q = posterior(x, mode);
  Pass out{q, nn::reparameterise(q.mean, q.log_variance, context.normal(q.mean.sizes(), "noise")), {}, {}};
  out.reconstruction = decoder_->negative_log_likelihood(out.z, x, mode).mean();
  out.kl = nn::kl_to_standard_normal(q.mean, q.log_variance).mean(0);
  return out;
}

Phase GaussianVae::phase(std::function<Terms(StepContext&)> terms) const {
  return {.name = "vae", .trains = "encoder.|decoder.", .optimizer = {.lr = lr_}, .terms = std::move(terms)};
}

Latents GaussianVae::encode(const Batch& batch, const Calibration&) const {
  const Posterior q = posterior(batch.x());
  return {.location = {q.mean}, .spread = {(0.5 * q.log_variance).exp()}, .carrier = {}, .unit = {}};
}

Tensor GaussianVae::decode(const Latents& latents) const { return decoder_->decode(latents.location[0]); }

Tensor GaussianVae::distortion(const Latents& latents, const Batch& batch) const {
  return decoder_->negative_log_likelihood(latents.location[0], batch.x());
}

std::optional<Latents> GaussianVae::sample(int64_t count, StepContext& context) const {
  return Latents{
      .location = {context.normal({count, size()}, "prior")}, .spread = {Tensor()}, .carrier = {}, .unit = {}};
}

}  // namespace teasel
