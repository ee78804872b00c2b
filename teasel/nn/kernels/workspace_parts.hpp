// Parts of one workspace.
#pragma once
#include "teasel/nn/kernels/convolution.hpp"

namespace teasel::nn::kernels {

inline size_t floats(int64_t n) { return static_cast<size_t>(n) * sizeof(float); }

// First all parts are added, then memory is taken, then the parts are asked for.
class Parts {
 public:
  size_t add(size_t bytes) {
    const size_t at = total_;
    total_ += (bytes + 63) / 64 * 64;
    return at;
  }
  void take(Workspace& work) { base_ = static_cast<char*>(work.get(total_)); }
  float* at(size_t part) const { return reinterpret_cast<float*>(base_ + part); }

 private:
  size_t total_ = 0;
  char* base_ = nullptr;
};

}  // namespace teasel::nn::kernels
