// MNIST (LeCun, Cortes and Burges, yann.lecun.com/exdb/mnist): 60,000 + 10,000 handwritten digits of 28x28 pixels.
#include "teasel/data/readers/idx_set.hpp"

namespace teasel {
namespace {

class Mnist final : public IdxSet {
 public:
  using Options = IdxSetOptions;
  Mnist(const Options& options, const Setup& setup) : IdxSet(options, setup, {"mnist", "digit"}) {}
};

TEASEL_REGISTER(Dataset, Mnist, "MNIST: 70,000 handwritten digits, from a folder with its idx files, plain or gzipped");

}  // namespace
}  // namespace teasel
