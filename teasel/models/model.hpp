// Models: trainables with latents that can be encoded, edited, decoded and drawn.
#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "teasel/core/latents.hpp"
#include "teasel/core/registry.hpp"
#include "teasel/models/trainable.hpp"

namespace teasel {

// The latents of some items, one tensor per block of the layout.
struct Latents {
  std::vector<Tensor> location;  // [B, n], [B, T, n] or [B, T-1, n]
  std::vector<Tensor> spread;    // standard deviations; undefined where the law has none
  std::vector<Tensor> carrier;   // what decoding needs besides (a basis, a noise path); rows follow the items
  Tensor unit;                   // [B, n]: columns that only move together (conjugate pairs); undefined: all alone
};

class Model : public Trainable {
 public:
  static constexpr const char* kind = "model";
  struct Setup {
    DataSpec data;
    uint64_t seed = 0;  // of the initial weights
  };
  // A common basis made once per checkpoint over the training split. Returned, never stored: looking changes nothing.
  using Calibration = std::vector<Tensor>;

  virtual const LatentLayout& latents() const = 0;
  virtual Calibration calibrate(const std::function<bool(Batch&)>& /*next*/) const { return {}; }
  // Deterministic, in evaluation mode.
  virtual Latents encode(const Batch& batch, const Calibration& calibration = {}) const = 0;
  // Items in the data's range: [B, item...].
  virtual Tensor decode(const Latents& latents) const = 0;
  // -log p(x | latents) of each item, nats [B]; undefined where the model has no likelihood.
  virtual Tensor distortion(const Latents& /*latents*/, const Batch& /*batch*/) const { return {}; }
  // Latents drawn from the prior, where there is one. The context supplies the noise.
  virtual std::optional<Latents> sample(int64_t /*count*/, StepContext&) const { return {}; }
  // The next frames of a sequence.
  virtual std::optional<Tensor> forecast(const Batch&, int64_t /*frames*/) const { return {}; }
};

}  // namespace teasel
