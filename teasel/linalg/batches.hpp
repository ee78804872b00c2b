// What all batched routines of this room share: checks of their arguments, and threads over the instances of a batch.
#pragma once
#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>

#include <stdexcept>
#include <string>

namespace teasel::linalg {

// Numbers of one instance do not depend on how a batch is shared out.
template <class Run>
void for_instances(int64_t count, const Run& run) {
  at::parallel_for(0, count, 1, [&](int64_t first, int64_t last) {
    for (int64_t b = first; b < last; ++b) run(b);
  });
}

// Errors of callers, not of users: shapes are the models' business.
inline void expect(bool holds, const std::string& what) {
  if (!holds) throw std::invalid_argument("linalg: " + what);
}

inline void expect_double(const at::Tensor& t, int64_t dimensions, const char* name) {
  expect(t.scalar_type() == at::kDouble && t.dim() == dimensions && t.is_cpu(),
         std::string(name) + " must be a tensor of doubles with " + std::to_string(dimensions) +
             " dimensions in host memory");
}

}  // namespace teasel::linalg
