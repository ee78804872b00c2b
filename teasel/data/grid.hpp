// Full grids of factors: every combination once, in row-major order, the last factor fastest.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "teasel/core/item.hpp"

namespace teasel {

// The item of a full grid with these class numbers; nothing where one is not whole or not there.
std::optional<int64_t> grid_item(const std::vector<FactorSpec>& factors, std::span<const float> numbers);
// The class numbers [index.size(), K] of items of a full grid.
void grid_factors(const std::vector<FactorSpec>& factors, std::span<const int64_t> index, std::span<float> out);
// The first row of the table [N, K] that is not where a full grid has it; N where all are.
int64_t first_off_grid(const std::vector<FactorSpec>& factors, std::span<const float> table);

}  // namespace teasel
