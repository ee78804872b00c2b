// Discriminators: which of two distributions a vector comes from.
#pragma once
#include "teasel/core/registry.hpp"
#include "teasel/nn/layers.hpp"

namespace teasel::nn {

// Estimates a ratio of densities. Trained by cross-entropy to tell samples of p (class 0) from samples of q (class 1),
// its log-odds tend to ln p(z) / q(z) (Sugiyama et al. 2012); their mean over p is KL(p || q).
class Discriminator {
 public:
  static constexpr const char* kind = "discriminator";
  struct Setup {
    Builder build;  // prefix and seed; a discriminator sets its own initialisation
    int64_t inputs = 0;
  };
  virtual ~Discriminator() = default;
  // z [B, inputs] -> log-odds for class 0 [B].
  virtual Tensor log_odds(const Tensor& z, const Mode& mode = {}) const = 0;
};

}  // namespace teasel::nn
