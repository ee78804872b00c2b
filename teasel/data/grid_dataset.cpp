#include "teasel/data/grid_dataset.hpp"

#include <algorithm>

#include "teasel/data/gathering.hpp"
#include "teasel/data/grid.hpp"

namespace teasel {

void GridDataset::factors(std::span<const int64_t> index, std::span<float> out) const {
  check_factors(spec_, index, out);
  const auto frames = static_cast<size_t>(spec_.factor_elements()) / spec_.factors.size();
  if (frames == 1) return grid_factors(spec_.factors, index, out);
  const size_t row = spec_.factors.size();
  for (size_t i = 0; i < index.size(); ++i) {
    const auto first = out.subspan(i * frames * row, row);
    grid_factors(spec_.factors, index.subspan(i, 1), first);
    for (size_t t = 1; t < frames; ++t) std::ranges::copy(first, out.subspan((i * frames + t) * row, row).begin());
  }
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
