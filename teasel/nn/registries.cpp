#include "teasel/nn/discriminator.hpp"
#include "teasel/nn/encoder.hpp"
#include "teasel/nn/likelihood.hpp"

TEASEL_DEFINE_REGISTRY(teasel::nn::Encoder);
TEASEL_DEFINE_REGISTRY(teasel::nn::Decoder);
TEASEL_DEFINE_REGISTRY(teasel::nn::Likelihood);
TEASEL_DEFINE_REGISTRY(teasel::nn::Discriminator);
