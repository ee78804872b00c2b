#include "teasel/train/observers.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

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

// What a line of the log tells of.
enum class Line { before, end, after };  // the state after `from_step` steps; `end`: of a training that ended there

Line place_of(const std::string& line, int64_t from_step, const LogRhythm& rhythm) {
  try {
    const Value entry = parse_json(line, "");
    const Value* step = entry.find("step");
    if (!step || !step->as<int64_t>()) return Line::after;
    const auto& entries = *entry.as<Value::Table>();
    const bool evaluation = entries.size() > 1 && entries[1].first.starts_with("eval.");
    const int64_t of = *step->as<int64_t>(), end = from_step + (evaluation ? 1 : 0);
    if (of >= end) return Line::after;
    return of == end - 1 && of % (evaluation ? rhythm.evaluations : rhythm.terms) != 0 ? Line::end : Line::before;
  } catch (const Error&) {
    return Line::after;
  }
}

}  // namespace

MetricsLog::MetricsLog(const fs::path& path, int64_t from_step, const LogRhythm& rhythm) : path_(path) {
  open(from_step, rhythm);
}

void MetricsLog::open(int64_t from_step, const LogRhythm& rhythm) {
  std::string kept;
  if (fs::exists(path_)) {
    const std::string text = read_file(path_);
    for (size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
      const std::string line = text.substr(begin, end - begin);
      const Line place = place_of(line, from_step, rhythm);
      if (place == Line::after) break;  // also where a power cut left no JSON: what follows is no better
      if (place == Line::before) kept += line + "\n";
    }
  }
  write_file(path_, kept);
  file_ = std::fopen(path_.c_str(), "ae");
  if (!file_) throw Error("cannot write " + path_.string() + ": " + std::strerror(errno));
}

MetricsLog::~MetricsLog() {
  if (file_) std::fclose(file_);
}

void MetricsLog::write(const Value& line) {
  const std::string text = to_json(line) + "\n";
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size() || std::fflush(file_) != 0)
    throw Error("cannot write '" + path_.string() + "': " + std::strerror(errno),
                "Is the disk full? The last checkpoint is untouched; go on with: teasel resume.");
}

void MetricsLog::terms(int64_t step, std::span<const Terms::Term> terms) {
  Value line{Value::Table{{"step", Value(step)}}};
  auto& entries = *line.as<Value::Table>();
  for (auto& term : terms) entries.emplace_back(term.name, term_value(term.value));
  write(line);
}

void MetricsLog::evaluation(int64_t steps_done, std::span<const Measured> measured) {
  Value line{Value::Table{{"step", Value(steps_done)}}};
  auto& entries = *line.as<Value::Table>();
  for (auto& m : measured) entries.emplace_back(m.name, Value(m.value));
  write(line);
}

void MetricsLog::checkpoint(const State&) {
  if (::fsync(::fileno(file_)) != 0 && errno != EINVAL)
    throw Error("cannot write '" + path_.string() + "': " + std::strerror(errno));
}

void MetricsLog::rolled_back(const Rollback& rollback) {
  std::fclose(std::exchange(file_, nullptr));
  open(rollback.to, {});
}

void TensorBoardLog::terms(int64_t step, std::span<const Terms::Term> terms) {
  std::vector<EventLog::Scalar> scalars;
  for (auto& term : terms) {
    const Tensor host = term.value.detach().cpu().to(at::kDouble).contiguous();
    for (int64_t i = 0; i < host.numel(); ++i)
      scalars.push_back(
          {host.dim() == 0 ? term.name : term.name + "/" + std::to_string(i), host.const_data_ptr<double>()[i]});
  }
  events_.write(step, scalars);
}

void TensorBoardLog::evaluation(int64_t steps_done, std::span<const Measured> measured) {
  std::vector<EventLog::Scalar> scalars;
  for (auto& m : measured) scalars.push_back({m.name, m.value});
  events_.write(steps_done, scalars);
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

void CheckpointWriter::best(const State& state) { write_checkpoint(folder_.best_checkpoint(), state); }

void ProgressObserver::terms(int64_t, std::span<const Terms::Term> terms) {
  if (terms.empty()) return;
  note_ = fmt::format("{} {:.4g}", terms[0].name, terms[0].value.item<double>());
}

}  // namespace teasel
