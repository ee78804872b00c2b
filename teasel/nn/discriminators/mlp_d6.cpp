#include "teasel/nn/mlp.hpp"

namespace teasel::nn {

// disentanglement_lib's discriminator of FactorVAE: six hidden layers of 1000 and the logits, seven linear layers in
// all (Locatello et al. 2019), with Glorot's initialisation.
class MlpD6 : public MlpDiscriminator {
 public:
  struct Options : MlpDiscriminatorOptions {
    Options() { layers = 6, initialisation = "glorot"; }
  };
  MlpD6(const Options& options, const Setup& setup) : MlpDiscriminator(options, setup) {}
};

TEASEL_REGISTER(Discriminator, MlpD6, "six hidden layers of 1000 (FactorVAE in disentanglement_lib)");

}  // namespace teasel::nn
