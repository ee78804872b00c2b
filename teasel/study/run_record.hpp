// What run.json tells of a training.
#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "teasel/core/run_folder.hpp"
#include "teasel/study/environment.hpp"
#include "teasel/study/monitor.hpp"
#include "teasel/train/trainer.hpp"

namespace teasel {

// Keeps run.json: `training` (seconds, steps, memory, energy, rollbacks, the best state and its rule), and tells the
// terminal when training went back.
class RunRecord : public Observer {
 public:
  // `monitor` may be null. What an earlier process wrote after the step that training goes on from is taken back.
  RunRecord(RunFolder folder, const TrainOptions& options, const Model& model, const Monitor* monitor,
            const State& from);
  void checkpoint(const State& state) override;
  void best(const State& state) override;
  void rolled_back(const Rollback& rollback) override;
  // Adds this process's time and steps; seconds that were spent in it so far.
  double finish(int64_t steps_done);

 private:
  RunFolder folder_;
  WatchOptions rule_;
  bool learns_labels_;  // the model itself reads the factors
  const Monitor* monitor_;
  EnergyMeter energy_;
  int64_t first_step_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

// Sentences for a page on what run.json tells: the best state and what its rule read, and where training went back.
std::vector<std::string> training_notes(const Value& info);

}  // namespace teasel
