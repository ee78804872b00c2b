#include "teasel/nn/kernels/convolution.hpp"

#include <sys/mman.h>

#include <cstdlib>
#include <new>
#include <string>

#include "teasel/core/error.hpp"

namespace teasel::nn::kernels {

const ConvolutionKernels& convolution_kernels_avx2();
const ConvolutionKernels& convolution_kernels_avx512();
const ConvolutionKernels& convolution_kernels_avx512_bf16();

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

std::vector<const ConvolutionKernels*> runnable_convolution_kernels() {
  std::vector<const ConvolutionKernels*> out;
  __builtin_cpu_init();
  // What the compiler may use at x86-64-v3 and -v4, as far as it names it.
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
                    __builtin_cpu_supports("bmi2");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512cd");
  if (avx512 && __builtin_cpu_supports("avx512bf16")) out.push_back(&convolution_kernels_avx512_bf16());
  if (avx512) out.push_back(&convolution_kernels_avx512());
  if (avx2) out.push_back(&convolution_kernels_avx2());
  return out;
}

namespace {

const ConvolutionKernels* choose(bool bfloat16) {
  const char* asked = std::getenv("TEASEL_KERNELS");
  const std::string most = asked ? asked : "avx512";
  if (most != "avx512" && most != "avx2" && most != "none")
    throw Error("TEASEL_KERNELS is '" + most + "'", "Set it to avx512, avx2 or none, or leave it out.");
  for (const auto* kernels : runnable_convolution_kernels())
    if ((kernels->activation_bytes() == 2) == bfloat16 && (most == "avx512" || kernels->name() == most)) return kernels;
  return nullptr;
}

}  // namespace

const ConvolutionKernels* convolution_kernels(bool bfloat16) {
  static const ConvolutionKernels *single = choose(false), *half = choose(true);
  return bfloat16 ? half : single;
}

}  // namespace teasel::nn::kernels
