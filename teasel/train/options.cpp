#include "teasel/train/options.hpp"

namespace teasel {

TrainOptions TrainOptions::for_phases(std::span<const Phase> phases) {
  TrainOptions options;
  for (auto& phase : phases) options.phases.emplace_back(phase.name, phase.optimizer);
  return options;
}

void WatchOptions::describe(Fields& f) {
  f.field("value", value, "a logged term (\"loss\") or a score of the evaluation (\"eval.mig\"); empty: off");
  f.field("direction", direction, "which way is better", one_of({"min", "max"}));
  f.field("every", every, "steps between looks at the mean of what was measured since; 0: at every measurement",
          at_least(0));
}

void PlateauOptions::describe(Fields& f) {
  WatchOptions::describe(f);
  f.field("factor", factor, "what the learning rates are multiplied by", between(1e-6, 1));
  f.field("patience", patience, "looks without a better value that are waited for", at_least(0));
  f.field("threshold", threshold, "relative change that counts as better", between(0, 1));
  f.field("cooldown", cooldown, "looks after a fall that are not counted", at_least(0));
  f.field("floor", floor, "the learning rates fall no lower than this part of what they were", between(0, 1));
}

void EvaluationOptions::describe(Fields& f) {
  f.field("every", every, "steps between evaluations, which never change the training; one more at the end; 0: none",
          at_least(0));
  f.field("metrics", metrics, "scores to log as eval.NAME: teasel list metrics");
  f.field("items", items, "items of the split that are drawn once and scored each time", between(2, 1 << 30));
  f.field("protocol", protocol, "the protocol of the scores");
  f.field("weights", weights, "the trained weights, or their average (train.ema)", one_of({"last", "ema"}));
}

void GuardOptions::describe(Fields& f) {
  f.field("attempts", attempts,
          "how often training goes back to one and the same checkpoint before it gives up; 0: it stops at once",
          between(0, 1000));
  f.field("lr_factor", lr_factor, "what the learning rates are multiplied by each time it goes back", between(1e-6, 1));
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
  f.field("ema", ema, "decay of an average of the weights that is kept beside them, for example 0.999; 0: none",
          between(0, 1 - 1e-9));
  f.field("warmup", warmup, "steps over which every learning rate rises from 0 to what it would be", at_least(0));
  f.field("threads", threads, "processor threads; 0: one per core. Another count gives other rounding",
          between(0, 1024));
  f.field("precision", precision,
          "fp32, or bf16: activations of 4x4 stride-2 convolutions in bfloat16, and operands of their and of linear "
          "layers' products where that is faster; for processors with AVX512_BF16",
          one_of({"fp32", "bf16"}));
  f.field("prefetch", prefetch, "gather the next step's items on a thread beside; changes no bytes");
  f.field("tensorboard", tensorboard,
          "also write the log as event files of TensorBoard, in events/, with pictures at every checkpoint");
  f.field("split", split, "the split of the data set to train on");
  f.group("guard", "going back to the last checkpoint when a loss or gradient is not finite",
          [this](Fields& g) { guard.describe(g); });
  f.group("evaluate", "scores while training", [this](Fields& g) { evaluate.describe(g); });
  f.group("best", "a checkpoint of the best state, best.safetensors", [this](Fields& g) { best.describe(g); });
  f.group("plateau", "learning rates that fall when a value stops getting better",
          [this](Fields& g) { plateau.describe(g); });
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
