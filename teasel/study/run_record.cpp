#include "teasel/study/run_record.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "teasel/core/progress.hpp"
#include "teasel/report/table.hpp"

namespace teasel {
namespace {

const Value::List& list_at(const Value& table, const std::string& path) {
  static const Value::List none;
  const Value* found = table.find(path);
  return found && found->as<Value::List>() ? *found->as<Value::List>() : none;
}

}  // namespace

RunRecord::RunRecord(RunFolder folder, const TrainOptions& options, const Model& model, const Monitor* monitor,
                     const State& from)
    : folder_(std::move(folder)), rule_(options.best), monitor_(monitor), first_step_(from.step()) {
  const auto fields = model.fields();
  learns_labels_ = std::ranges::count(fields, "factors") > 0;
  folder_.set_info("environment", environment());
  const Value* rollbacks = from.counters.find("rollbacks");
  if (rollbacks || folder_.info().find("training.rollbacks"))
    folder_.set_info("training.rollbacks", rollbacks ? *rollbacks : Value(Value::List{}));
}

void RunRecord::checkpoint(const State&) { energy_.update(); }

void RunRecord::best(const State& state) {
  const bool labels = learns_labels_ || (monitor_ && monitor_->uses_labels(rule_.value));
  Value out{Value::Table{{"value", Value(rule_.value)},
                         {"direction", Value(rule_.direction)},
                         {"every", Value(rule_.every)},
                         {"step", Value(state.step())},
                         {"best", Value(state.counters.number_at("best.best"))},
                         {"uses_labels", Value(labels)}}};
  folder_.set_info("training.best", std::move(out));
}

void RunRecord::rolled_back(const Rollback& rollback) {
  log_line(fmt::format("{}: back to step {}, attempt {}", rollback.reason, rollback.to, rollback.attempt));
  Value::List all = list_at(folder_.info(), "training.rollbacks");
  all.push_back(to_value(rollback));
  folder_.set_info("training.rollbacks", Value(std::move(all)));
}

double RunRecord::finish(int64_t steps_done) {
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
  if (steps_done <= first_step_) return seconds;
  energy_.update();
  const Value info = folder_.info();
  const Value* before = info.find("training");
  Value training = before ? *before : Value(Value::Table{});
  training.set("seconds", info.number_at("training.seconds") + seconds);
  training.set("steps", steps_done);
  training.set("milliseconds_per_step", 1000 * seconds / static_cast<double>(steps_done - first_step_));
  training.set("peak_memory_mib", static_cast<double>(peak_memory() >> 20));
  if (const auto joules = energy_.joules())
    training.set("processor_joules", info.number_at("training.processor_joules") + *joules);
  folder_.set_info("training", training);
  return seconds;
}

std::vector<std::string> training_notes(const Value& info) {
  std::vector<std::string> notes;
  if (const Value* best = info.find("training.best")) {
    const bool highest = best->text_at("direction") == "max";
    const bool* labels = best->find("uses_labels") ? best->find("uses_labels")->as<bool>() : nullptr;
    notes.push_back(fmt::format(
        "The best checkpoint is of step {}, which has the {} {} of all: {}.{}", number_text(best->number_at("step"), 0),
        highest ? "highest" : "lowest", best->text_at("value"), number_text(best->number_at("best"), 4),
        labels && *labels
            ? " This rule reads the factors: scores of that checkpoint are chosen with labels, unlike those "
              "of the last one."
            : ""));
  }
  for (auto& entry : list_at(info, "training.rollbacks"))
    notes.push_back(fmt::format("Training went back from step {} to step {}: {}.",
                                number_text(entry.number_at("step"), 0), number_text(entry.number_at("to"), 0),
                                entry.text_at("reason")));
  return notes;
}

}  // namespace teasel
