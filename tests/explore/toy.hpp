// A model whose decoder can be computed in one's head, and colour images for it.
#pragma once
#include <ATen/ATen.h>

#include "teasel/models/host_context.hpp"
#include "teasel/models/model.hpp"

namespace teasel::testing {

// Items of 3x1x4 values in [0, 1]: item i is i / 10 everywhere, plus .01 for each position.
class ToyImages : public Dataset {
 public:
  ToyImages() {
    spec_.name = "toy_images";
    spec_.fields = {{"x", {3, 1, 4}, Dtype::f32}};
    spec_.size = 6;
    spec_.factors = {{.name = "kind", .values = {0, 1, 2}, .scale = FactorSpec::Scale::categorical},
                     {.name = "side", .values = {0, 1}}};
    spec_.full_grid = true;
  }
  const DataSpec& spec() const override { return spec_; }
  void gather(std::span<const int64_t> index, size_t, Draw, std::span<std::byte> out) const override {
    auto* to = reinterpret_cast<float*>(out.data());
    for (int64_t i : index)
      for (int p = 0; p < 12; ++p) *to++ = static_cast<float>(i) / 10 + static_cast<float>(p) / 100;
  }
  void factors(std::span<const int64_t> index, std::span<float> out) const override {
    size_t at = 0;
    for (int64_t i : index) out[at++] = static_cast<float>(i / 2), out[at++] = static_cast<float>(i % 2);
  }

 private:
  DataSpec spec_;
};

// Latents z0, z1 (Gaussian), h0 (unseen), l0 (Laplace), c of three classes. The decoder's 12 values are z0, z1, l0, the
// class probabilities c0 c1 c2, and zeros: what traversals did to the latents can be read off the image.
class ToyModel : public Model {
 public:
  ToyModel() {
    layout_.blocks = {{.name = "z", .size = 2},
                      {.name = "h", .size = 1, .role = LatentRole::unseen},
                      {.name = "l", .size = 1, .law = LatentLaw::laplace},
                      {.name = "c", .size = 3, .law = LatentLaw::categorical}};
  }
  ParameterStore& parameters() override { return store_; }
  const LatentLayout& latents() const override { return layout_; }
  std::vector<Phase> phases() override { return {}; }
  // Means are pixels 0, 1, 2; spreads .5, .25; the class probabilities are .2, .5, .3.
  Latents encode(const Batch& batch, const Calibration& = {}) const override {
    const Tensor x = batch.x().values().flatten(1);
    const int64_t n = x.size(0);
    return {.location = {x.narrow(1, 0, 2).clone(), at::zeros({n, 1}), x.narrow(1, 2, 1).clone(),
                         at::tensor({0.2f, 0.5f, 0.3f}).expand({n, 3}).clone()},
            .spread = {at::full({n, 2}, 0.5), at::ones({n, 1}), at::full({n, 1}, 0.25), Tensor()},
            .carrier = {},
            .unit = {}};
  }
  Tensor decode(const Latents& latents) const override {
    const auto& l = latents.location;
    return at::cat({l[0], l[2], l[3], at::zeros({l[0].size(0), 6})}, 1).view({-1, 3, 1, 4});
  }
  std::optional<Latents> sample(int64_t count, StepContext& context) const override {
    return Latents{.location = {context.normal({count, 2}, "z"), at::zeros({count, 1}), at::zeros({count, 1}),
                                at::tensor({0.f, 0.f, 1.f}).expand({count, 3}).clone()},
                   .spread = {Tensor(), Tensor(), Tensor(), Tensor()},
                   .carrier = {},
                   .unit = {}};
  }

 private:
  ParameterStore store_;
  LatentLayout layout_;
};

}  // namespace teasel::testing
