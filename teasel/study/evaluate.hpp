// Scores of a run: codes once per checkpoint, then every metric from them.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "teasel/core/codes.hpp"
#include "teasel/core/run_folder.hpp"
#include "teasel/metrics/metric.hpp"
#include "teasel/study/run_config.hpp"
#include "teasel/study/score_output.hpp"
#include "teasel/study/scoring.hpp"

namespace teasel {

// A run with its model as of its last checkpoint, or of its best one.
struct LoadedRun {
  RunFolder folder;
  OpenedConfig config;
  int64_t step = 0;
  std::string checkpoint_hash;  // of the checkpoint's bytes and the weights: what codes are cached under
  Model::Calibration calibration;
  std::string weights = "last";

  // "report", or "report_best" where the weights are not the last ones: files of the run that tell of them.
  std::string named(const std::string& stem) const { return weights == "last" ? stem : stem + "_" + weights; }
};
// Which weights of a run there are: those of the last checkpoint and of the best one, and their averages (train.ema).
inline const std::vector<std::string> weight_names{"last", "best", "ema", "best_ema"};
// "the best checkpoint", as a page says whose numbers it shows.
std::string weights_text(const std::string& weights);
LoadedRun load_run(const std::filesystem::path& folder, const std::string& weights = "last");

// The codes of a split, from the run's cache or made now.
Codes codes_of(const LoadedRun& run, const std::string& split = "all");

// Scores the codes: compute_scores() with what was left out on stderr.
std::vector<Score> evaluate(const Codes& codes, const ScoringOptions& options = {});

// Keeps scores of all items in run.json, beside those of other metrics and protocols for the same checkpoint. Scores of
// an earlier checkpoint go.
void store_scores(const LoadedRun& run, const std::vector<Score>& scores);

// The scores that run.json holds for this checkpoint.
std::vector<Score> stored_scores(const LoadedRun& run);
// All scores of this checkpoint: what run.json holds, and whatever else the codes allow that is not slow, computed and
// stored now. Of other weights than the last, which run.json does not know, all are computed.
std::vector<Score> all_scores(const LoadedRun& run, const Codes& codes);

}  // namespace teasel
