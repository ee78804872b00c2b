// What `teasel score` scores: codes from files, or runs.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "teasel/data/code_files.hpp"
#include "teasel/metrics/metric.hpp"
#include "teasel/study/score_output.hpp"

namespace teasel {

struct ScoreInput {
  std::string name;  // of the run, or of the file with the codes
  std::shared_ptr<Evidence> evidence;
  std::vector<std::string> latents;  // names of the columns of its table
};

struct ScoreInputs {
  std::vector<ScoreInput> list;
  std::vector<std::string> remarks;  // sentences for the user
};

// Codes from files. `codes` may name several files for the same items (log variances and class probabilities then as
// many, or none): each is scored, and metrics on several runs compare them.
struct TableInputs {
  std::vector<std::filesystem::path> codes, log_variances, class_probabilities;
  CodeFiles rest;  // what they share
};
ScoreInputs open_tables(const TableInputs& inputs, std::optional<Split> split);

// Runs, or folders of runs (each with at least one). Error where one is neither.
ScoreInputs open_runs(const std::vector<std::filesystem::path>& folders, std::optional<Split> split);

// Scores them: each by itself, and, where they are several, with metrics that compare runs, whose scores stand under
// the name "all". `representation`: "mean", "sampled", "both", or empty: what each protocol says.
std::vector<ScoredCodes> score_inputs(const ScoreInputs& inputs, ScoringOptions options,
                                      const std::string& representation);

}  // namespace teasel
