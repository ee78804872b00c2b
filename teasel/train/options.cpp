#include "teasel/train/options.hpp"

namespace teasel {

TrainOptions TrainOptions::for_phases(std::span<const Phase> phases) {
  TrainOptions options;
  for (auto& phase : phases) options.phases.emplace_back(phase.name, phase.optimizer);
  return options;
}

void TrainOptions::describe(Fields& f) {
  f.field("steps", steps, "training steps; one step runs every phase once", at_least(0));
  f.field("batch_size", batch_size, "items in a batch", between(1, 1 << 20));
  f.field("seed", seed, "of weights, data order and noise: the same seed gives the same bytes", at_least(0));
  f.field("checkpoint_every", checkpoint_every, "steps between checkpoints", at_least(1));
  f.field("keep_every", keep_every, "keep the checkpoints of steps that this divides; 0 keeps the last alone",
          at_least(0));
  f.field("log_every", log_every, "steps between lines of metrics.jsonl", at_least(1));
  f.field("gradient_clip", gradient_clip, "largest norm of a phase's gradient; 0: no limit", at_least(0));
  f.field("threads", threads, "processor threads; 0: one per core. Another count gives other rounding",
          between(0, 1024));
  f.field("precision", precision,
          "fp32, or bf16: operands and activations of 4x4 stride-2 convolutions in bfloat16, for processors with "
          "AVX512_BF16",
          one_of({"fp32", "bf16"}));
  f.field("split", split, "the split of the data set to train on");
  const Limits below_one = between(0, 1 - 1e-9);
  f.group("phases", "optimisers, by phase", [this, below_one](Fields& table) {
    for (auto& [name, optimizer] : phases)
      table.group(name, "Adam of this phase", [&o = optimizer, below_one](Fields& g) {
        g.field("lr", o.lr, "learning rate", between(0, 1));
        g.field("beta1", o.beta1, "decay of the first moment", below_one);
        g.field("beta2", o.beta2, "decay of the second moment", below_one);
        g.field("epsilon", o.epsilon, "added to the root of the second moment", between(0, 1));
        g.field("weight_decay", o.weight_decay, "L2 penalty, added to the gradient", at_least(0));
      });
  });
}

}  // namespace teasel
