// The `[train]` table.
#pragma once
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "teasel/core/options.hpp"
#include "teasel/models/trainable.hpp"

namespace teasel {

struct TrainOptions {
  int64_t steps = 10000, batch_size = 64, seed = 0;
  int64_t checkpoint_every = 1000, keep_every = 0, log_every = 50;
  double gradient_clip = 0;
  int64_t threads = 0;
  std::string split = "train";
  std::string precision = "fp32";

  nn::Precision network_precision() const {
    return precision == "bf16" ? nn::Precision::bfloat16 : nn::Precision::single;
  }
  std::vector<std::pair<std::string, OptimizerDefaults>>
      phases;  // what the model proposes, and what the user overrides

  // Options with the optimisers that these phases propose.
  static TrainOptions for_phases(std::span<const Phase> phases);
  void describe(Fields& f);
};

}  // namespace teasel
