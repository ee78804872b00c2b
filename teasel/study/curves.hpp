// Training curves from metrics.jsonl.
#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "teasel/report/plot.hpp"

namespace teasel {

// What metrics.jsonl holds: one series per term, one per entry of a list ("kl_per_latent 3"). A line that is cut off at
// the end of the file is left out.
std::vector<Series> read_series(const std::filesystem::path& metrics);

// One chart per term, lists together: (file stem, chart).
std::vector<std::pair<std::string, LineChart>> training_curves(const std::filesystem::path& metrics);

// The terms that are single numbers, one chart each with one series per log, under the logs' names; a
// log without the term has a series without name and points.
std::vector<LineChart> overlaid_curves(const std::vector<std::pair<std::string, std::filesystem::path>>& logs);

}  // namespace teasel
