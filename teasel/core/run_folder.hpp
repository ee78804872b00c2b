// The folder of a run: the only thing that passes between commands.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "teasel/core/value.hpp"

namespace teasel {

class FileLock;

// RUN/config.toml, run.json, metrics.jsonl, events/, checkpoints/, codes/, images/, report.html.
class RunFolder {
 public:
  // A new run: makes the folder. Error if it holds a run, or what is left of one, already.
  static RunFolder create(const std::filesystem::path& path);
  // A run that exists. Error with a hint where the folder is no run.
  static RunFolder open(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  std::string name() const;
  std::filesystem::path config() const { return path_ / "config.toml"; }
  std::filesystem::path metrics() const { return path_ / "metrics.jsonl"; }
  std::filesystem::path images() const { return folder("images"); }
  std::filesystem::path codes() const { return folder("codes"); }
  std::filesystem::path events() const { return folder("events"); }
  std::filesystem::path report() const { return path_ / "report.html"; }

  // checkpoints/step_00001000.safetensors, and checkpoints/last.safetensors for the newest state.
  std::filesystem::path checkpoint(int64_t step) const;
  std::filesystem::path last_checkpoint() const { return folder("checkpoints") / "last.safetensors"; }
  // The best state by the rule of train.best, where there is one.
  std::filesystem::path best_checkpoint() const { return folder("checkpoints") / "best.safetensors"; }
  // The steps of all kept checkpoints, rising.
  std::vector<int64_t> checkpoint_steps() const;

  // run.json (one process at a time changes it): environment, versions, timings, scores. Reading a run without one
  // gives an empty table.
  Value info() const;
  // Sets entries of run.json, keeping the others: `path` may be dotted.
  void set_info(const std::string& path, Value value) const;

  // Removes what a process that was killed while it wrote has left behind. Only with the lock held.
  void sweep() const;

  // Keeps other processes from training in this folder until the lock is dropped; the system drops it when the process
  // ends, however it ends. Error if another process holds it, or where the file system has no locks.
  class Lock {
   public:
    explicit Lock(const std::filesystem::path& folder);
    ~Lock();
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

   private:
    std::unique_ptr<FileLock> file_;
  };

 private:
  explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path folder(const char* name) const;  // made if it is not there
  std::filesystem::path path_;
};

}  // namespace teasel
