// Event files of TensorBoard: scalars and pictures over training steps.
#pragma once
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "teasel/core/picture.hpp"

namespace teasel {

// CRC-32C (Castagnoli), as the records of event files carry it.
uint32_t crc32c(std::string_view bytes);

// Writes scalars and pictures that TensorBoard reads (`tensorboard --logdir RUN`): TFRecord framing around protocol
// buffers of tensorflow/core/util/event.proto, in a folder of files that are read one after another.
//
// A process that goes on from a step begins a new file. What the files before hold from that step on is cut off, and
// the new file begins with a mark that makes a TensorBoard that has read it already forget it, so that no step is there
// twice. A record that a kill cut off goes as well.
class EventLog {
 public:
  struct Scalar {
    std::string tag;
    double value;
  };
  // Pictures, and scalars whose tag begins with `of_state`, describe the state before their step: they stay at
  // `from_step` itself.
  EventLog(std::filesystem::path folder, int64_t from_step, std::string of_state = "eval.");
  ~EventLog();
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

  // One record, handed to the system at once. Error where it cannot be written.
  void write(int64_t step, std::span<const Scalar> scalars);
  // A record of one picture, as PNG.
  void write(int64_t step, const std::string& tag, const Picture& picture);
  // Everything to the disk.
  void sync();
  // Goes back to a step, as a new process would.
  void go_back(int64_t from_step);

 private:
  void open(int64_t from_step);
  void close();
  void append(std::string_view event);

  std::filesystem::path folder_, path_;
  std::string of_state_;
  std::FILE* file_ = nullptr;
};

}  // namespace teasel
