// Traversals of factors on a full grid: the codes of all values of one factor, the others held.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "teasel/core/random.hpp"
#include "teasel/metrics/metric.hpp"

namespace teasel {

// The items of one traversal of factor `k` through a random item: number `index` of `stream`. In the order of the
// factor's values. The table is a full grid.
std::vector<int64_t> traversal(const CodeTable& table, int64_t k, const Stream& stream, int64_t index);

// The factors of which at least two values occur and that are no nuisances.
std::vector<int64_t> traversed_factors(const CodeTable& table, const std::string& metric);

// Scores of `repeats` random traversals, which come in 30 batches. `values` computes them from a range of traversals
// [first, last); outputs are the values of all, with intervals of 95 % from how the batches differ (Student's t).
std::vector<Score::Output> outputs_of_batches(
    const std::vector<std::string>& names, int64_t repeats,
    const std::function<std::vector<double>(int64_t first, int64_t last)>& values);

}  // namespace teasel
