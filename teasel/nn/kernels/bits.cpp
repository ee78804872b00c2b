#include "teasel/nn/kernels/bits.hpp"

namespace teasel::nn::kernels {

const std::array<std::array<float, 8>, 256>& widened_bytes() {
  static const auto table = [] {
    std::array<std::array<float, 8>, 256> t;
    for (int byte = 0; byte < 256; ++byte)
      for (int bit = 0; bit < 8; ++bit) t[byte][bit] = static_cast<float>((byte >> (7 - bit)) & 1);
    return t;
  }();
  return table;
}

}  // namespace teasel::nn::kernels
