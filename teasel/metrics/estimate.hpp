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

// What the spread of halves is taken about. Their mean: a bias that grows with fewer items is no spread. The score of
// all items, where it rests on the greatest code: whether a half has it decides, and the squared distance from the
// whole is what the greatest of another sample differs by (of spacings E_i / i, of which a half lacks the first G - 1
// with P(G) = 2^-G, the mean square is 1.64, the variance of Gumbel's law).
enum class HalvesAbout { mean, value };

// Computes a score of `drawn` items with an interval of 95 % for its expectation at this number of items: what another
// draw may bring, not another training. Bias that a protocol's estimator has (plug-in entropies) is part of it.
// - Items drawn from a full grid, and sampled codes: the spread of `rounds` further draws.
// - All items of a full grid as they are: nothing is left to chance, low = high = value.
// - Any other table: the spread over `rounds` random halves of the items, which is what a jackknife that deletes half
//   of them makes of it (Shao and Wu 1989, "A general theory for jackknife variance estimation"). Deleting few items
//   instead overstates scores from histograms, whose bins all move with the greatest and the least code.
// With fewer than three rounds low = high = value.
// `stream` says who draws: Stream(seed, "mig").
Estimates estimate(Evidence& evidence, int64_t samples, const Stream& stream, const std::vector<std::string>& names,
                   const Estimator& estimator, int64_t rounds = 30, HalvesAbout about = HalvesAbout::mean);

// The same for metrics that train: `rounds` draws or groups, as many trainings more; 0: none, and low = high = value.
// On a table that is no grid, or on a split, the delete-a-group jackknife (Kott 2001, "The delete-a-group jackknife"),
// which leaves a group out of the part to train on and one out of the part to test on.
PairEstimates estimate(Evidence& evidence, int64_t train, int64_t test, const Stream& stream,
                       const std::vector<std::string>& names, const PairEstimator& estimator, int64_t rounds);

}  // namespace teasel
