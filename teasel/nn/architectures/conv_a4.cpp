#include "teasel/nn/convolutional.hpp"

namespace teasel::nn {

// Dupont 2018 (JointVAE) and Jeong and Song 2019 (CascadeVAE): convolutions of 32, 32, 64, 64 channels, a linear layer
// of 256.
struct A4 {
  static ConvolutionalOptions at_64_pixels() {
    return {.channels = {32, 32, 64, 64}, .hidden = {256}, .initialisation = "framework"};
  }
};

TEASEL_REGISTER(Encoder, EncoderOf<A4>, "convolutions of 32, 32, 64, 64, linear of 256 (JointVAE, CascadeVAE)");
TEASEL_REGISTER(Decoder, DecoderOf<A4>, "mirror of the encoder conv_a4");

}  // namespace teasel::nn
