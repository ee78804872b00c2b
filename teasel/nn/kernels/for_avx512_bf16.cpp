// The kernels for AVX-512 with bfloat16; compiled with that instruction set alone.
#define TEASEL_ISA avx512_bf16
#include "teasel/nn/kernels/linear_layer.hpp"
#include "teasel/nn/kernels/stride2.hpp"

namespace teasel::nn::kernels {

const ConvolutionKernels& convolution_kernels_avx512_bf16() {
  static const avx512_bf16::Stride2<avx512_bf16::Half> kernels("avx512 bf16");
  return kernels;
}

const ConvolutionKernels& convolution_kernels_avx512_bf16_stored() {
  static const avx512_bf16::Stride2<avx512_bf16::Stored> kernels("avx512 bf16 stored");
  return kernels;
}

const LinearKernels& linear_kernels_avx512_bf16() {
  static const avx512_bf16::Linear<avx512_bf16::Half> kernels("avx512 bf16");
  return kernels;
}

}  // namespace teasel::nn::kernels
