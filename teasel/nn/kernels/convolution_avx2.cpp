// The kernels for AVX2 and FMA; compiled with that instruction set alone.
#define TEASEL_ISA avx2
#include "teasel/nn/kernels/stride2.hpp"

namespace teasel::nn::kernels {

const ConvolutionKernels& convolution_kernels_avx2() {
  static const avx2::Stride2<avx2::Single> kernels("avx2");
  return kernels;
}

}  // namespace teasel::nn::kernels
