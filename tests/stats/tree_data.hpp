// The table that tests/golden/trees.py makes.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace teasel::testing {

// Rows of the table of tests/golden/trees.py: x [n, 5], y [n, 3] of 2, 4 and 7 classes.
struct TreeTable {
  int64_t n = 0;
  static constexpr int64_t d = 5;
  static constexpr int64_t classes[] = {2, 4, 7};
  std::vector<double> x;
  std::vector<int32_t> y[3];

  std::span<const double> rows(int64_t count) const { return std::span(x).first(count * d); }
};

inline TreeTable tree_table(uint32_t first, int64_t n) {
  TreeTable table{.n = n, .x = {}, .y = {}};
  for (uint32_t i = first; i < first + n; ++i) {
    uint32_t mixed[8];
    for (uint32_t m = 0; m < 8; ++m) {
      const uint32_t word = (i * 16 + m + 1) * 2654435761u;
      mixed[m] = ((word >> 7) ^ word) * 2246822519u;
    }
    double y[3], u[5];
    for (int k = 0; k < 3; ++k) {
      table.y[k].push_back(static_cast<int32_t>((mixed[5 + k] >> 16) % TreeTable::classes[k]));
      y[k] = table.y[k].back();
    }
    for (int m = 0; m < 5; ++m) u[m] = static_cast<double>(mixed[m] >> 10) / 4194304;
    for (const double x : {y[0] / 4 + u[0], y[1] / 8 + y[2] / 16 + u[1] / 2, (y[2] - 3) * (y[2] - 3) / 8 + u[2],
                           y[0] * y[2] / 8 + u[3], u[4]})
      table.x.push_back(static_cast<float>(x));
  }
  return table;
}

}  // namespace teasel::testing
