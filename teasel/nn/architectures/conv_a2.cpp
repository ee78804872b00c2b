#include "teasel/nn/convolutional.hpp"

namespace teasel::nn {

// Kim and Mnih 2018 ("Disentangling by factorising") on dSprites: convolutions of 32, 32, 64, 64 channels, a linear
// layer of 128. The published code (1Konny/FactorVAE) writes the decoder's layer to 4x4 pixels as a transposed
// convolution; here it is linear, with the same function and, but for one bias a number instead of one a channel, the
// same beginning.
struct A2 {
  static ConvolutionalOptions at_64_pixels() {
    return {.channels = {32, 32, 64, 64}, .hidden = {128}, .initialisation = "normal_0.02", .unfolds = true};
  }
};

TEASEL_REGISTER(Encoder, EncoderOf<A2>, "convolutions of 32, 32, 64, 64, linear of 128 (FactorVAE, Kim and Mnih 2018)");
TEASEL_REGISTER(Decoder, DecoderOf<A2>, "mirror of the encoder conv_a2");

}  // namespace teasel::nn
