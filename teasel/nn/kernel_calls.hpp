// What all calls of our kernels (nn/kernels) from autograd's functions share: threads and their memory.
#pragma once
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <stdexcept>

#include "teasel/nn/kernels/workspace.hpp"

namespace teasel::nn {

inline kernels::Workspace& workspace() {
  thread_local kernels::Workspace work;
  return work;
}

// A share of the batch for every thread: run(part, begin, end, workspace). The shares depend on the number of threads
// alone, so that sums over the batch are repeatable.
inline int64_t shares(int64_t count) { return std::max<int64_t>(1, std::min<int64_t>(at::get_num_threads(), count)); }
template <class Run>
void for_shares(int64_t count, const Run& run) {
  const int64_t parts = shares(count);
  at::parallel_for(0, parts, 1, [&](int64_t first, int64_t last) {
    for (int64_t p = first; p < last; ++p) run(p, count * p / parts, count * (p + 1) / parts, workspace());
  });
}

// Called on the way back: our kernels have no second derivative.
inline void once_only() {
  if (at::GradMode::is_enabled())
    throw std::logic_error("teasel's layers have no second derivative: set TEASEL_KERNELS=none");
}

}  // namespace teasel::nn
