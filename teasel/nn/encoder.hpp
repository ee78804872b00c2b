// The interfaces of encoders and decoders, which models choose by name.
#pragma once
#include <ATen/core/Tensor.h>

#include <vector>

#include "teasel/core/registry.hpp"
#include "teasel/nn/items.hpp"
#include "teasel/nn/layers.hpp"
#include "teasel/nn/mode.hpp"

namespace teasel::nn {

// Items -> numbers. A model says how many outputs it needs (mean and log-variance: two per latent).
class Encoder {
 public:
  static constexpr const char* kind = "encoder";
  struct Setup {
    Builder build;    // prefix and seed; an encoder sets its own initialisation
    FieldSpec field;  // of the items it reads
    int64_t outputs = 0;
  };
  virtual ~Encoder() = default;
  virtual Tensor operator()(const Items& items, const Mode& mode = {}) const = 0;  // [B, outputs]
};

// Latents -> items. A decoder owns its likelihood, so that its last layer and the likelihood may be one kernel.
class Decoder {
 public:
  static constexpr const char* kind = "decoder";
  struct Setup {
    Builder build;
    FieldSpec field;  // of the items it makes
    int64_t inputs = 0;
    double low = 0, high = 1;  // the range of the items' values
  };
  virtual ~Decoder() = default;
  // z [B, inputs] -> the mean of p(x | z) [B, shape...], in the data's range.
  virtual Tensor decode(const Tensor& z, const Mode& mode = {}) const = 0;
  // -log p(items | z) in nats, summed over each item: [B].
  virtual Tensor negative_log_likelihood(const Tensor& z, const Items& items, const Mode& mode = {}) const = 0;
};

}  // namespace teasel::nn
