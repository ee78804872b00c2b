#include "teasel/stats/interval.hpp"

#include <algorithm>
#include <cmath>

#include "teasel/stats/columns.hpp"

namespace teasel {

Interval proportion_interval(int64_t successes, int64_t trials) {
  const double n = static_cast<double>(trials), p = static_cast<double>(successes) / n,
               square = normal_975 * normal_975;
  const double centre = (p + square / (2 * n)) / (1 + square / n);
  const double half = normal_975 * std::sqrt(p * (1 - p) / n + square / (4 * n * n)) / (1 + square / n);
  return {successes == 0 ? 0 : std::max(0.0, centre - half), successes == trials ? 1 : std::min(1.0, centre + half)};
}

Mean mean_with_interval(std::span<const float> values) {
  const auto moments = column_moments(values, static_cast<int64_t>(values.size()), 1);
  const double half = normal_975 * std::sqrt(moments.variance[0] / static_cast<double>(values.size()));
  return {moments.mean[0], {moments.mean[0] - half, moments.mean[0] + half}};
}

}  // namespace teasel
