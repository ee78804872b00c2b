// Data sets that hold every combination of their factors.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "teasel/data/dataset.hpp"

namespace teasel {

// A full grid: an item's factors follow from its number, and its number from them. Where a factor is dynamic, each
// frame has the same row in the table of factors.
class GridDataset : public Dataset {
 public:
  const DataSpec& spec() const final { return spec_; }
  void factors(std::span<const int64_t> index, std::span<float> out) const final;
  std::optional<int64_t> find(std::span<const float> numbers) const final;

 protected:
  GridDataset() = default;
  explicit GridDataset(DataSpec spec) : spec_(std::move(spec)) {}

  DataSpec spec_;
};

// A description of images of bytes [C, H, W] on the full grid of these factors.
DataSpec grid_of_images(std::string name, std::vector<int64_t> shape, std::vector<FactorSpec> factors);

}  // namespace teasel
