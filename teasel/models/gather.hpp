// From a data set to a batch: the one place where the two meet.
#pragma once
#include <string>
#include <vector>

#include "teasel/data/dataset.hpp"
#include "teasel/nn/items.hpp"

namespace teasel {

// Gathers these fields of these items, packed as the data set holds them. The field "factors" is the table of factors
// [B, K], or [B, T, K] where a factor is dynamic. Error where the data set has no such field.
Batch gather_batch(const Dataset& data, const std::vector<std::string>& fields, const std::vector<int64_t>& index,
                   Draw draw);

}  // namespace teasel
