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
// - Items drawn from a full grid, and codes sampled on one: the spread of `rounds` further draws.
// - All items of a full grid as they are: nothing is left to chance, low = high = value.
// - Any other table: from its parts. Two halves of a random cut have no item in common: half the square of what their
//   scores differ by is the variance of a score of n / 2 items, whatever the score; the mean over `rounds` cuts.
//   The quarters of the same cuts tell how fast the variance falls (extrapolated_variance): scores from histograms are
//   sums of what behaves like a mean, of squares by chance, and of what moves with the greatest code. Resampling that
//   takes every score for a mean (jackknife, half-samples: Shao and Wu 1989, "A general theory for jackknife variance
//   estimation") is up to 1.9 times too wide for the second, and .8 times as wide as it should be for the third. With
//   fewer than 15 rounds, or quarters of fewer than 32 items, the score is taken for a mean. `least_share`: how much of
//   the variance twice as many items keep at least, for scores of which that is known.
// With fewer than three rounds or eight items low = high = value.
// `stream` says who draws: Stream(seed, "mig").
Estimates estimate(Evidence& evidence, int64_t samples, const Stream& stream, const std::vector<std::string>& names,
                   const Estimator& estimator, int64_t rounds = 30, double least_share = 0.25);

// The same for metrics that train: `rounds` draws or groups, as many trainings more; 0: none, and low = high = value.
// On a table that is no grid, or on a split, the delete-a-group jackknife (Kott 2001, "The delete-a-group jackknife"),
// which leaves a group out of the part to train on and one out of the part to test on.
PairEstimates estimate(Evidence& evidence, int64_t train, int64_t test, const Stream& stream,
                       const std::vector<std::string>& names, const PairEstimator& estimator, int64_t rounds);

}  // namespace teasel
