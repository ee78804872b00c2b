// Which kernels this processor runs, and which of them serve.
#pragma once
#include <vector>

#include "teasel/nn/kernels/convolution.hpp"
#include "teasel/nn/kernels/linear.hpp"

namespace teasel::nn::kernels {

// All kernels that this processor can run, widest vectors first.
std::vector<const ConvolutionKernels*> runnable_convolution_kernels();
std::vector<const LinearKernels*> runnable_linear_kernels();

// The kernels for this processor, or null where there are none, or for linear layers where ATen's library is as fast.
// `bfloat16`: activations of 16 bits, and operands where that makes products faster, on processors with instructions
// for them. The environment variable TEASEL_KERNELS=avx512|avx2|none chooses less than the processor has.
const ConvolutionKernels* convolution_kernels(bool bfloat16 = false);
const LinearKernels* linear_kernels(bool bfloat16 = false);

}  // namespace teasel::nn::kernels
