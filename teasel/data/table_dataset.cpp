#include "teasel/data/table_dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "teasel/data/gathering.hpp"
#include "teasel/data/grid.hpp"

namespace teasel {

void TableDataset::set_up(DataSpec spec, FactorTable table, const std::string& where,
                          std::optional<int64_t> test_begin) {
  if (!table.factors.empty() && table.rows() != spec.size)
    throw Error(fmt::format("{} has {} rows of factors for {} images", where, table.rows(), spec.size),
                "Give one row per image, in the order of the images.");
  spec_ = std::move(spec);
  spec_.full_grid = table.is_full_grid() && !table.factors.empty();
  spec_.factors = std::move(table.factors);
  numbers_.assign(table.numbers.begin(), table.numbers.end());
  test_begin_ = test_begin;
}

void TableDataset::factors(std::span<const int64_t> index, std::span<float> out) const {
  check_factors(spec_, index, out);
  const size_t k = spec_.factors.size();
  for (size_t i = 0; i < index.size(); ++i)
    std::copy_n(numbers_.begin() + static_cast<ptrdiff_t>(static_cast<size_t>(index[i]) * k), k,
                out.begin() + static_cast<ptrdiff_t>(i * k));
}

std::vector<int64_t> TableDataset::split(std::string_view name) const {
  if (!test_begin_ || name == "all") return Dataset::split(name);
  if (name != "train" && name != "test")
    throw Error("data set '" + spec_.name + "' has no split '" + std::string(name) + "'", "It has: train, test, all.");
  const int64_t begin = name == "train" ? 0 : *test_begin_, end = name == "train" ? *test_begin_ : spec_.size;
  std::vector<int64_t> items(static_cast<size_t>(end - begin));
  std::iota(items.begin(), items.end(), begin);
  return items;
}

std::optional<int64_t> TableDataset::find(std::span<const float> numbers) const {
  return spec_.full_grid ? grid_item(spec_.factors, numbers) : std::nullopt;
}

}  // namespace teasel
