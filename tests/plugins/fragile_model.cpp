// A linear autoencoder that meets NaN: at one step, where the noise of the step is positive. Another attempt at the
// step sees other noise, as a real training does.
#include <ATen/ATen.h>

#include <limits>

#include "teasel/models/model.hpp"
#include "teasel/nn/layers.hpp"

namespace plugin {

using namespace teasel;

class FragileModel : public Model {
 public:
  struct Options {
    int64_t fails_at = 0;
    void describe(Fields& f) { f.field("fails_at", fails_at, "the step that may fail", at_least(0)); }
  };
  FragileModel(const Options& options, const Setup& setup)
      : fails_at_(options.fails_at),
        field_(setup.data.field("x")),
        encoder_({store_, "encoder.", setup.seed}, "linear", field_.elements(), 2),
        decoder_({store_, "decoder.", setup.seed}, "linear", 2, field_.elements()) {
    layout_.blocks = {{.name = "z", .size = 2, .law = LatentLaw::point}};
    layout_.prior = false;
  }

  ParameterStore& parameters() override { return store_; }
  const LatentLayout& latents() const override { return layout_; }
  std::vector<Phase> phases() override {
    return {{.name = "autoencoder",
             .trains = "encoder.|decoder.",
             .optimizer = {.lr = 1e-2},
             .terms = [this](StepContext& context) {
               const Tensor x = context.batch().x().values().flatten(1);
               const bool fails = context.step() == fails_at_ && context.normal({1}, "chance").item<float>() > 0;
               const Tensor factor =
                   at::scalar_tensor(fails ? std::numeric_limits<float>::quiet_NaN() : 1.0f, at::kFloat);
               Terms terms;
               terms.add("squared_error", (decoder_(encoder_(x)) - x).square().sum(1).mean() * factor);
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
  int64_t fails_at_;
  FieldSpec field_;
  nn::Linear encoder_, decoder_;
};

TEASEL_REGISTER(Model, FragileModel, "linear autoencoder that meets NaN at a step");

}  // namespace plugin
