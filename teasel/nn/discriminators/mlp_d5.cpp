#include "teasel/nn/mlp.hpp"

namespace teasel::nn {

// The discriminator of FactorVAE as published code has it (1Konny, YannDubs, the NAR code): five hidden layers of 1000
// and the logits, six linear layers in all, which is how the paper's "6 layers" is read (Kim and Mnih 2018).
class MlpD5 : public MlpDiscriminator {
 public:
  using Options = MlpDiscriminatorOptions;
  MlpD5(const Options& options, const Setup& setup) : MlpDiscriminator(options, setup) {}
};

TEASEL_REGISTER(Discriminator, MlpD5, "five hidden layers of 1000 (FactorVAE as published code has it)");

}  // namespace teasel::nn
