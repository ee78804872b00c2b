// How information grows from latent to latent, at every kept checkpoint of a run.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "teasel/report/plot.hpp"
#include "teasel/report/table.hpp"
#include "teasel/study/evaluate.hpp"

namespace teasel {

struct TelescopeOptions {
  std::string split = "all", order = "falling_kl";
  int64_t samples = 1000, seed = 0;
  bool last = false;  // the last checkpoint alone
};

// The score `telescoping` of the run as it was after `step` steps.
struct TelescopeStage {
  int64_t step = 0;
  Score score;
};

// By rising step: every kept checkpoint and the last one. Each but the last is encoded anew. Error where the model's
// latents have no Gaussian posterior.
std::vector<TelescopeStage> telescope_stages(LoadedRun run, const TelescopeOptions& options = {});

// One row for each stage and latent, in the order they were taken (nats).
Table telescope_table(const std::vector<TelescopeStage>& stages, const LatentLayout& layout);
// Over the number of latents taken, a line for each stage: I(x; z_1..z_i), and I(z_1..z_{i-1}; z_i) summed up to i,
// which is TC(z_1..z_i).
LineChart information_chart(const std::vector<TelescopeStage>& stages);
LineChart total_correlation_chart(const std::vector<TelescopeStage>& stages);
// One score `telescoping`: both, and the sum of I(x; z_i), which is what the latents would tell if they shared nothing.
LineChart telescoping_chart(const Score& score);

}  // namespace teasel
