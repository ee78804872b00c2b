#include <ATen/ATen.h>
#include <fmt/format.h>

#include "teasel/nn/encoder.hpp"
#include "teasel/nn/initialisation.hpp"
#include "teasel/nn/likelihood.hpp"

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

class Stack {
 public:
  Stack(const MlpOptions& options, Builder build, int64_t in, int64_t out) : tanh_(options.activation == "tanh") {
    build.initialisation = options.initialisation;
    for (size_t i = 0; i < options.hidden.size(); ++i) {
      layers_.emplace_back(build, fmt::format("linear{}", i), in, options.hidden[i]);
      in = options.hidden[i];
    }
    layers_.emplace_back(build, "head", in, out);
  }
  // x: [B, in] -> [B, out].
  Tensor operator()(const Tensor& x) const {
    Tensor h = x;
    for (size_t i = 0; i + 1 < layers_.size(); ++i) {
      h = layers_[i](h);
      h = tanh_ ? h.tanh_() : h.relu_();
    }
    return layers_.back()(h);
  }

 private:
  std::vector<Linear> layers_;
  bool tanh_;
};

class MlpEncoder : public Encoder {
 public:
  struct Options : MlpOptions {
    Options() { hidden = {1200, 1200}, activation = "relu"; }
  };
  MlpEncoder(const Options& options, const Setup& setup)
      : stack_(options, setup.build, setup.field.elements(), setup.outputs) {}
  Tensor operator()(const Items& items, const Mode&) const override { return stack_(items.values().flatten(1)); }

 private:
  Stack stack_;
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
        stack_(options, setup.build, setup.inputs, setup.field.elements()),
        likelihood_(
            Registry<Likelihood>::get().make(options.likelihood, {setup.build, setup.field, setup.low, setup.high})) {}
  Tensor decode(const Tensor& z, const Mode&) const override { return likelihood_->mean(raw(z)); }
  Tensor negative_log_likelihood(const Tensor& z, const Items& items, const Mode&) const override {
    return likelihood_->negative_log_likelihood(raw(z), items);
  }

 private:
  Tensor raw(const Tensor& z) const { return stack_(z).unflatten(1, shape_); }

  std::vector<int64_t> shape_;
  Stack stack_;
  std::unique_ptr<Likelihood> likelihood_;
};

}  // namespace

TEASEL_REGISTER(Encoder, MlpEncoder, "two linear layers of 1200 (Higgins et al. 2017 on dSprites)");
TEASEL_REGISTER(Decoder, MlpDecoder, "three linear layers of 1200 with tanh (Higgins et al. 2017 on dSprites)");

}  // namespace teasel::nn
