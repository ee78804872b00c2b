#include "teasel/train/trainer.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "teasel/core/error.hpp"
#include "teasel/models/gather.hpp"

namespace teasel {
namespace {

std::vector<Phase> with_optimizers(std::vector<Phase> phases, const TrainOptions& options) {
  for (auto& phase : phases)
    for (auto& [name, optimizer] : options.phases)
      if (name == phase.name) phase.optimizer = optimizer;
  return phases;
}

}  // namespace

int64_t State::step() const {
  const Value* step = counters.find("step");
  return step && step->as<int64_t>() ? *step->as<int64_t>() : 0;
}

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
      data_(data),
      options_(options),
      observers_(std::move(observers)),
      fields_(what.fields()),
      phases_(with_optimizers(what.phases(), options)),
      events_(what.events()),
      optimizers_(what.parameters(), phases_),
      order_(static_cast<uint64_t>(options.seed), data.split(options.split), options.batch_size),
      context_(static_cast<uint64_t>(options.seed), true, options.network_precision()) {}

void Trainer::begin_step() {
  std::vector<Batch> batches;
  for (int i = 0; i < what_.batches(); ++i)
    batches.push_back(gather_batch(data_, fields_, order_.batch(step_, i),
                                   {static_cast<uint64_t>(options_.seed), step_ * what_.batches() + i}));
  context_.begin(step_, attempt_, std::move(batches));
  tell_part(StepPart::data);
}

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
  const auto gradients = torch::autograd::grad({loss}, optimizers_.parameters(p), {}, /*retain_graph=*/false,
                                               /*create_graph=*/false, /*allow_unused=*/true);
  tell_part(StepPart::gradients);
  const OptimizerDefaults& o = phase.optimizer;
  optimizers_.update(p, gradients, {o.lr.value(step_), o.beta1, o.beta2, o.epsilon, o.weight_decay},
                     options_.gradient_clip);
  tell_part(StepPart::update);
  if (!logged) return;
  if (!std::isfinite(loss.item<double>()))
    throw Error(
        "the loss of phase '" + phase.name + "' is not finite at step " + std::to_string(step_),
        "The last checkpoint is untouched. Lower train.phases." + phase.name + ".lr, or set train.gradient_clip.");
  logged_.push_back({phases_.size() == 1 ? "loss" : "loss." + phase.name, loss.detach(), {}, true});
  for (auto& term : terms.list()) logged_.push_back({term.name, term.value.detach(), {}, term.in_loss});
}

void Trainer::run_step() {
  const bool logged = step_ % options_.log_every == 0 || step_ + 1 == options_.steps;
  handle_events();
  begin_step();
  logged_.clear();
  for (size_t p = 0; p < phases_.size(); ++p)
    if (step_ % phases_[p].every == 0) run_phase(p, logged);
  if (logged)
    for (auto* observer : observers_) observer->terms(step_, logged_);
  ++step_;
  for (auto* observer : observers_) observer->after_step(step_);
}

void Trainer::check_finite() const {
  for (auto& slot : what_.parameters().slots())
    if (!slot.value.detach().isfinite().all().item<bool>())
      throw Error("parameter " + slot.name + " is not finite at step " + std::to_string(step_),
                  "The last checkpoint is untouched. Lower the learning rate, or set train.gradient_clip.");
}

void Trainer::save() {
  if (saved_step_ == step_) return;
  check_finite();
  const State now = state();
  for (auto* observer : observers_) observer->checkpoint(now);
  saved_step_ = step_;
}

bool Trainer::run(const std::atomic<bool>* stop) {
  while (step_ < options_.steps) {
    run_step();
    if (step_ == options_.steps) break;  // also when stopped in the last step: it remains to finish
    if (stop && stop->load()) {
      save();
      return false;
    }
    if (step_ % options_.checkpoint_every == 0) save();
  }
  what_.finish();
  save();
  return true;
}

State Trainer::state() const {
  State state;
  for (auto& slot : what_.parameters().slots()) state.tensors.emplace_back("model." + slot.name, slot.value.detach());
  for (auto& moment : optimizers_.moments()) state.tensors.push_back(moment);
  state.counters.set("step", step_);
  state.counters.set("attempt", attempt_);
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
    return *value->as<int64_t>();
  };
  const int64_t step = counter("step"), attempt = counter("attempt");
  std::vector<int64_t> updates;
  for (auto& phase : phases_) updates.push_back(counter("updates." + phase.name));
  c10::NoGradGuard no_gradients;
  for (auto& [name, tensor] : mine.tensors) tensor.detach().copy_(state.at(name, tensor));
  for (size_t p = 0; p < updates.size(); ++p) optimizers_.set_updates(p, updates[p]);
  step_ = step, attempt_ = attempt;
  saved_step_ = step_;
}

}  // namespace teasel
