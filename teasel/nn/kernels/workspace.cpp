#include "teasel/nn/kernels/workspace.hpp"

#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace teasel::nn::kernels {

void* Workspace::get(size_t bytes) {
  if (bytes > size_) {
    memory_.reset();
    size_ = 0;
    // Large pages: the components of a product lie on more small ones than the first level of translation holds.
    constexpr size_t page = size_t{2} << 20;
    const size_t rounded = (bytes + page - 1) / page * page;
    memory_.reset(std::aligned_alloc(page, rounded));
    if (!memory_) throw std::bad_alloc();
    madvise(memory_.get(), rounded, MADV_HUGEPAGE);  // where there are none, small ones serve
    size_ = bytes;
  }
  return memory_.get();
}

void Workspace::Free::operator()(void* p) const { std::free(p); }

}  // namespace teasel::nn::kernels
