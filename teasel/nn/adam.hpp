// Adam on flat buffers.
#pragma once
#include <cstdint>
#include <span>

namespace teasel::nn {

struct AdamSettings {
  double lr = 1e-4, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  double weight_decay = 0;  // added to the gradient (L2), as Adam's original form has it
};

// One update (Kingma and Ba 2015, Algorithm 1): m, v are the moments, `update` counts from 1 for the bias correction.
// All spans have one length. Returns false if a gradient was not finite; the parameters are spoiled then.
bool adam_update(std::span<float> parameters, std::span<const float> gradient, std::span<float> m, std::span<float> v,
                 const AdamSettings& settings, int64_t update);

}  // namespace teasel::nn
