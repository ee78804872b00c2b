// What the trainer knows of everything that trains: parameters, fields, batches, phases and terms.
#pragma once
#include <ATen/core/Tensor.h>

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "teasel/core/schedule.hpp"
#include "teasel/nn/items.hpp"
#include "teasel/nn/mode.hpp"
#include "teasel/nn/parameter_store.hpp"

namespace teasel {

// What a phase sees of the step it runs in. Everything that changes with time or chance comes from here, so that a step
// is a function of the parameters and the step number.
class StepContext {
 public:
  virtual ~StepContext() = default;
  virtual int64_t step() const = 0;
  // False for a validation loss: no dropout.
  virtual bool training() const = 0;
  // Batch i of this step's independent batches.
  virtual const Batch& batch(int i = 0) const = 0;
  // The value of a schedule at this step: a scalar, or [latents] if the schedule tells latents apart.
  virtual Tensor at(const Schedule& schedule, int64_t latents = 1) = 0;
  // Standard normal numbers [rows, ...]; row i belongs to global sample i of the step. Two calls with one stream name
  // in one step give the same numbers: name streams apart.
  virtual Tensor normal(at::IntArrayRef shape, std::string_view stream = "noise") = 0;
  // `count` random orders of 0..n-1: [count, n].
  virtual Tensor permutation(int64_t count, int64_t n, std::string_view stream = "permutation") = 0;
  // A slot that segments and phases of one step share; undefined until somebody fills it.
  virtual Tensor& keep(std::string_view name) = 0;
  virtual nn::Precision precision() const { return nn::Precision::single; }
  // How the networks of this step are run.
  nn::Mode mode() {
    return {training(), [this](at::IntArrayRef shape, std::string_view stream) { return normal(shape, stream); },
            precision()};
  }
  // Mean over processes, differentiable; the identity on one.
  virtual Tensor over_ranks(const Tensor& t) { return t; }
};

// The named terms of a phase. Terms that are added enter the loss, terms that are logged do not.
class Terms {
 public:
  struct Term {
    std::string name;
    Tensor value, weight;  // scalars, or vectors of one length whose products are summed
    bool in_loss;
  };
  void add(std::string name, Tensor value, Tensor weight = {}) {
    list_.push_back({std::move(name), std::move(value), std::move(weight), true});
  }
  void log(std::string name, Tensor value) { list_.push_back({std::move(name), std::move(value), {}, false}); }
  // The sum of all added terms times their weights: a scalar; undefined without any.
  Tensor loss() const;
  const std::vector<Term>& list() const { return list_; }

 private:
  std::vector<Term> list_;
};

// Part of a step that runs without gradients. A host segment may wait for the device and use host algorithms.
struct Segment {
  enum class On { device, host } on = On::device;
  std::function<void(StepContext&)> run;
};

// The optimiser that a model proposes for a phase; `[train.phases.NAME]` overrides it.
struct OptimizerDefaults {
  Schedule lr = 1e-4;
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weight_decay = 0;
};

struct Phase {
  std::string name;
  std::string trains;  // prefixes of parameter names, parted by '|'; only these get gradients and updates
  int64_t every = 1;   // runs in every n-th step
  OptimizerDefaults optimizer = {};
  std::vector<Segment> before = {};
  std::function<Terms(StepContext&)> terms = {};  // empty: the phase only gathers statistics
};

// What happens between steps.
struct Event {
  enum class Do { reset_optimizer };
  int64_t step = 0;  // before this step
  Do what = Do::reset_optimizer;
  std::string phase;
};

// Everything that trains: models, judges, closed forms.
class Trainable {
 public:
  virtual ~Trainable() = default;
  virtual ParameterStore& parameters() = 0;
  // The fields that a batch must hold.
  virtual std::vector<std::string> fields() const { return {"x"}; }
  // How many independent batches a step draws.
  virtual int batches() const { return 1; }
  // The phases of a step, in order.
  virtual std::vector<Phase> phases() = 0;
  // Steps with equal keys run the same operations and terms (one captured graph each).
  virtual int64_t graph_key(int64_t /*step*/) const { return 0; }
  virtual std::vector<Event> events() const { return {}; }
  // After the last step: closed-form solutions.
  virtual void finish() {}
};

}  // namespace teasel
