// The kernels for AVX2; compiled with that instruction set alone.
#define TEASEL_ISA avx2
#include "teasel/nn/kernels/linear_layer.hpp"
#include "teasel/nn/kernels/stride2.hpp"

namespace teasel::nn::kernels {

const ConvolutionKernels& convolution_kernels_avx2() {
  static const avx2::Stride2<avx2::Single> kernels("avx2");
  return kernels;
}

const LinearKernels& linear_kernels_avx2() {
  static const avx2::Linear<avx2::Single> kernels("avx2");
  return kernels;
}

}  // namespace teasel::nn::kernels
