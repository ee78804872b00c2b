#include "teasel/stats/roc.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace teasel {
namespace {

// Items by rising score.
std::vector<int64_t> rising(std::span<const double> scores) {
  std::vector<int64_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](int64_t i) { return scores[i]; });
  return order;
}

// The area over those items, in rising order, that are kept.
template <class Positive, class Kept>
double area(std::span<const double> scores, const std::vector<int64_t>& order, const Positive& positive,
            const Kept& kept) {
  double below = 0, pairs = 0, positives = 0;  // negatives so far; pairs in the right order, equals as halves
  for (size_t first = 0; first < order.size();) {
    double here[2] = {0, 0};
    const double score = scores[order[first]];
    for (; first < order.size() && scores[order[first]] == score; ++first)
      if (kept(order[first])) ++here[positive(order[first]) ? 1 : 0];
    pairs += here[1] * (below + here[0] / 2);
    below += here[0];
    positives += here[1];
  }
  return positives > 0 && below > 0 ? pairs / positives / below : std::numeric_limits<double>::quiet_NaN();
}

// The mean of the numbers that there are; `step` apart from `first` on.
double mean_of_known(const std::vector<double>& values, size_t first, size_t step) {
  double sum = 0;
  int64_t counted = 0;
  for (size_t i = first; i < values.size(); i += step) {
    if (std::isnan(values[i])) continue;
    sum += values[i];
    ++counted;
  }
  return counted > 0 ? sum / static_cast<double>(counted) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

double roc_auc(std::span<const double> scores, std::span<const char> positive) {
  return area(
      scores, rising(scores), [&](int64_t i) { return positive[i] != 0; }, [](int64_t) { return true; });
}

double macro_roc_auc(std::span<const double> scores, std::span<const int32_t> labels, int64_t classes) {
  return macro_roc_auc_without_groups(scores, labels, classes, std::vector<int32_t>(labels.size(), -1), 1)[0];
}

std::vector<double> macro_roc_auc_without_groups(std::span<const double> scores, std::span<const int32_t> labels,
                                                 int64_t classes, std::span<const int32_t> group, int64_t groups) {
  const auto n = static_cast<int64_t>(labels.size());
  std::vector<double> areas(classes * groups);
#pragma omp parallel for schedule(dynamic)
  for (int64_t c = 0; c < classes; ++c) {
    std::vector<double> of_class(n);
    for (int64_t i = 0; i < n; ++i) of_class[i] = scores[i * classes + c];
    const auto order = rising(of_class);
    for (int64_t g = 0; g < groups; ++g)
      areas[c * groups + g] = area(
          of_class, order, [&](int64_t i) { return labels[i] == c; }, [&](int64_t i) { return group[i] != g; });
  }
  std::vector<double> out;
  for (int64_t g = 0; g < groups; ++g) out.push_back(mean_of_known(areas, g, groups));
  return out;
}

}  // namespace teasel
