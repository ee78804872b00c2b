// What may be set of boosted trees, wherever they predict factors.
#pragma once
#include "teasel/core/options.hpp"
#include "teasel/stats/boosting.hpp"

namespace teasel {

struct BoostedTreesOptions {
  int64_t bins = 256;
  BoostingOptions boosting;

  void describe(Fields& f) {
    f.field("bins", bins, "bins of each latent that cuts are looked for between; 0 or 1: between all values",
            between(0, 256));
    f.field("stages", boosting.stages, "boosting stages, each with one tree for every class", between(1, 100000));
    f.field("depth", boosting.depth, "splits from the root of a tree to a leaf", between(1, 16));
    f.field("learning_rate", boosting.learning_rate, "share of every tree's step that is taken", between(1e-6, 1));
  }

  // x: [n, d].
  BoostingColumns prepare(std::span<const double> x, int64_t n, int64_t d) const {
    return boosting_columns(x, n, d, bins < 2 ? 0 : bins);
  }
};

}  // namespace teasel
