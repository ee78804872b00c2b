// Full grids of factors whose images lie in memory by mapping.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "teasel/data/grid_dataset.hpp"

namespace teasel {

// All images of a set, one after another, as bytes: in planes [C, H, W], or interleaved [H, W, C]. `owner` keeps them.
struct StoredImages {
  std::shared_ptr<const void> owner;
  std::span<const std::byte> bytes;
  bool interleaved = false;
};

// Gathers by copying. Everything follows from the description: one field of bytes, a full grid of factors.
class StoredGrid : public GridDataset {
 public:
  void gather(std::span<const int64_t> index, size_t field, Draw draw, std::span<std::byte> out) const final;

 protected:
  // std::invalid_argument where the images are not as many as the grid has items.
  void set_up(DataSpec spec, StoredImages images);

 private:
  StoredImages images_;
};

// A factor with the class numbers 0, 1, ... as its values.
FactorSpec numbered_factor(std::string name, int64_t classes);

// What a set of files is told about its file: what is published, and where.
struct PublishedFile {
  std::string set, file;  // "shapes3d", "3dshapes.h5"
  std::string source;     // a sentence that says where it is published, and its check sum where that is known
};
// `path` itself where it is a file, and the published name in it where it is a folder. Error (what is needed, where to
// put it) where there is none.
std::string find_published(const PublishedFile& wanted, const std::string& path);

}  // namespace teasel
