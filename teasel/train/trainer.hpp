// One loop for everything that trains.
#pragma once
#include <atomic>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "teasel/core/error.hpp"
#include "teasel/core/value.hpp"
#include "teasel/data/dataset.hpp"
#include "teasel/models/host_context.hpp"
#include "teasel/train/averages.hpp"
#include "teasel/train/batch_source.hpp"
#include "teasel/train/optimizer.hpp"
#include "teasel/train/options.hpp"
#include "teasel/train/watch.hpp"

namespace teasel {

// All of a training: tensors, the step, the attempt, the updates of each phase, what is best so far. No clock and no
// position of a random generator, because data order and noise are functions of the step and the attempt.
struct State {
  std::vector<std::pair<std::string, Tensor>> tensors;  // model.*, optimizer.*, ema.*
  Value counters{Value::Table{}};                       // step, attempt, rollbacks, updates.<phase>, best, plateau
  int64_t step() const;
  // The tensor called `name`. Error where there is none, or none of the shape of `like`: the state is another model's.
  const Tensor& at(const std::string& name, const Tensor& like) const;
};

// A training that went back because a number was not finite.
struct Rollback {
  int64_t step = 0, to = 0;  // the step that failed, and the one that training goes on from
  int64_t attempt = 0;       // from now on
  std::string reason;
};
// As counters and run.json hold it.
Value to_value(const Rollback& rollback);

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
  // The scores of the state after so many steps.
  virtual void evaluation(int64_t /*steps_done*/, std::span<const Measured>) {}
  virtual void after_step(int64_t /*steps_done*/) {}
  virtual void checkpoint(const State&) {}
  // Just before a checkpoint: the best state of all up to there, if there is a better one than at the checkpoint
  // before.
  virtual void best(const State&) {}
  // Whatever was observed at the step that training goes on from and after it is no more.
  virtual void rolled_back(const Rollback&) {}
};

// A loss, a gradient or a parameter is not finite.
class NotFinite : public Error {
 public:
  using Error::Error;
};

class Trainer {
 public:
  // Error where an option names a value that this training does not have.
  Trainer(Trainable& what, const Dataset& data, const TrainOptions& options, std::vector<Observer*> observers = {});

  // Scores the state after so many steps; called as options.evaluate says, with the weights that it asks for in the
  // store. It must change nothing.
  using Evaluator = std::function<std::vector<Measured>(int64_t steps_done)>;
  void evaluate_with(Evaluator evaluator) { evaluator_ = std::move(evaluator); }

  // Steps done.
  int64_t step() const { return step_; }
  // Runs one step: every phase in order, each with its segments, terms, gradients and update. NotFinite where a loss or
  // a gradient is not; the state is spoiled then.
  void run_step();
  // Steps until options.steps, with evaluations and checkpoints on the way and a checkpoint at the end. Where numbers
  // are not finite it goes back to the last checkpoint, as options.guard says. Returns false if `stop` became true: the
  // state after the last whole step was then handed to the observers as a checkpoint.
  bool run(const std::atomic<bool>* stop = nullptr);

  // A view of the state: tensors share memory with the trainer.
  State state() const;
  // Takes over a state. Error where it belongs to another model.
  void restore(const State& state);
  // How often this training went back, oldest first.
  const std::vector<Rollback>& rollbacks() const { return rollbacks_; }

 private:
  void tell_part(StepPart part) const;
  void run_phase(size_t phase, bool logged);
  void handle_events();
  double lr_scale() const;
  void log_terms();
  bool advance(const std::atomic<bool>* stop);
  void evaluate();
  void look();
  void save();
  void remember();
  void roll_back(const NotFinite& failure);
  void check_finite() const;

  Trainable& what_;
  TrainOptions options_;
  std::vector<Observer*> observers_;
  Evaluator evaluator_;
  std::vector<Phase> phases_;
  std::vector<Event> events_;
  Optimizers optimizers_;
  Averages averages_;
  BatchSource source_;
  HostContext context_;
  BestRule best_;
  Plateau plateau_;
  std::vector<Terms::Term> logged_;
  std::vector<Rollback> rollbacks_;
  int64_t step_ = 0, attempt_ = 0, saved_step_ = -1;
  State good_;                   // a copy of the state that training goes back to
  int64_t returns_ = 0;          // how often it went back there
  std::optional<State> better_;  // a copy of the best state since the last checkpoint
};

}  // namespace teasel
