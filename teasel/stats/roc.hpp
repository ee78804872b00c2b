// Area under the receiver operating characteristic.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace teasel {

// The probability that a random positive scores above a random negative, where equals count half: the area under the
// ROC curve (Hanley and McNeil 1982). NaN where one of the two does not occur. `positive`: 0 or 1 for each score.
double roc_auc(std::span<const double> scores, std::span<const char> positive);

// One against the rest for every class that occurs, and their plain mean (macro average). scores: [n, classes]. Classes
// that do not occur, or that are all there is, are left out; NaN where none is left.
double macro_roc_auc(std::span<const double> scores, std::span<const int32_t> labels, int64_t classes);

// The same without the items of each of some groups: [groups]. group: of each item, 0 .. groups - 1.
std::vector<double> macro_roc_auc_without_groups(std::span<const double> scores, std::span<const int32_t> labels,
                                                 int64_t classes, std::span<const int32_t> group, int64_t groups);

}  // namespace teasel
