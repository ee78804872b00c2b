// Observers that every training has: the log of its terms, its checkpoints, its progress bar.
#pragma once
#include <cstdio>
#include <memory>

#include "teasel/core/event_file.hpp"
#include "teasel/core/progress.hpp"
#include "teasel/core/run_folder.hpp"
#include "teasel/train/trainer.hpp"

namespace teasel {

// A training also logs and evaluates its last step. Where it goes on beyond that, these lines are those of no step that
// was due, and a training without the stop has none of them.
struct LogRhythm {
  int64_t terms = 1, evaluations = 1;  // steps between lines
};

// metrics.jsonl: one line per logged step, {"step": 50, "loss": ..., <term>: number or list}, and one per evaluation,
// {"step": 1000, "eval.mig": ...}, of the state before that step. It holds no clock, so that equal trainings write
// equal bytes. On opening it is cut back to what belongs to the state after `from_step` steps: what a killed process
// wrote after its last checkpoint will be written again. Of the step before, lines that are not in the rhythm go too.
class MetricsLog : public Observer {
 public:
  MetricsLog(const std::filesystem::path& path, int64_t from_step, const LogRhythm& rhythm = {});
  ~MetricsLog() override;
  void terms(int64_t step, std::span<const Terms::Term> terms) override;
  void evaluation(int64_t steps_done, std::span<const Measured> measured) override;
  // The log reaches the disk before the checkpoint does, so that a power cut leaves no gap between them.
  void checkpoint(const State& state) override;
  void rolled_back(const Rollback& rollback) override;

 private:
  void open(int64_t from_step, const LogRhythm& rhythm);
  void write(const Value& line);

  std::filesystem::path path_;
  std::FILE* file_ = nullptr;
};

// events/: everything that metrics.jsonl holds, for TensorBoard; the entries of a list are NAME/0, NAME/1, ... Others
// may add pictures.
class TensorBoardLog : public Observer {
 public:
  TensorBoardLog(const std::filesystem::path& folder, int64_t from_step) : events_(folder, from_step) {}
  void terms(int64_t step, std::span<const Terms::Term> terms) override;
  void evaluation(int64_t steps_done, std::span<const Measured> measured) override;
  void checkpoint(const State&) override { events_.sync(); }
  void rolled_back(const Rollback& rollback) override { events_.go_back(rollback.to); }
  // A picture of the state after so many steps.
  void picture(int64_t steps_done, const std::string& name, const Picture& picture) {
    events_.write(steps_done, name, picture);
  }

 private:
  EventLog events_;
};

// checkpoints/: a state becomes last.safetensors, the best one best.safetensors; states of steps that `keep_every`
// divides stay under their own name too.
class CheckpointWriter : public Observer {
 public:
  CheckpointWriter(RunFolder folder, int64_t keep_every) : folder_(std::move(folder)), keep_every_(keep_every) {}
  void checkpoint(const State& state) override;
  void best(const State& state) override;

 private:
  RunFolder folder_;
  int64_t keep_every_;
};

// The progress bar of a training, with the first logged term.
class ProgressObserver : public Observer {
 public:
  ProgressObserver(const std::string& label, int64_t total, int64_t done) : bar_(label, total, "steps", done) {}
  void terms(int64_t step, std::span<const Terms::Term> terms) override;
  void after_step(int64_t steps_done) override { bar_.update(steps_done, note_); }

 private:
  Progress bar_;
  std::string note_;
};

// A JSON number or list of a term's value.
Value term_value(const Tensor& value);

}  // namespace teasel
