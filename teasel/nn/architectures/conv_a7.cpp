#include "teasel/nn/convolutional.hpp"

namespace teasel::nn {

// The NAR code's "vanilla" network (swainsubrat/FactorVAE), which shrinks 64 pixels to 62, 60, 58, 29, 14, 6 and 1, so
// that its last 1x1 convolution is a linear layer. The decoder's transposed convolutions come back through the same
// sizes. Other image sizes go through others: 128 pixels repeat the last convolution, 32 leave two off.
struct A7 {
  static ConvolutionalOptions at_64_pixels() {
    return {.channels = {4, 8, 16, 32, 64, 128, 256},
            .kernels = {3, 3, 3, 3, 5, 5, 5},
            .strides = {1, 1, 1, 2, 2, 2, 2},
            .paddings = {0, 0, 0, 1, 1, 1, 0},
            .hidden = {},
            .initialisation = "normal_0.02"};
  }
};

TEASEL_REGISTER(Encoder, EncoderOf<A7>, "seven convolutions of 3x3 and 5x5 down to one pixel (the NAR code)");
TEASEL_REGISTER(Decoder, DecoderOf<A7>, "mirror of the encoder conv_a7");

}  // namespace teasel::nn
