#include "teasel/models/gaussian_vae.hpp"

#include <ATen/ATen.h>

#include "teasel/nn/gaussian.hpp"

namespace teasel {

void GaussianVaeOptions::describe(Fields& f) {
  f.field("latents", latents, "number of latents", between(1, 4096));
  f.field("encoder", encoder, "network from items to means and spreads");
  f.field("decoder", decoder, "network from latents to items, with the likelihood");
  f.field("posterior", posterior,
          "what the encoder says of a latent's spread: log_variance; clamped_log_variance: within -20 to 10; softplus: "
          "the standard deviation before softplus",
          one_of({"log_variance", "clamped_log_variance", "softplus"}));
  f.field("weight_penalty", weight_penalty,
          "c in the added term c/2 times the sum of squared weights of encoder and decoder, without biases",
          at_least(0));
  f.field("lr", lr, "learning rate of Adam for encoder and decoder", between(0, 1));
}

GaussianVae::GaussianVae(const GaussianVaeOptions& options, const Setup& setup)
    : lr_(options.lr),
      form_(options.posterior == "softplus"       ? Form::softplus
            : options.posterior == "log_variance" ? Form::log_variance
                                                  : Form::clamped_log_variance),
      weight_penalty_(options.weight_penalty) {
  layout_.blocks = {{.name = "z", .size = options.latents}};
  const FieldSpec& field = setup.data.field("x");
  encoder_ = Registry<nn::Encoder>::get().make(options.encoder,
                                               {{store_, "encoder.", setup.seed}, field, 2 * options.latents});
  decoder_ = Registry<nn::Decoder>::get().make(
      options.decoder, {{store_, "decoder.", setup.seed}, field, options.latents, setup.data.low, setup.data.high});
}

GaussianVae::Posterior GaussianVae::posterior(const Items& items, const nn::Mode& mode) const {
  auto halves = (*encoder_)(items, mode).chunk(2, 1);
  return {halves[0], form_ == Form::clamped_log_variance ? halves[1].clamp(-20, 10) : halves[1]};
}

Tensor GaussianVae::deviation(const Posterior& q) const {
  return form_ == Form::softplus ? at::softplus(q.spread) : (0.5 * q.spread).exp();
}

Tensor GaussianVae::draw(const Posterior& q, const Tensor& noise) const {
  if (form_ == Form::softplus) return q.mean + deviation(q) * noise;
  return nn::reparameterise(q.mean, q.spread, noise);
}

Tensor GaussianVae::kl_divergence(const Posterior& q) const {
  if (form_ == Form::softplus) return nn::kl_to_standard_normal_of_deviation(q.mean, deviation(q));
  return nn::kl_to_standard_normal(q.mean, q.spread);
}

GaussianVae::Pass GaussianVae::pass(StepContext& context, const Items& items) const {
  const nn::Mode mode = context.mode();
  const Posterior q = posterior(items, mode);
  Pass out{q, draw(q, context.normal(q.mean.sizes(), "noise")), {}, {}};
  out.reconstruction = decoder_->negative_log_likelihood(out.z, items, mode).mean();
  out.kl = kl_divergence(q).mean(0);
  return out;
}

Tensor GaussianVae::half_of_squared_weights() const {
  Tensor sum;
  for (auto& slot : store_.slots()) {
    const bool network = slot.name.starts_with("encoder.") || slot.name.starts_with("decoder.");
    if (!network || !slot.name.ends_with(".weight")) continue;
    const Tensor squares = slot.value.square().sum();
    sum = sum.defined() ? sum + squares : squares;
  }
  return 0.5 * sum;
}

Phase GaussianVae::phase(std::function<Terms(StepContext&)> terms) const {
  Phase phase{.name = "vae", .trains = "encoder.|decoder.", .optimizer = {.lr = lr_}, .terms = std::move(terms)};
  if (weight_penalty_ > 0)
    phase.terms = [this, unpenalised = std::move(phase.terms)](StepContext& context) {
      Terms all = unpenalised(context);
      all.add("weight_penalty", half_of_squared_weights(), at::scalar_tensor(weight_penalty_, at::kFloat));
      return all;
    };
  return phase;
}

Latents GaussianVae::encode(const Batch& batch, const Calibration&) const {
  const Posterior q = posterior(batch.x());
  return {.location = {q.mean}, .spread = {deviation(q)}, .carrier = {}, .unit = {}};
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
