// What may be set of boosted trees, wherever they predict factors.
#pragma once
#include "teasel/core/options.hpp"
#include "teasel/stats/boosting.hpp"

namespace teasel {

struct BoostedTreesOptions {
  BoostingOptions boosting;

  void describe(Fields& f) {
    f.field("stages", boosting.stages, "boosting stages, each with one tree for every class", between(1, 100000));
    f.field("depth", boosting.depth, "splits from the root of a tree to a leaf", between(1, 16));
    f.field("learning_rate", boosting.learning_rate, "share of every tree's step that is taken", between(1e-6, 1));
  }
};

}  // namespace teasel
