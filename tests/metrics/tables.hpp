// Tables of codes that tests score.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "teasel/core/codes.hpp"
#include "teasel/core/value.hpp"

namespace teasel::testing {

// A full grid of factors "a", "b", ... with these class counts, without codes.
CodeTable factor_grid(const std::vector<int64_t>& classes);
// The grid of dSprites' factors (shape, scale, orientation, position_x, position_y), with `orientations` and
// `positions` values.
CodeTable dsprites_grid(int64_t orientations = 40, int64_t positions = 32);

// The same grid with codes that are its factors, or independent standard normals [N, d].
CodeTable with_factors_as_codes(CodeTable grid);
CodeTable with_noise_as_codes(CodeTable grid, int64_t d, uint64_t seed);

// The codes of tests/golden/metrics.py, and the recorded results of a script there ("metrics": metrics.json).
CodeTable golden_table();
const Value& golden(const std::string& path, const std::string& script = "metrics");
// The same codes with the standard deviations of tests/golden/information.py.
CodeTable golden_posteriors();
// The numbers of a list, or of a list of lists one after the other.
std::vector<double> numbers(const Value& list);

// The table without the items for which number % 7 % 3 == 1; no longer a grid.
CodeTable part_of(const CodeTable& table);

}  // namespace teasel::testing
