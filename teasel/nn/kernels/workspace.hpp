// Memory for what kernels need between their passes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

namespace teasel::nn::kernels {

// Memory that is not initialised and begins on a cache line.
class Workspace {
 public:
  // At least `bytes` bytes; what was there before is lost. Grows, never shrinks.
  void* get(size_t bytes);

 private:
  struct Free {
    void operator()(void* p) const;
  };
  std::unique_ptr<void, Free> memory_;
  size_t size_ = 0;
};

inline size_t floats(int64_t n) { return static_cast<size_t>(n) * sizeof(float); }

// Parts of one workspace: first all parts are added, then memory is taken, then the parts are asked for.
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
