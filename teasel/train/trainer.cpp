#include "teasel/train/trainer.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "teasel/core/error.hpp"

namespace teasel {
namespace {

std::vector<Phase> with_optimizers(std::vector<Phase> phases, const TrainOptions& options) {
  for (auto& phase : phases)
    for (auto& [name, optimizer] : options.phases)
      if (name == phase.name) phase.optimizer = optimizer;
  return phases;
}

// Copies a state, into the memory of an older copy where there is one.
void copy_state(const State& from, State& to) {
  to.counters = from.counters;
  if (to.tensors.empty())
    for (auto& [name, tensor] : from.tensors) to.tensors.emplace_back(name, at::empty_like(tensor));
  for (size_t i = 0; i < from.tensors.size(); ++i) to.tensors[i].second.copy_(from.tensors[i].second);
}

// What the log tells of these terms: single numbers alone.
std::vector<Measured> numbers_of(std::span<const Terms::Term> terms) {
  std::vector<Measured> out;
  for (auto& term : terms)
    if (term.value.dim() == 0) out.push_back({term.name, term.value.item<double>()});
  return out;
}

// Error where an option watches a value that is not among those that were measured.
void check_known(const std::string& option, const std::string& watched, bool of_evaluation,
                 std::span<const Measured> measured) {
  if (watched.empty() || watched.starts_with("eval.") != of_evaluation) return;
  std::vector<std::string> names;
  for (auto& m : measured) names.push_back(m.name);
  if (std::ranges::find(names, watched) == names.end())
    throw Error("train." + option + ".value names '" + watched + "', which this training does not measure",
                hint_for_unknown(watched, names));
}

void check_watched(const std::string& option, const std::string& watched, const TrainOptions& options) {
  if (watched.starts_with("eval.") && (options.evaluate.every == 0 || options.evaluate.metrics.empty()))
    throw Error("train." + option + ".value names '" + watched + "', and nothing is evaluated while training",
                "Set train.evaluate.every and train.evaluate.metrics.");
}

Value to_value(const std::vector<Rollback>& rollbacks) {
  Value::List list;
  for (auto& r : rollbacks) list.push_back(to_value(r));
  return Value(std::move(list));
}

std::vector<Rollback> rollbacks_in(const Value& counters) {
  std::vector<Rollback> out;
  const Value* list = counters.find("rollbacks");
  if (!list || !list->as<Value::List>()) return out;
  for (auto& entry : *list->as<Value::List>())
    out.push_back({entry.whole_at("step"), entry.whole_at("to"), entry.whole_at("attempt"), entry.text_at("reason")});
  return out;
}

}  // namespace

Value to_value(const Rollback& r) {
  return Value(Value::Table{{"step", r.step}, {"to", r.to}, {"attempt", r.attempt}, {"reason", r.reason}});
}

int64_t State::step() const { return counters.whole_at("step"); }

const Tensor& State::at(const std::string& name, const Tensor& like) const {
  const auto found = std::ranges::find(tensors, name, &std::pair<std::string, Tensor>::first);
  if (found == tensors.end() || found->second.sizes() != like.sizes())
    throw Error("the checkpoint does not fit the model: " + name +
                    (found == tensors.end() ? " is not in it" : " has another shape"),
                "It was written with other model options.");
  return found->second;
}

Trainer::Trainer(Trainable& what, const Dataset& data, const TrainOptions& options, std::vector<Observer*> observers)
    : what_(what),
      options_(options),
      observers_(std::move(observers)),
      phases_(with_optimizers(what.phases(), options)),
      events_(what.events()),
      optimizers_(what.parameters(), phases_),
      averages_(what.parameters(), options.ema),
      source_(data, DataOrder(static_cast<uint64_t>(options.seed), data.split(options.split), options.batch_size),
              {.fields = what.fields(),
               .batches = what.batches(),
               .seed = static_cast<uint64_t>(options.seed),
               .steps = options.steps,
               .ahead = options.prefetch}),
      context_(static_cast<uint64_t>(options.seed), true, options.network_precision()),
      best_(options.best),
      plateau_(options.plateau) {
  check_watched("best", best_.value(), options_);
  check_watched("plateau", plateau_.value(), options_);
  if (options_.evaluate.weights == "ema" && !averages_.on())
    throw Error("train.evaluate.weights is 'ema', and no average is kept", "Set train.ema, for example to 0.999.");
}

// ---- one step -----------------------------------------------------------------------------------------------------

void Trainer::tell_part(StepPart part) const {
  for (auto* observer : observers_) observer->after_part(part);
}

void Trainer::handle_events() {
  for (auto& event : events_) {
    if (event.step != step_) continue;
    const auto phase = std::ranges::find(phases_, event.phase, &Phase::name);
    if (phase == phases_.end()) throw std::logic_error("an event names the unknown phase " + event.phase);
    if (event.what == Event::Do::reset_optimizer) optimizers_.reset(static_cast<size_t>(phase - phases_.begin()));
  }
}

// What every learning rate is multiplied by in this step.
double Trainer::lr_scale() const {
  double scale = plateau_.scale() * std::pow(options_.guard.lr_factor, static_cast<double>(attempt_));
  if (step_ < options_.warmup) scale *= static_cast<double>(step_ + 1) / static_cast<double>(options_.warmup);
  return scale;
}

void Trainer::run_phase(size_t p, bool logged) {
  const Phase& phase = phases_[p];
  {
    c10::NoGradGuard no_gradients;
    for (auto& segment : phase.before) segment.run(context_);
  }
  if (!phase.terms) return;
  const Terms terms = phase.terms(context_);
  const Tensor loss = terms.loss();
  if (!loss.defined()) throw std::logic_error("phase " + phase.name + " adds no term");
  const auto check = [&](bool finite, const char* what) {
    if (!finite)
      throw NotFinite(
          "the " + std::string(what) + " of phase '" + phase.name + "' is not finite at step " + std::to_string(step_),
          "The last checkpoint is untouched. Lower train.phases." + phase.name + ".lr, or set train.gradient_clip.");
  };
  check(std::isfinite(loss.item<double>()), "loss");
  const auto gradients = torch::autograd::grad({loss}, optimizers_.parameters(p), {}, /*retain_graph=*/false,
                                               /*create_graph=*/false, /*allow_unused=*/true);
  tell_part(StepPart::gradients);
  const OptimizerDefaults& o = phase.optimizer;
  const double lr = o.lr.value(step_) * lr_scale();
  const auto updated =
      optimizers_.update(p, gradients, {lr, o.beta1, o.beta2, o.epsilon, o.weight_decay}, options_.gradient_clip);
  tell_part(StepPart::update);
  check(updated.finite, "gradient");
  if (!logged) return;
  const std::string suffix = phases_.size() == 1 ? "" : "." + phase.name;
  logged_.push_back({"loss" + suffix, loss.detach(), {}, true});
  for (auto& term : terms.list()) logged_.push_back({term.name, term.value.detach(), {}, term.in_loss});
  if (plateau_.on()) logged_.push_back({"learning_rate" + suffix, at::scalar_tensor(lr, at::kDouble), {}, false});
}

void Trainer::log_terms() {
  if (best_.on() || plateau_.on()) {
    const auto measured = numbers_of(logged_);
    if (step_ == 0) {  // in which every phase runs
      check_known("best", best_.value(), false, measured);
      check_known("plateau", plateau_.value(), false, measured);
    }
    best_.hear(measured), plateau_.hear(measured);
  }
  for (auto* observer : observers_) observer->terms(step_, logged_);
}

void Trainer::run_step() {
  const bool logged = step_ % options_.log_every == 0 || step_ + 1 == options_.steps;
  handle_events();
  context_.begin(step_, attempt_, source_.take({step_, attempt_}));
  tell_part(StepPart::data);
  logged_.clear();
  for (size_t p = 0; p < phases_.size(); ++p)
    if (step_ % phases_[p].every == 0) run_phase(p, logged);
  if (averages_.on()) averages_.update(step_);
  if (logged) log_terms();
  ++step_;
  for (auto* observer : observers_) observer->after_step(step_);
}

// ---- between steps ------------------------------------------------------------------------------------------------

void Trainer::evaluate() {
  const int64_t every = options_.evaluate.every;
  if (!evaluator_ || every == 0 || (step_ % every != 0 && step_ != options_.steps)) return;
  check_finite();
  std::optional<Averages::InPlace> averaged;
  if (options_.evaluate.weights == "ema") averaged.emplace(averages_);
  const std::vector<Measured> measured = evaluator_(step_);
  averaged.reset();
  check_known("best", best_.value(), true, measured);
  check_known("plateau", plateau_.value(), true, measured);
  best_.hear(measured), plateau_.hear(measured);
  for (auto* observer : observers_) observer->evaluation(step_, measured);
}

// Looks at the watched values after a whole step.
void Trainer::look() {
  if (plateau_.on()) plateau_.update(step_);
  if (!best_.on() || !best_.improved(step_)) return;
  check_finite();
  if (!better_) better_.emplace();
  copy_state(state(), *better_);
}

void Trainer::check_finite() const {
  for (auto& slot : what_.parameters().slots())
    if (!slot.value.detach().isfinite().all().item<bool>())
      throw NotFinite("parameter " + slot.name + " is not finite at step " + std::to_string(step_),
                      "The last checkpoint is untouched. Lower the learning rate, or set train.gradient_clip.");
}

void Trainer::remember() {
  c10::NoGradGuard no_gradients;
  copy_state(state(), good_);
  returns_ = 0;
}

void Trainer::save() {
  if (saved_step_ == step_) return;
  check_finite();
  // The best one first: a process that is killed between the two comes back to the checkpoint before and finds the same
  // best state again. What was best in steps that training went back over is never written.
  if (better_)
    for (auto* observer : observers_) observer->best(*better_);
  better_.reset();
  const State now = state();
  for (auto* observer : observers_) observer->checkpoint(now);
  saved_step_ = step_;
  remember();
}

void Trainer::roll_back(const NotFinite& failure) {
  const std::string reason = failure.what();
  if (options_.guard.attempts == 0) throw failure;
  if (returns_ == options_.guard.attempts)
    throw NotFinite(reason + ", and training went back to step " + std::to_string(good_.step()) + " " +
                        std::to_string(returns_) + (returns_ == 1 ? " time" : " times") + " already",
                    failure.hint());
  std::vector<Rollback> all = rollbacks_;
  all.push_back({step_, good_.step(), attempt_ + 1, reason});
  const int64_t saved = saved_step_;
  restore(good_);
  saved_step_ = saved;
  attempt_ = all.back().attempt;
  rollbacks_ = std::move(all);
  ++returns_;
  better_.reset();
  for (auto* observer : observers_) observer->rolled_back(rollbacks_.back());
}

// Goes on until the end or a stop; false where it was stopped.
bool Trainer::advance(const std::atomic<bool>* stop) {
  while (step_ < options_.steps) {
    run_step();
    if (step_ == options_.steps) break;  // also when stopped in the last step: it remains to finish
    evaluate();
    look();
    if (stop && stop->load()) {
      save();
      return false;
    }
    if (step_ % options_.checkpoint_every == 0) save();
  }
  what_.finish();
  evaluate();
  look();
  save();
  return true;
}

bool Trainer::run(const std::atomic<bool>* stop) {
  remember();
  while (step_ < options_.steps || saved_step_ != step_) {
    try {
      return advance(stop);
    } catch (const NotFinite& failure) {
      roll_back(failure);
    }
  }
  return true;
}

State Trainer::state() const {
  State state;
  for (auto& slot : what_.parameters().slots()) state.tensors.emplace_back("model." + slot.name, slot.value.detach());
  for (auto& moment : optimizers_.moments()) state.tensors.push_back(moment);
  for (auto& average : averages_.tensors()) state.tensors.push_back(average);
  state.counters.set("step", step_);
  state.counters.set("attempt", attempt_);
  if (!rollbacks_.empty()) state.counters.set("rollbacks", to_value(rollbacks_));
  if (best_.on()) state.counters.set("best", best_.state());
  if (plateau_.on()) state.counters.set("plateau", plateau_.state());
  for (size_t p = 0; p < phases_.size(); ++p) state.counters.set("updates." + phases_[p].name, optimizers_.updates(p));
  return state;
}

void Trainer::restore(const State& state) {
  // Everything is looked at before anything is taken over: an Error leaves the trainer as it was.
  const State mine = this->state();
  for (auto& [name, tensor] : mine.tensors) state.at(name, tensor);
  auto counter = [&](const std::string& path) {
    const Value* value = state.counters.find(path);
    if (!value || !value->as<int64_t>()) throw Error("the checkpoint lacks the counter '" + path + "'");
    // Far beyond any training, and its products with batches and their sizes still are numbers.
    constexpr int64_t most = int64_t{1} << 40;
    const int64_t count = *value->as<int64_t>();
    if (count < 0 || count > most)
      throw Error("the checkpoint's counter '" + path + "' cannot be " + std::to_string(count),
                  "It was damaged: go on from another checkpoint of the run.");
    return count;
  };
  const int64_t step = counter("step"), attempt = counter("attempt");
  std::vector<int64_t> updates;
  for (auto& phase : phases_) updates.push_back(counter("updates." + phase.name));
  c10::NoGradGuard no_gradients;
  for (auto& [name, tensor] : mine.tensors) tensor.detach().copy_(state.at(name, tensor));
  for (size_t p = 0; p < updates.size(); ++p) optimizers_.set_updates(p, updates[p]);
  step_ = step, attempt_ = attempt;
  rollbacks_ = rollbacks_in(state.counters);
  best_.restore(state.counters.find("best"));
  plateau_.restore(state.counters.find("plateau"));
  saved_step_ = step_;
}

}  // namespace teasel
