// Likelihoods of items given a decoder's output.
#pragma once
#include <ATen/core/Tensor.h>

#include <optional>

#include "teasel/core/registry.hpp"
#include "teasel/nn/items.hpp"
#include "teasel/nn/layers.hpp"

namespace teasel::nn {

// log p(x | z), summed over the elements of an item: every published beta and gamma supposes the sum.
class Likelihood {
 public:
  static constexpr const char* kind = "likelihood";
  struct Setup {
    Builder build;             // for likelihoods with parameters of their own (a learned scale)
    FieldSpec field;           // of the items
    double low = 0, high = 1;  // the range of their values
  };
  virtual ~Likelihood() = default;
  // raw: the decoder's output [B, shape...]; returns nats per item [B].
  virtual Tensor negative_log_likelihood(const Tensor& raw, const Items& items) const = 0;
  // The same from the input of the decoder's last convolution, where one pass can do both; else empty.
  virtual std::optional<Tensor> after(const Convolution& /*last*/, const Tensor& /*h*/, const Items&,
                                      const Mode&) const {
    return {};
  }
  // The mean of p(x | z), in the data's range.
  virtual Tensor mean(const Tensor& raw) const = 0;
};

}  // namespace teasel::nn
