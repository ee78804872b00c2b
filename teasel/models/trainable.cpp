#include "teasel/models/trainable.hpp"

#include <ATen/ATen.h>

namespace teasel {

Tensor Terms::loss() const {
  Tensor sum;
  for (const Term& term : list_) {
    if (!term.in_loss) continue;
    Tensor weighted = term.weight.defined() ? term.weight * term.value : term.value;
    if (weighted.dim() > 0) weighted = weighted.sum();
    sum = sum.defined() ? sum + weighted : weighted;
  }
  return sum;
}

}  // namespace teasel
