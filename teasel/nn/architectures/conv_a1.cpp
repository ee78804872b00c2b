#include "teasel/nn/convolutional.hpp"

namespace teasel::nn {

// Burgess et al. 2018 ("Understanding disentangling in beta-VAE"): four convolutions of 32 channels, two linear layers
// of 256.
struct A1 {
  static ConvolutionalOptions at_64_pixels() {
    return {.channels = {32, 32, 32, 32}, .hidden = {256, 256}, .initialisation = "kaiming_uniform"};
  }
};

TEASEL_REGISTER(Encoder, EncoderOf<A1>, "four convolutions of 32, two linear of 256 (Burgess et al. 2018)");
TEASEL_REGISTER(Decoder, DecoderOf<A1>, "mirror of the encoder conv_a1");

}  // namespace teasel::nn
