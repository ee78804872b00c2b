#include "teasel/nn/adam.hpp"

#include <ATen/Parallel.h>

#include <atomic>
#include <cmath>
#include <stdexcept>

#include "teasel/nn/kernels/adam_kernel.hpp"

namespace teasel::nn {
bool adam_update(std::span<float> p, std::span<const float> g, std::span<float> m, std::span<float> v,
                 const AdamSettings& s, int64_t update) {
  if (p.size() != g.size() || p.size() != m.size() || p.size() != v.size())
    throw std::logic_error("adam_update: spans of different lengths");
  const double correction1 = 1 - std::pow(s.beta1, static_cast<double>(update)),
               correction2 = 1 - std::pow(s.beta2, static_cast<double>(update));
  const AdamCoefficients c{static_cast<float>(s.beta2),
                           static_cast<float>(1 - s.beta1),
                           static_cast<float>(1 - s.beta2),
                           static_cast<float>(s.lr / correction1),
                           static_cast<float>(1 / std::sqrt(correction2)),
                           static_cast<float>(s.epsilon),
                           static_cast<float>(s.weight_decay)};
  std::atomic<bool> finite{true};
  at::parallel_for(0, static_cast<int64_t>(p.size()), 1 << 15, [&](int64_t begin, int64_t end) {
    if (!adam_kernel(p.data() + begin, g.data() + begin, m.data() + begin, v.data() + begin, end - begin, c))
      finite = false;
  });
  return finite;
}

}  // namespace teasel::nn
