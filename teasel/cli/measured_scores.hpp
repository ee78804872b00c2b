// Scores of the same codes under every protocol, as results/protocols.json holds them: for the documents.
#pragma once
#include <string>

namespace teasel {

// A table of the scores whose protocols differ: from the least to the greatest, for each code set. In Markdown.
std::string protocol_ranges();
// Everything measured of one metric: a row for each output and protocol, a column for each code set. Empty where
// nothing was. In Markdown.
std::string measured_scores(const std::string& metric);

}  // namespace teasel
