#include "teasel/data/grid.hpp"

#include <cmath>
#include <numeric>

namespace teasel {

std::optional<int64_t> grid_item(const std::vector<FactorSpec>& factors, std::span<const float> numbers) {
  if (numbers.size() != factors.size()) return std::nullopt;
  int64_t index = 0;
  for (size_t f = 0; f < numbers.size(); ++f) {
    if (!(numbers[f] >= 0 && numbers[f] < static_cast<float>(factors[f].classes())) ||
        numbers[f] != std::floor(numbers[f]))
      return std::nullopt;
    index = index * factors[f].classes() + static_cast<int64_t>(numbers[f]);
  }
  return index;
}

void grid_factors(const std::vector<FactorSpec>& factors, std::span<const int64_t> index, std::span<float> out) {
  for (size_t i = 0; i < index.size(); ++i) {
    int64_t rest = index[i];
    for (size_t f = factors.size(); f-- > 0; rest /= factors[f].classes())
      out[i * factors.size() + f] = static_cast<float>(rest % factors[f].classes());
  }
}

int64_t first_off_grid(const std::vector<FactorSpec>& factors, std::span<const float> table) {
  const auto rows = static_cast<int64_t>(factors.empty() ? 0 : table.size() / factors.size());
  for (int64_t i = 0; i < rows; ++i)
    if (grid_item(factors, table.subspan(static_cast<size_t>(i) * factors.size(), factors.size())) != i) return i;
  return rows;
}

}  // namespace teasel
