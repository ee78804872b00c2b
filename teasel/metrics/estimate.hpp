// Scores with their intervals: how much a number owes to the items it was computed from.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "teasel/metrics/sampling.hpp"

namespace teasel {

// The values of a metric's outputs on one table, or on one pair of tables, in the order of their names.
using Estimator = std::function<std::vector<double>(const CodeTable&)>;
using PairEstimator = std::function<std::vector<double>(const TrainTest&)>;

struct Estimates {
  std::vector<Score::Output> outputs;
  CodeTable table;  // what the values were computed from: for a metric's detail
};
struct PairEstimates {
  std::vector<Score::Output> outputs;
  TrainTest tables;
};

// Computes a score of `drawn` items with an interval of 95 % for its expectation at this number of items: what another
// draw may bring, not another training. Bias that a protocol's estimator has (plug-in entropies) is part of it.
// - Items drawn from a full grid, and sampled codes: the spread of `rounds` further draws.
// - All items of a full grid as they are: nothing is left to chance, low = high = value.
// - Any other table: the delete-a-group jackknife with `rounds` random groups (Kott 2001), or as many as there are items.
// With fewer than three rounds low = high = value.
// `stream` says who draws: Stream(seed, "mig").
Estimates estimate(Evidence& evidence, int64_t samples, const Stream& stream, const std::vector<std::string>& names,
                   const Estimator& estimator, int64_t rounds = 30);

// The same for metrics that train: `rounds` draws or groups, as many trainings more; 0: none, and low = high = value.
// The jackknife leaves a group out of the part to train on and out of the part to test on.
PairEstimates estimate(Evidence& evidence, int64_t train, int64_t test, const Stream& stream,
                       const std::vector<std::string>& names, const PairEstimator& estimator, int64_t rounds);

}  // namespace teasel
