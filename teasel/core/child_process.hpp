// Work that may crash, hang or ask for too much memory, in a process of its own.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

namespace teasel {

struct ChildLimits {
  int64_t memory = int64_t{256} << 20;  // bytes that it may allocate beyond what this process holds already
  int64_t seconds = 10;                 // of processor time; ten times as long and a minute on the clock
};

struct ChildResult {
  std::string output;   // what the work returned
  std::string failure;  // or else why there is nothing: "it crashed (signal 11)"
};

// Runs `work` in a copy of this process (fork) that has no other thread, and hands back what it returns. An Error of it
// is thrown here; anything else that ends it is told as `failure`, and this process is as it was. What the copy prints
// on stderr and the cores that it would leave are dropped. `work` must not touch what other threads may hold locked.
// Error where no process can be made. std::bad_alloc where this process has no room for the output.
ChildResult run_in_child(const ChildLimits& limits, const std::function<std::string()>& work);

}  // namespace teasel
