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
  Schedule lr = 1e-4;

  void describe(Fields& f);
};

// q(z | x) = N(mean, diag(exp(log_variance))), both read off one encoder; p(z) = N(0, I). Losses sum over pixels and
// latents and average over the batch.
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
  struct Posterior {
    Tensor mean, log_variance;  // [B, n]
  };
  struct Pass {
    Posterior posterior;
    Tensor z;               // [B, n], one sample each
    Tensor reconstruction;  // scalar: mean over the batch of -log p(x | z)
    Tensor kl;              // [n]: mean over the batch of every latent's KL divergence
  };
  Posterior posterior(const Items& items, const nn::Mode& mode = {}) const;
  // Encodes batch 0 of the step, samples with the stream "noise" and measures both halves of the bound.
  Pass pass(StepContext& context) const;
  // The phase "vae" of a model: trains encoder and decoder.
  Phase phase(std::function<Terms(StepContext&)> terms) const;
  int64_t size() const { return layout_.blocks[0].size; }

 private:
  ParameterStore store_;
  LatentLayout layout_;
  Schedule lr_;
  std::unique_ptr<nn::Encoder> encoder_;
  std::unique_ptr<nn::Decoder> decoder_;
};

}  // namespace teasel
