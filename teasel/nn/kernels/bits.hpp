// Bits as floats.
#pragma once
#include <array>

namespace teasel::nn::kernels {

// The eight floats of every byte, the most significant bit first. Defined in a file of its own: an inline function would
// be compiled for every instruction set, and the linker would keep one of them for all.
const std::array<std::array<float, 8>, 256>& widened_bytes();

}  // namespace teasel::nn::kernels
