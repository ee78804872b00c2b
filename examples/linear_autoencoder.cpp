// A model from outside the library: a linear autoencoder. Its optimum spans the first principal components (Baldi and
// Hornik 1989); it has no prior and no likelihood.
#include <ATen/ATen.h>

#include "teasel/models/model.hpp"
#include "teasel/nn/layers.hpp"

namespace example {

using namespace teasel;

class LinearAutoencoder : public Model {
 public:
  struct Options {
    int64_t latents = 3;
    Schedule lr = 1e-2;
    void describe(Fields& f) {
      f.field("latents", latents, "number of latents", between(1, 256));
      f.field("lr", lr, "learning rate of Adam", between(0, 1));
    }
  };
  LinearAutoencoder(const Options& options, const Setup& setup)
      : lr_(options.lr),
        field_(setup.data.field("x")),
        encoder_({store_, "encoder.", setup.seed}, "linear", field_.elements(), options.latents),
        decoder_({store_, "decoder.", setup.seed}, "linear", options.latents, field_.elements()) {
    layout_.blocks = {{.name = "z", .size = options.latents, .law = LatentLaw::point}};
    layout_.prior = false;
  }

  ParameterStore& parameters() override { return store_; }
  const LatentLayout& latents() const override { return layout_; }

  std::vector<Phase> phases() override {
    return {{.name = "autoencoder",
             .trains = "encoder.|decoder.",
             .optimizer = {.lr = lr_},
             .terms = [this](StepContext& context) {
               const Tensor x = context.batch().x().values().flatten(1);
               Terms terms;
               terms.add("squared_error", (decoder_(encoder_(x)) - x).square().sum(1).mean());
               return terms;
             }}};
  }

  Latents encode(const Batch& batch, const Calibration& = {}) const override {
    return {.location = {encoder_(batch.x().values().flatten(1))}, .spread = {Tensor()}, .carrier = {}, .unit = {}};
  }
  Tensor decode(const Latents& latents) const override {
    std::vector<int64_t> shape{latents.location[0].size(0)};
    shape.insert(shape.end(), field_.shape.begin(), field_.shape.end());
    return decoder_(latents.location[0]).view(shape);
  }

 private:
  ParameterStore store_;
  LatentLayout layout_;
  Schedule lr_;
  FieldSpec field_;
  nn::Linear encoder_, decoder_;
};

TEASEL_REGISTER(Model, LinearAutoencoder, "linear autoencoder");

}  // namespace example
