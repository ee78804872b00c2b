// The inner loop of Adam.
#pragma once
#include <cstdint>

namespace teasel::nn {

struct AdamCoefficients {
  float beta2, rest1, rest2, step, scale, epsilon, decay;  // rest: 1 - beta, taken in double
};

// One update of n parameters p with gradients g and moments m, v. Returns false if a gradient was not finite.
bool adam_kernel(float* p, const float* g, float* m, float* v, int64_t n, const AdamCoefficients& c);

}  // namespace teasel::nn
