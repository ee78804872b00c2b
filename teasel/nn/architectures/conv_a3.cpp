#include "teasel/nn/convolutional.hpp"

namespace teasel::nn {

// Kim and Mnih 2018 ("Disentangling by factorising") on 3D Shapes, 3D Faces, CelebA and Chairs, and Higgins et al. 2017
// (beta-VAE) on the last three: conv_a2 with a linear layer of 256.
struct A3 {
  static ConvolutionalOptions at_64_pixels() {
    return {.channels = {32, 32, 64, 64}, .hidden = {256}, .initialisation = "normal_0.02", .unfolds = true};
  }
};

TEASEL_REGISTER(Encoder, EncoderOf<A3>,
                "convolutions of 32, 32, 64, 64, linear of 256 (Kim and Mnih 2018, Higgins et al. 2017)");
TEASEL_REGISTER(Decoder, DecoderOf<A3>, "mirror of the encoder conv_a3");

}  // namespace teasel::nn
