// Principal components.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace teasel {

// Directions of falling variance of a table [n, d] (Pearson 1901).
struct PrincipalComponents {
  int64_t d = 0;
  std::vector<double> mean;        // [d]
  std::vector<double> components;  // [d, d]: a component in each row, of length 1, its greatest entry positive
  std::vector<double> variance;    // [d]: along each component (divisor n - 1), falling

  // The coordinates [n, count] of rows [n, d] along the first `count` components.
  std::vector<double> project(std::span<const double> table, int64_t n, int64_t count) const;
};

// table: row-major [n, d], finite, n >= 1.
PrincipalComponents principal_components(std::span<const double> table, int64_t n, int64_t d);

}  // namespace teasel
