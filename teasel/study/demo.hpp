// The demonstration: two models on exact dSprites, their scores and one report.
#pragma once
#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "teasel/study/run_report.hpp"

namespace teasel {

struct DemoRun {
  std::string name;
  std::filesystem::path folder;
  double seconds = 0;  // of training, over all calls
  std::vector<Following> followings;
};

struct DemoOutcome {
  std::vector<DemoRun> runs;
  std::filesystem::path report;
};

// Trains the presets `demo` of beta_vae and factor_vae into folders below `out`, or goes on with what is there. `sets`
// are laid over both configurations. False if it was stopped from outside.
bool train_demo(const std::filesystem::path& out, const std::vector<std::string>& sets, const std::atomic<bool>* stop);
// Scores both and writes out/report.html.
DemoOutcome report_demo(const std::filesystem::path& out);

}  // namespace teasel
