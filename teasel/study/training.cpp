#include "teasel/study/training.hpp"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <malloc.h>
#include <stdlib.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/study/environment.hpp"
#include "teasel/study/monitor.hpp"
#include "teasel/study/picture_log.hpp"
#include "teasel/study/run_config.hpp"
#include "teasel/study/run_record.hpp"
#include "teasel/train/checkpoint.hpp"
#include "teasel/train/observers.hpp"

namespace teasel {
namespace fs = std::filesystem;

void prepare_process(int64_t threads) {
  // Freed memory goes neither back to the system nor through mmap, whose threshold glibc would not raise beyond 32 MiB.
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  mallopt(M_TOP_PAD, 64 << 20);
  setenv("THP_MEM_ALLOC_ENABLE", "1", /*overwrite=*/0);  // libtorch asks for large pages for large tensors
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  at::set_num_threads(static_cast<int>(threads > 0 ? threads : cores));
}

namespace {

void check_steps(int64_t steps, int64_t done) {
  if (steps < done)
    throw Error(fmt::format("the run has been trained for {} steps, more than {}", done, steps),
                "Its checkpoint cannot go back: train another run for fewer.");
}

// Where training goes on beyond its last checkpoint, that may have been its end until now.
LogRhythm rhythm_of(const TrainOptions& options, int64_t done) {
  if (done >= options.steps) return {};
  return {options.log_every, std::max<int64_t>(options.evaluate.every, 1)};
}

// `other_steps`: the configuration says another length than its file.
TrainingOutcome run_training(OpenedConfig& opened, const RunFolder& folder, const std::atomic<bool>* stop,
                             bool other_steps = false) {
  folder.sweep();
  prepare_process(opened.train.threads);
  const bool resuming = fs::exists(folder.last_checkpoint());
  const State last = resuming ? read_checkpoint(folder.last_checkpoint()) : State{};
  if (resuming) load_parameters(opened.model->parameters(), last);  // another model's is refused before a file changes
  check_steps(opened.train.steps, last.step());
  std::optional<Monitor> monitor;
  if (opened.train.evaluate.every > 0 && !opened.train.evaluate.metrics.empty())
    monitor.emplace(*opened.model, *opened.data, opened.train);

  if (other_steps) write_file(folder.config(), to_toml(opened.resolved));
  MetricsLog log(folder.metrics(), last.step(), rhythm_of(opened.train, last.step()));
  CheckpointWriter checkpoints(folder, opened.train.keep_every);
  RunRecord record(folder, opened.train, *opened.model, monitor ? &*monitor : nullptr, last);
  ProgressObserver progress("train " + folder.name(), opened.train.steps, last.step());
  std::vector<Observer*> observers{&log, &checkpoints, &record, &progress};
  std::optional<TensorBoardLog> events;
  std::optional<PictureLog> pictures;
  if (opened.train.tensorboard) {
    // Before the checkpoint: a process that is killed between them draws the pictures of that step again.
    pictures.emplace(*opened.model, *opened.data, opened.train, events.emplace(folder.events(), last.step()));
    observers.insert(observers.begin(), {&*pictures, &*events});
  }

  Trainer trainer(*opened.model, *opened.data, opened.train, observers);
  if (monitor) trainer.evaluate_with(std::ref(*monitor));
  if (resuming) trainer.restore(last);
  folder.set_info("hashes", Value(Value::Table{{"config", Value(hash_of(opened.resolved))},
                                               {"data", Value(hash_of_data(*opened.data))}}));
  TrainingOutcome outcome{.run = folder.path()};
  outcome.finished = trainer.run(stop);
  outcome.steps = trainer.step();
  outcome.seconds = record.finish(outcome.steps);
  return outcome;
}

}  // namespace

void fix_threads(OpenedConfig& opened) {
  if (opened.train.threads == 0) opened.train.threads = std::max(1u, std::thread::hardware_concurrency());
  opened.resolved.set("train.threads", Value(opened.train.threads));
}

fs::path default_folder(const Value& config) {
  // Both tables may be written as a bare name.
  auto name_of_table = [&](const char* key, const char* otherwise) {
    const Value* table = config.find(key);
    if (table && table->as<std::string>()) return *table->as<std::string>();
    return config.text_at(std::string(key) + ".name", otherwise);
  };
  const std::string base = fmt::format("runs/{}_{}_seed{}", name_of_table("model", "model"),
                                       name_of_table("data", "dsprites"), config.whole_at("train.seed"));
  fs::path path = base;
  for (int n = 2; fs::exists(path / "config.toml"); ++n) path = fmt::format("{}-{}", base, n);
  return path;
}

TrainingOutcome train(const Value& config, const fs::path& path, const std::atomic<bool>* stop) {
  OpenedConfig opened = open_config(config);
  fix_threads(opened);
  RunFolder::create(path);  // where it is refused, no lock is left behind
  const RunFolder::Lock lock(path);
  const RunFolder folder = RunFolder::create(path);  // again, as two trainings may begin at once
  write_file(folder.config(), to_toml(opened.resolved));
  return run_training(opened, folder, stop);
}

TrainingOutcome resume(const fs::path& path, const std::atomic<bool>* stop, int64_t steps) {
  const RunFolder folder = RunFolder::open(path);
  const RunFolder::Lock lock(path);
  Value config = read_toml(folder.config().string());
  if (steps > 0) config.set("train.steps", Value(steps));
  OpenedConfig opened = open_config(config);
  return run_training(opened, folder, stop, steps > 0);
}

}  // namespace teasel
