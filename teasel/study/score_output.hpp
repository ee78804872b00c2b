// Scores as tables and JSON.
#pragma once
#include <string>
#include <vector>

#include "teasel/core/codes.hpp"
#include "teasel/core/value.hpp"
#include "teasel/report/table.hpp"
#include "teasel/study/scoring.hpp"

namespace teasel {

// What was scored: a run, or a file of codes, with all its scores.
struct ScoredCodes {
  std::string name;                                     // of the run or file
  std::vector<std::string> latents = {}, factors = {};  // names of columns
  int64_t items = 0;
  bool full_grid = false;
  Scores scores;
};

// One row for each output of each score. Columns that say the same in all rows (the run, one seed alone) are left out.
// `full`: with everything and all digits, for other programs.
Table scores_table(const std::vector<ScoredCodes>& scored, bool full);

// {"scores": [{"metric", "value", "low", "high", "protocol", "hash", "detail", ...}], "codes": [...], "left_out":
// [...]}: one entry for each output; "metric" is its name ("dci.completeness"), "family" the metric that made it
// ("dci"). "codes" names the latents and factors that matrices in "detail" are about.
Value scores_value(const std::vector<ScoredCodes>& scored);

// A score as run.json holds it.
Value to_value(const Score& score);

}  // namespace teasel
