// The `[train]` table.
#pragma once
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "teasel/core/options.hpp"
#include "teasel/models/trainable.hpp"

namespace teasel {

// A named value that a training is watched by: a term that is logged ("loss", "reconstruction"), or a score of the
// evaluation during training ("eval.mig").
struct WatchOptions {
  std::string value;              // empty: nothing is watched
  std::string direction = "min";  // which way is better: "min" or "max"
  int64_t every = 0;              // steps between looks at the mean of what was measured since; 0: at every measurement
  void describe(Fields& f);
};

// Learning rates that fall when a watched value stops getting better.
struct PlateauOptions : WatchOptions {
  double factor = 0.5, threshold = 1e-4, floor = 0.01;
  int64_t patience = 5, cooldown = 0;
  void describe(Fields& f);
};

// Scores of a sample of items while a model trains.
struct EvaluationOptions {
  int64_t every = 0, items = 2000;
  std::vector<std::string> metrics;
  std::string protocol = "teasel", weights = "last";
  void describe(Fields& f);
};

// What happens when a loss or a gradient is not finite.
struct GuardOptions {
  int64_t attempts = 3;
  double lr_factor = 0.5;
  void describe(Fields& f);
};

struct TrainOptions {
  int64_t steps = 10000, batch_size = 64, seed = 0;
  int64_t checkpoint_every = 1000, keep_every = 0, log_every = 50;
  double gradient_clip = 0, ema = 0;
  int64_t warmup = 0, threads = 0;
  bool prefetch = true, tensorboard = false;
  std::string split = "train";
  std::string precision = "fp32";

  nn::Precision network_precision() const {
    return precision == "bf16" ? nn::Precision::bfloat16 : nn::Precision::single;
  }
  GuardOptions guard;
  EvaluationOptions evaluate;
  WatchOptions best;
  PlateauOptions plateau;
  std::vector<std::pair<std::string, OptimizerDefaults>>
      phases;  // what the model proposes, and what the user overrides

  // Options with the optimisers that these phases propose.
  static TrainOptions for_phases(std::span<const Phase> phases);
  void describe(Fields& f);
};

}  // namespace teasel
