// Intervals for scores that are costly to train for: from the spread of the same score on small parts of the items.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "teasel/metrics/estimate.hpp"

namespace teasel {

// A score of items drawn to train and to test on, with an interval of 95 % for what another draw may bring: both parts
// are cut into `groups` random ones, each of which is scored by itself; the standard deviation of these scores over the
// root of their number is that of the score (the method of random groups, Wolter 2007, "Introduction to variance
// estimation", chapter 2). One training on few items for each group: together about as costly as the score, whatever
// their number. A score of few items varies somewhat more than the rule assumes, so the interval is rather wide.
//
// There are as many groups as leave each 100 items to train on and 10 to test on, if that is fewer; below three, or
// where a group has no finite score, low = high = value.
PairEstimates estimate_by_groups(Evidence& evidence, int64_t train, int64_t test, const Stream& stream,
                                 const std::vector<std::string>& names, const PairEstimator& estimator, int64_t groups);

}  // namespace teasel
