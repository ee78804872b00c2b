#include <ATen/ATen.h>

#include "teasel/nn/encoder.hpp"
#include "teasel/nn/initialisation.hpp"
#include "teasel/nn/likelihood.hpp"
#include "teasel/nn/mlp.hpp"

namespace teasel::nn {
namespace {

// The multi-layer perceptrons of Higgins et al. 2017 (beta-VAE on dSprites), also in disentanglement_lib and in Chen et
// al. 2018 (beta-TCVAE): linear layers of 1200, with ReLU in the encoder and tanh in the decoder. Items of any shape.
struct MlpOptions {
  std::vector<int64_t> hidden;
  std::string activation, initialisation = "framework";
  void describe(Fields& f) {
    f.field("hidden", hidden, "widths of the hidden layers, from the input on", between(1, 65536));
    f.field("activation", activation, "what lies between the layers", one_of({"relu", "tanh"}));
    f.field("initialisation", initialisation, "how weights begin", one_of(initialisation_names()));
  }
};

Mlp mlp(const MlpOptions& options, Builder build, int64_t in, int64_t out) {
  build.initialisation = options.initialisation;
  return {build, in, options.hidden, out, {.tanh = options.activation == "tanh"}};
}

class MlpEncoder : public Encoder {
 public:
  struct Options : MlpOptions {
    Options() { hidden = {1200, 1200}, activation = "relu"; }
  };
  MlpEncoder(const Options& options, const Setup& setup)
      : mlp_(mlp(options, setup.build, setup.field.elements(), setup.outputs)) {}
  Tensor operator()(const Items& items, const Mode& mode) const override {
    return mlp_(items.values().flatten(1), mode.precision);
  }

 private:
  Mlp mlp_;
};

class MlpDecoder : public Decoder {
 public:
  struct Options : MlpOptions {
    Choice likelihood = Registry<Likelihood>::choose("bernoulli");
    Options() { hidden = {1200, 1200, 1200}, activation = "tanh"; }
    void describe(Fields& f) {
      MlpOptions::describe(f);
      f.field("likelihood", likelihood, "p(x | z)");
    }
  };
  MlpDecoder(const Options& options, const Setup& setup)
      : shape_(setup.field.shape),
        mlp_(mlp(options, setup.build, setup.inputs, setup.field.elements())),
        likelihood_(
            Registry<Likelihood>::get().make(options.likelihood, {setup.build, setup.field, setup.low, setup.high})) {}
  Tensor decode(const Tensor& z, const Mode& mode) const override { return likelihood_->mean(raw(z, mode)); }
  Tensor negative_log_likelihood(const Tensor& z, const Items& items, const Mode& mode) const override {
    return likelihood_->negative_log_likelihood(raw(z, mode), items);
  }

 private:
  Tensor raw(const Tensor& z, const Mode& mode) const { return mlp_(z, mode.precision).unflatten(1, shape_); }

  std::vector<int64_t> shape_;
  Mlp mlp_;
  std::unique_ptr<Likelihood> likelihood_;
};

}  // namespace

TEASEL_REGISTER(Encoder, MlpEncoder, "two linear layers of 1200 (Higgins et al. 2017 on dSprites)");
TEASEL_REGISTER(Decoder, MlpDecoder, "three linear layers of 1200 with tanh (Higgins et al. 2017 on dSprites)");

}  // namespace teasel::nn
