#include "teasel/nn/convolutional.hpp"

namespace teasel::nn {

// disentanglement_lib (Locatello et al. 2019): conv_a4 with Glorot's initialisation, and kernels of 2x2 in the
// encoder's third and fourth convolutions, where the papers that it compares have 4x4. The decoder has 4x4 throughout.
struct A6Decoder {
  static ConvolutionalOptions at_64_pixels() {
    return {.channels = {32, 32, 64, 64}, .hidden = {256}, .initialisation = "glorot"};
  }
};
struct A6Encoder {
  static ConvolutionalOptions at_64_pixels() {
    auto options = A6Decoder::at_64_pixels();
    options.kernels = {4, 4, 2, 2}, options.strides = {2, 2, 2, 2}, options.paddings = {1, 1, 0, 0};
    return options;
  }
};

TEASEL_REGISTER(Encoder, EncoderOf<A6Encoder>,
                "conv_a4 with 2x2 kernels in its inner convolutions (disentanglement_lib)");
TEASEL_REGISTER(Decoder, DecoderOf<A6Decoder>, "conv_a4's decoder with Glorot's initialisation (disentanglement_lib)");

}  // namespace teasel::nn
