// Assignment of rows to columns, one to one.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace teasel {

// For every row of a cost matrix [rows, columns] the column that it gets, or -1: all rows (where rows <= columns, else
// all columns) are matched one to one so that the sum of costs is least. Shortest augmenting paths (Kuhn 1955; Jonker
// and Volgenant 1987), in O(min^2 max). Costs are finite.
std::vector<int64_t> least_cost_assignment(std::span<const double> cost, int64_t rows, int64_t columns);

// The same with the sum of weights greatest.
std::vector<int64_t> greatest_weight_assignment(std::span<const double> weight, int64_t rows, int64_t columns);

}  // namespace teasel
