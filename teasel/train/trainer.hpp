// One loop for everything that trains.
#pragma once
#include <atomic>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "teasel/core/value.hpp"
#include "teasel/data/dataset.hpp"
#include "teasel/models/host_context.hpp"
#include "teasel/train/batches.hpp"
#include "teasel/train/optimizer.hpp"
#include "teasel/train/options.hpp"

namespace teasel {

// All of a training: tensors, the step, the attempt, the updates of each phase. No clock and no position of a random
// generator, because data order and noise are functions of the step.
struct State {
  std::vector<std::pair<std::string, Tensor>> tensors;
  Value counters{Value::Table{}};  // step, attempt, updates.<phase>
  int64_t step() const;
  // The tensor called `name`. Error where there is none, or none of the shape of `like`: the state is another model's.
  const Tensor& at(const std::string& name, const Tensor& like) const;
};

// What a step consists of, end to end: the batches, then of every phase the gradients (with its segments) and the
// update.
enum class StepPart { data, gradients, update };

// Looks at a training and never touches it.
class Observer {
 public:
  virtual ~Observer() = default;
  // A part of the step that runs has just ended: for clocks.
  virtual void after_part(StepPart) {}
  // The terms of every phase of a step that is logged, in order.
  virtual void terms(int64_t /*step*/, std::span<const Terms::Term>) {}
  virtual void after_step(int64_t /*steps_done*/) {}
  virtual void checkpoint(const State&) {}
};

class Trainer {
 public:
  Trainer(Trainable& what, const Dataset& data, const TrainOptions& options, std::vector<Observer*> observers = {});

  // Steps done.
  int64_t step() const { return step_; }
  // Runs one step: every phase in order, each with its segments, terms, gradients and update.
  void run_step();
  // Steps until options.steps, with checkpoints on the way and one at the end. Returns false if `stop` became true: the
  // state after the last whole step was then handed to the observers as a checkpoint.
  bool run(const std::atomic<bool>* stop = nullptr);

  // A view of the state: tensors share memory with the trainer.
  State state() const;
  // Takes over a state. Error where it belongs to another model.
  void restore(const State& state);

 private:
  void begin_step();
  void tell_part(StepPart part) const;
  void run_phase(size_t phase, bool logged);
  void handle_events();
  void save();
  void check_finite() const;

  Trainable& what_;
  const Dataset& data_;
  TrainOptions options_;
  std::vector<Observer*> observers_;
  std::vector<std::string> fields_;
  std::vector<Phase> phases_;
  std::vector<Event> events_;
  Optimizers optimizers_;
  DataOrder order_;
  HostContext context_;
  std::vector<Terms::Term> logged_;
  int64_t step_ = 0, attempt_ = 0, saved_step_ = -1;
};

}  // namespace teasel
