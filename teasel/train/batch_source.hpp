// The batches of every step, gathered while the step before is computed.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "teasel/models/gather.hpp"
#include "teasel/train/batches.hpp"

namespace teasel {

// Which batches: the same (step, attempt) gives the same bytes, whoever gathers them and when.
struct BatchKey {
  int64_t step = 0, attempt = 0;
  bool operator==(const BatchKey&) const = default;
};

class BatchSource {
 public:
  struct About {
    std::vector<std::string> fields;
    int batches = 1;  // independent ones in a step
    uint64_t seed = 0;
    int64_t steps = 0;   // no step from here on is gathered ahead
    bool ahead = false;  // on a thread of its own
  };
  BatchSource(const Dataset& data, DataOrder order, About about);
  ~BatchSource();
  BatchSource(const BatchSource&) = delete;
  BatchSource& operator=(const BatchSource&) = delete;

  // The batches of a step; begins on those of the step after it. What went wrong while gathering is thrown here.
  std::vector<Batch> take(BatchKey key);

 private:
  std::vector<Batch> gather(BatchKey key);
  void ask(BatchKey key);
  void work();

  const Dataset& data_;
  DataOrder order_;
  About about_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<BatchKey> asked_, done_;  // asked for and not yet done; done and not yet taken
  std::vector<Batch> batches_;
  std::exception_ptr failure_;
  bool ending_ = false;
  std::thread worker_;
};

}  // namespace teasel
