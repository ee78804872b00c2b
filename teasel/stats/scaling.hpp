// Common units for the columns of a table.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace teasel {

// What is taken off each column, and what the rest is multiplied by (0 for a constant column, which becomes 0).
struct Scaling {
  std::vector<double> shift, factor;  // [d]

  // Rows [n, d] in the new units.
  std::vector<double> apply(std::span<const double> table) const;
};

// To mean 0 and standard deviation 1 (divisor n), or to the range 0 .. 1. table: [n, d], n >= 1.
Scaling standard_scaling(std::span<const double> table, int64_t d);
Scaling min_max_scaling(std::span<const double> table, int64_t d);

}  // namespace teasel
