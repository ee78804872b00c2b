#include "teasel/train/observers.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <limits>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/train/checkpoint.hpp"

namespace teasel {
namespace fs = std::filesystem;

Value term_value(const Tensor& value) {
  // Seven digits tell all that a curve shows; nine would tell every bit of a float.
  auto shortened = [](float v) { return Value(std::stod(fmt::format("{:.7g}", v))); };
  const Tensor host = value.detach().cpu().to(at::kFloat).contiguous();
  const float* numbers = host.const_data_ptr<float>();
  if (host.dim() == 0) return shortened(numbers[0]);
  Value::List list;
  for (int64_t i = 0; i < host.numel(); ++i) list.push_back(shortened(numbers[i]));
  return Value(std::move(list));
}

namespace {

// The step of a line of the log; the largest number where it is none.
int64_t step_of(const std::string& line) {
  try {
    const Value entry = parse_json(line, "");
    const Value* step = entry.find("step");
    if (step && step->as<int64_t>()) return *step->as<int64_t>();
  } catch (const Error&) {
  }
  return std::numeric_limits<int64_t>::max();
}

}  // namespace

MetricsLog::MetricsLog(const fs::path& path, int64_t from_step) {
  std::string kept;
  if (fs::exists(path)) {
    const std::string text = read_file(path);
    for (size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
      const std::string line = text.substr(begin, end - begin);
      if (step_of(line) >= from_step) break;  // also where a power cut left no JSON: what follows is no better
      kept += line + "\n";
    }
  }
  write_file(path, kept);
  file_ = std::fopen(path.c_str(), "ae");
  if (!file_) throw Error("cannot write " + path.string() + ": " + std::strerror(errno));
}

MetricsLog::~MetricsLog() { std::fclose(file_); }

void MetricsLog::terms(int64_t step, std::span<const Terms::Term> terms) {
  Value line{Value::Table{{"step", Value(step)}}};
  auto& entries = *line.as<Value::Table>();
  for (auto& term : terms) entries.emplace_back(term.name, term_value(term.value));
  const std::string text = to_json(line) + "\n";
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size() || std::fflush(file_) != 0)
    throw Error(std::string("cannot write metrics.jsonl: ") + std::strerror(errno),
                "Is the disk full? The last checkpoint is untouched.");
}

void MetricsLog::checkpoint(const State&) {
  if (::fsync(::fileno(file_)) != 0 && errno != EINVAL)
    throw Error(std::string("cannot write metrics.jsonl: ") + std::strerror(errno));
}

void CheckpointWriter::checkpoint(const State& state) {
  const fs::path last = folder_.last_checkpoint();
  if (keep_every_ == 0 || state.step() % keep_every_ != 0) return write_checkpoint(last, state);
  // The kept one first: a process that is killed between the two comes back to this step and writes both again.
  const fs::path kept = folder_.checkpoint(state.step()), link = last.string() + ".link";
  write_checkpoint(kept, state);
  std::error_code failed;
  fs::remove(link, failed);
  fs::create_hard_link(kept, link, failed);
  if (!failed) fs::rename(link, last, failed);
  if (failed) write_checkpoint(last, state);  // file systems without hard links
}

void ProgressObserver::terms(int64_t, std::span<const Terms::Term> terms) {
  if (terms.empty()) return;
  note_ = fmt::format("{} {:.4g}", terms[0].name, terms[0].value.item<double>());
}

}  // namespace teasel
