// What variational autoencoders with one block of Gaussian latents share.
#pragma once
#include <memory>

#include "teasel/models/model.hpp"
#include "teasel/nn/encoder.hpp"

namespace teasel {

// Options of every such model.
struct GaussianVaeOptions {
  int64_t latents = 10;
  Choice encoder = Registry<nn::Encoder>::choose("conv_a4");
  Choice decoder = Registry<nn::Decoder>::choose("conv_a4");
  std::string posterior = "log_variance";
  double weight_penalty = 0;
  Schedule lr = 1e-4;

  void describe(Fields& f);
};

// q(z | x) = N(mean, diag(deviation^2)), both read off one encoder; p(z) = N(0, I). Losses sum over pixels and latents
// and average over the batch: every published beta, gamma and capacity supposes that, and with a mean over pixels each
// would be some thousand times too strong.
//
// The encoder's second half is (option `posterior`)
//   log_variance          the logarithm of the variance: the usual
//   clamped_log_variance  the same, held within [-20, 10]: no wild step overflows exp; outside there is no gradient
//   softplus              the deviation before softplus (CascadeVAE): it begins at 0.69 and not at 1, and the KL
//                         divergence has ln(deviation + 1e-8)
// `weight_penalty` c adds c/2 times the sum of squares of all weights to the loss, not of biases (CascadeVAE: 4e-5);
// Adam's own weight_decay would hold biases down as well.
class GaussianVae : public Model {
 public:
  GaussianVae(const GaussianVaeOptions& options, const Setup& setup);

  ParameterStore& parameters() override { return store_; }
  const LatentLayout& latents() const override { return layout_; }
  Latents encode(const Batch& batch, const Calibration& = {}) const override;
  Tensor decode(const Latents& latents) const override;
  Tensor distortion(const Latents& latents, const Batch& batch) const override;
  std::optional<Latents> sample(int64_t count, StepContext& context) const override;

 protected:
  // What the encoder says of q(z | x).
  struct Posterior {
    Tensor mean, spread;  // [B, n]; the spread in the option's own terms
  };
  struct Pass {
    Posterior posterior;
    Tensor z;               // [B, n], one sample each
    Tensor reconstruction;  // scalar: mean over the batch of -log p(x | z)
    Tensor kl;              // [n]: mean over the batch of every latent's KL divergence
  };
  Posterior posterior(const Items& items, const nn::Mode& mode = {}) const;
  Tensor deviation(const Posterior& q) const;                  // [B, n]
  Tensor draw(const Posterior& q, const Tensor& noise) const;  // mean + deviation * noise
  Tensor kl_divergence(const Posterior& q) const;              // KL(q || N(0, 1)) of every latent [B, n], nats
  // Encodes items (batch 0 of the step), samples with the stream "noise" and measures both halves of the bound.
  Pass pass(StepContext& context, const Items& items) const;
  Pass pass(StepContext& context) const { return pass(context, context.batch(0).x()); }
  // The phase "vae" of a model: trains encoder and decoder, with the penalty on weights if there is one.
  Phase phase(std::function<Terms(StepContext&)> terms) const;
  int64_t size() const { return layout_.blocks[0].size; }

 private:
  Tensor half_of_squared_weights() const;

  enum class Form { log_variance, clamped_log_variance, softplus };

  ParameterStore store_;
  LatentLayout layout_;
  Schedule lr_;
  Form form_;
  double weight_penalty_;
  std::unique_ptr<nn::Encoder> encoder_;
  std::unique_ptr<nn::Decoder> decoder_;
};

}  // namespace teasel
