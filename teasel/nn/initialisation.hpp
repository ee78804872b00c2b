// How weights begin.
#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "teasel/core/options.hpp"

namespace teasel::nn {

using at::Tensor;

// unfolding: a linear layer from one pixel to a square of pixels, which is what a transposed convolution of one pixel
// does; published decoders write it so.
enum class LayerKind { linear, convolution, transposed, unfolding };

// The initialisations that published models used (names: initialisation_names()). Each line says what happens to
// linear layers, convolutions and transposed convolutions:
//   framework         PyTorch's default (Kaiming uniform with a = sqrt 5): weights and biases
//                     U(-1/sqrt(fan_in), 1/sqrt(fan_in))
//   normal_0.02       N(0, 0.02^2) for linear and convolution, biases 0; transposed convolutions as framework
//                     (1Konny/FactorVAE, the NAR code: their helper knows two kinds of layers only)
//   kaiming_normal    N(0, 2/fan_in) for linear and convolution, biases 0; transposed convolutions as framework
//                     (1Konny/Beta-VAE, for the same reason)
//   kaiming_uniform   U(-sqrt(6/fan_in), sqrt(6/fan_in)) everywhere, biases as framework
//                     (YannDubs/disentangling-vae)
//   truncated_normal  both convolutions N(0, 2.6/fan_in) cut at two deviations, linear Glorot uniform, biases 0
//                     (CascadeVAE)
//   glorot            Glorot uniform, U(-sqrt(6/(fan_in + fan_out)), ...), biases 0 (disentanglement_lib)
// fan_in of a transposed convolution counts its output channels, as PyTorch and CascadeVAE's reading of TensorFlow's
// weight shape both do; an unfolding layer counts its outputs.
const std::vector<std::string>& initialisation_names();

// Fills the weight and the bias of a layer from the stream (seed, "init/" + name).
// weight: linear [out, in]; convolution [out, in, k, k]; transposed [in, out, k, k]. bias: [out].
void initialise(const std::string& how, LayerKind kind, const std::string& name, uint64_t seed, Tensor& weight,
                Tensor& bias);

}  // namespace teasel::nn
