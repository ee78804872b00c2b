#include "teasel/train/watch.hpp"

#include <algorithm>
#include <cmath>

namespace teasel {
namespace {

double number_in(const Value* table, const char* key, double otherwise) {
  return table ? table->number_at(key, otherwise) : otherwise;
}

int64_t whole_in(const Value* table, const char* key) { return table ? table->whole_at(key) : 0; }

std::optional<double> best_in(const Value* table) {
  if (!table || !table->find("best")) return std::nullopt;
  return number_in(table, "best", 0);
}

}  // namespace

void Watch::hear(std::span<const Measured> measured) {
  const auto found = std::ranges::find(measured, options_.value, &Measured::name);
  if (!on() || found == measured.end() || !std::isfinite(found->value)) return;
  sum_ += found->value;
  ++count_;
}

std::optional<double> Watch::look(int64_t steps_done) {
  if (count_ == 0 || (options_.every > 0 && steps_done % options_.every != 0)) return std::nullopt;
  const double mean = sum_ / static_cast<double>(count_);
  sum_ = 0, count_ = 0;
  return mean;
}

bool Watch::better(double a, double b, double threshold) const {
  const double margin = threshold * std::abs(b);
  return options_.direction == "max" ? a > b + margin : a < b - margin;
}

void Watch::store(Value& table) const {
  table.set("sum", sum_);
  table.set("count", count_);
}

void Watch::restore(const Value* table) {
  sum_ = number_in(table, "sum", 0);
  count_ = whole_in(table, "count");
}

bool BestRule::improved(int64_t steps_done) {
  const auto now = watch_.look(steps_done);
  if (!now || (best_ && !watch_.better(*now, *best_))) return false;
  best_ = now, step_ = steps_done;
  return true;
}

Value BestRule::state() const {
  Value table{Value::Table{{"value", Value(watch_.value())}}};
  watch_.store(table);
  if (best_) table.set("best", *best_), table.set("step", step_);
  return table;
}

void BestRule::restore(const Value* state) {
  if (state && state->text_at("value") != watch_.value()) state = nullptr;  // the record of another value
  watch_.restore(state);
  best_ = best_in(state);
  step_ = whole_in(state, "step");
}

void Plateau::update(int64_t steps_done) {
  const auto now = watch_.look(steps_done);
  if (!now) return;
  if (!best_ || watch_.better(*now, *best_, options_.threshold))
    best_ = now, bad_ = 0;
  else
    ++bad_;
  if (cooling_ > 0) --cooling_, bad_ = 0;
  if (bad_ <= options_.patience) return;
  scale_ = std::max(options_.floor, scale_ * options_.factor);
  cooling_ = options_.cooldown, bad_ = 0;
}

Value Plateau::state() const {
  Value table{Value::Table{{"scale", Value(scale_)}, {"bad", Value(bad_)}, {"cooling", Value(cooling_)}}};
  watch_.store(table);
  if (best_) table.set("best", *best_);
  return table;
}

void Plateau::restore(const Value* state) {
  watch_.restore(state);
  best_ = best_in(state);
  bad_ = whole_in(state, "bad"), cooling_ = whole_in(state, "cooling");
  scale_ = number_in(state, "scale", 1);
}

}  // namespace teasel
