// The kernels for AVX-512; compiled with that instruction set alone.
#define TEASEL_ISA avx512
#include "teasel/nn/kernels/linear_layer.hpp"
#include "teasel/nn/kernels/stride2.hpp"

namespace teasel::nn::kernels {

const ConvolutionKernels& convolution_kernels_avx512() {
  static const avx512::Stride2<avx512::Single> kernels("avx512");
  return kernels;
}

const LinearKernels& linear_kernels_avx512() {
  static const avx512::Linear<avx512::Single> kernels("avx512");
  return kernels;
}

}  // namespace teasel::nn::kernels
