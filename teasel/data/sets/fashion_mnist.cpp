// Fashion-MNIST (Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747): 60,000 + 10,000 articles of clothing of 28x28
// pixels, in the files of MNIST. Classes: T-shirt, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, boot.
#include "teasel/data/readers/idx_set.hpp"

namespace teasel {
namespace {

class FashionMnist final : public IdxSet {
 public:
  using Options = IdxSetOptions;
  FashionMnist(const Options& options, const Setup& setup) : IdxSet(options, setup, {"fashion_mnist", "article"}) {}
};

TEASEL_REGISTER(Dataset, FashionMnist,
                "Fashion-MNIST: 70,000 articles of clothing, from a folder with its idx files, plain or gzipped");

}  // namespace
}  // namespace teasel
