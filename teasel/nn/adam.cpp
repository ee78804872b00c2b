#include "teasel/nn/adam.hpp"

#include <ATen/Parallel.h>

#include <cmath>
#include <stdexcept>

namespace teasel::nn {
namespace {

struct Coefficients {
  float beta2, rest1, rest2, step, scale, epsilon, decay;  // rest: 1 - beta, taken in double
};

// One clone per vector width, chosen when the program is loaded.
__attribute__((target_clones("avx512f", "avx2", "default"), optimize("O3", "no-math-errno")))
void update_range(float* __restrict p, const float* __restrict g, float* __restrict m, float* __restrict v, int64_t n, Coefficients c) {
  for (int64_t i = 0; i < n; ++i) {
    const float gradient = g[i] + c.decay * p[i];
    m[i] += c.rest1 * (gradient - m[i]);
    v[i] = c.beta2 * v[i] + c.rest2 * gradient * gradient;
    p[i] -= c.step * m[i] / (std::sqrt(v[i]) * c.scale + c.epsilon);
  }
}

}  // namespace

void adam_update(std::span<float> p, std::span<const float> g, std::span<float> m, std::span<float> v, const AdamSettings& s, int64_t update) {
  if (p.size() != g.size() || p.size() != m.size() || p.size() != v.size()) throw std::logic_error("adam_update: spans of different lengths");
  const double correction1 = 1 - std::pow(s.beta1, static_cast<double>(update)), correction2 = 1 - std::pow(s.beta2, static_cast<double>(update));
  const Coefficients c{static_cast<float>(s.beta2), static_cast<float>(1 - s.beta1), static_cast<float>(1 - s.beta2), static_cast<float>(s.lr / correction1),
                       static_cast<float>(1 / std::sqrt(correction2)), static_cast<float>(s.epsilon), static_cast<float>(s.weight_decay)};
  at::parallel_for(0, static_cast<int64_t>(p.size()), 1 << 15, [&](int64_t begin, int64_t end) {
    update_range(p.data() + begin, g.data() + begin, m.data() + begin, v.data() + begin, end - begin, c);
  });
}

}  // namespace teasel::nn
