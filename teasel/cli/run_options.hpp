// Options that several verbs on run folders have, with the same words everywhere.
#pragma once
#include <string>

#include "teasel/cli/declaration.hpp"

namespace teasel {

// --weights: one of weight_names.
void add_weights(Declaration& app, std::string& weights);
// --split: which items of the data set.
void add_split(Declaration& app, std::string& split);

}  // namespace teasel
