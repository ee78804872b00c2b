#include "teasel/nn/kernels/choice.hpp"

#include <cstdlib>
#include <string>

#include "teasel/core/error.hpp"

namespace teasel::nn::kernels {

const ConvolutionKernels& convolution_kernels_avx2();
const ConvolutionKernels& convolution_kernels_avx512();
const ConvolutionKernels& convolution_kernels_avx512_bf16();
const ConvolutionKernels& convolution_kernels_avx512_bf16_stored();
const LinearKernels& linear_kernels_avx2();
const LinearKernels& linear_kernels_avx512();
const LinearKernels& linear_kernels_avx512_bf16();

namespace {

struct Processor {
  bool avx2, avx512, bfloat16;
  // Whether the instruction for bfloat16 multiplies faster than the one for floats. AMD's does twice as many products;
  // Intel's half as many (measured on Sapphire Rapids), because there such work is meant for another unit (AMX).
  bool fast_bfloat16;
  // Whether ATen's library multiplies matrices at the processor's pace. MKL does on Intel's, and is as fast as we are
  // (measured on Sapphire Rapids); on AMD's it reaches half of that or less.
  bool fast_library;
};

Processor this_processor() {
  __builtin_cpu_init();
  Processor p{};
  // What the compiler may use at x86-64-v3 and -v4, as far as it names it.
  p.avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2");
  p.avx512 = p.avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512cd");
  p.bfloat16 = p.avx512 && __builtin_cpu_supports("avx512bf16");
  p.fast_library = __builtin_cpu_is("intel");
  p.fast_bfloat16 = p.bfloat16 && !__builtin_cpu_is("intel");
  return p;
}

// The same without what TEASEL_KERNELS forbids.
Processor allowed_processor() {
  const char* asked = std::getenv("TEASEL_KERNELS");
  const std::string most = asked ? asked : "avx512";
  if (most != "avx512" && most != "avx2" && most != "none")
    throw Error("TEASEL_KERNELS is '" + most + "'", "Set it to avx512, avx2 or none, or leave it out.");
  Processor p = this_processor();
  if (most != "avx512") p.avx512 = p.bfloat16 = p.fast_bfloat16 = false;
  if (most == "none") p.avx2 = false;
  return p;
}

const ConvolutionKernels* convolutions(const Processor& p, bool bfloat16) {
  if (bfloat16 && !p.bfloat16) return nullptr;
  if (bfloat16) return p.fast_bfloat16 ? &convolution_kernels_avx512_bf16() : &convolution_kernels_avx512_bf16_stored();
  return p.avx512 ? &convolution_kernels_avx512() : p.avx2 ? &convolution_kernels_avx2() : nullptr;
}

const LinearKernels* linears(const Processor& p, bool bfloat16) {
  if (p.fast_library) return nullptr;
  if (bfloat16 && p.fast_bfloat16) return &linear_kernels_avx512_bf16();
  return p.avx512 ? &linear_kernels_avx512() : p.avx2 ? &linear_kernels_avx2() : nullptr;
}

}  // namespace

std::vector<const ConvolutionKernels*> runnable_convolution_kernels() {
  const Processor p = this_processor();
  std::vector<const ConvolutionKernels*> out;
  if (p.bfloat16) out = {&convolution_kernels_avx512_bf16(), &convolution_kernels_avx512_bf16_stored()};
  if (p.avx512) out.push_back(&convolution_kernels_avx512());
  if (p.avx2) out.push_back(&convolution_kernels_avx2());
  return out;
}

std::vector<const LinearKernels*> runnable_linear_kernels() {
  const Processor p = this_processor();
  std::vector<const LinearKernels*> out;
  if (p.bfloat16) out.push_back(&linear_kernels_avx512_bf16());
  if (p.avx512) out.push_back(&linear_kernels_avx512());
  if (p.avx2) out.push_back(&linear_kernels_avx2());
  return out;
}

const ConvolutionKernels* convolution_kernels(bool bfloat16) {
  static const ConvolutionKernels *single = convolutions(allowed_processor(), false),
                                  *half = convolutions(allowed_processor(), true);
  return bfloat16 ? half : single;
}

const LinearKernels* linear_kernels(bool bfloat16) {
  static const LinearKernels *single = linears(allowed_processor(), false), *half = linears(allowed_processor(), true);
  return bfloat16 ? half : single;
}

}  // namespace teasel::nn::kernels
