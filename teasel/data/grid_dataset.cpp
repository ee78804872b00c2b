#include "teasel/data/grid_dataset.hpp"

#include "teasel/data/gathering.hpp"
#include "teasel/data/grid.hpp"

namespace teasel {

void GridDataset::factors(std::span<const int64_t> index, std::span<float> out) const {
  check_factors(spec_, index, out);
  grid_factors(spec_.factors, index, out);
}

std::optional<int64_t> GridDataset::find(std::span<const float> numbers) const {
  return grid_item(spec_.factors, numbers);
}

DataSpec grid_of_images(std::string name, std::vector<int64_t> shape, std::vector<FactorSpec> factors) {
  DataSpec spec;
  spec.name = std::move(name);
  spec.fields = {{"x", std::move(shape), Dtype::u8}};
  spec.factors = std::move(factors);
  spec.size = 1;
  for (const FactorSpec& factor : spec.factors) spec.size *= factor.classes();
  spec.full_grid = true;
  return spec;
}

}  // namespace teasel
