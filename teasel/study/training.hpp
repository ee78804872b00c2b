// Training into run folders.
#pragma once
#include <atomic>
#include <filesystem>
#include <string>

#include "teasel/core/run_folder.hpp"
#include "teasel/core/value.hpp"
#include "teasel/study/run_config.hpp"

namespace teasel {

struct TrainingOutcome {
  std::filesystem::path run;
  int64_t steps = 0;     // done in all
  double seconds = 0;    // of this call
  bool finished = true;  // false: stopped from outside, with a checkpoint
};

// Trains a configuration in a new folder; the folder then holds the resolved configuration, the log and checkpoints.
TrainingOutcome train(const Value& config, const std::filesystem::path& folder, const std::atomic<bool>* stop);
// Goes on from the last checkpoint, exactly as if training had never stopped; from the beginning if there is none yet.
// `steps` > 0 replaces train.steps, in config.toml too: the run then is one that was begun with so many, but for what
// train.best and train.plateau heard of its former last step, which is measured whether or not it is due. Error where
// it has been trained for longer already.
TrainingOutcome resume(const std::filesystem::path& folder, const std::atomic<bool>* stop, int64_t steps = 0);

// Writes the number of threads that 0 stands for on this machine into a configuration: another number rounds otherwise,
// so a run keeps the one that it began with.
void fix_threads(OpenedConfig& opened);

// runs/MODEL_DATA_seedN, or with -2, -3, ... behind it where that is taken.
std::filesystem::path default_folder(const Value& config);

// The processor threads of this process from now on; 0: one per core. Also tells the allocator to keep its memory,
// which saves a tenth or more of every step.
void prepare_process(int64_t threads);

}  // namespace teasel
