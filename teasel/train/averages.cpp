#include "teasel/train/averages.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>

namespace teasel {

Averages::Averages(ParameterStore& store, double decay) : store_(store), decay_(decay) {
  if (!on()) return;
  for (size_t i = 0; i < store.slots().size(); ++i) {
    if (!store.slots()[i].trained) continue;
    slots_.push_back(i);
    averages_.push_back(store[i].detach().clone());
  }
}

void Averages::update(int64_t step) {
  const auto n = static_cast<double>(step);
  const double decay = std::min(decay_, (1 + n) / (10 + n));
  c10::NoGradGuard no_gradients;
  for (size_t i = 0; i < slots_.size(); ++i) averages_[i].lerp_(store_[slots_[i]], 1 - decay);
}

std::vector<std::pair<std::string, at::Tensor>> Averages::tensors() const {
  std::vector<std::pair<std::string, at::Tensor>> out;
  for (size_t i = 0; i < slots_.size(); ++i) out.emplace_back("ema." + store_.slots()[slots_[i]].name, averages_[i]);
  return out;
}

// The tensors change places, not their numbers: nothing is rounded, and views of the weights stay what they are.
void Averages::exchange() {
  for (size_t i = 0; i < slots_.size(); ++i) std::swap(store_.slots()[slots_[i]].value, averages_[i]);
}

}  // namespace teasel
