// MNIST and what is packed like it: images and labels in idx files.
#pragma once
#include <string>
#include <vector>

#include "teasel/data/table_dataset.hpp"

namespace teasel {

struct IdxSetOptions {
  std::string images, labels;
  int64_t size = 32;
  void describe(Fields& f);
};

// What one of these sets and its factor are called.
struct IdxSetNames {
  std::string set, factor;
};

// 28x28 grey images, resized on reading, held as bytes; one categorical factor of ten classes. From a folder: all
// training images, then all test images, which are the split "test". From one pair of files: no test split.
class IdxSet : public TableDataset {
 public:
  IdxSet(const IdxSetOptions& options, const Setup& setup, const IdxSetNames& names);
  void gather(std::span<const int64_t> index, size_t field, Draw draw, std::span<std::byte> out) const override;

 private:
  std::vector<std::byte> pixels_;
};

// The pair of files of one split in a folder, told by their names ("train-images-idx3-ubyte.gz"); empty where there is
// none. Error where several fit.
struct IdxPair {
  std::string images, labels;
};
IdxPair find_idx_pair(const std::string& folder, const std::string& split);

}  // namespace teasel
