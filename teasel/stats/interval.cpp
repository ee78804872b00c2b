#include "teasel/stats/interval.hpp"

#include <algorithm>
#include <cmath>

#include "teasel/stats/columns.hpp"

namespace teasel {

double student_975(int64_t degrees) {
  // Abramowitz and Stegun 1964, 26.7.5.
  const double x = normal_975, n = static_cast<double>(degrees), x3 = x * x * x, x5 = x3 * x * x, x7 = x5 * x * x,
               x9 = x7 * x * x;
  return x + (x3 + x) / (4 * n) + (5 * x5 + 16 * x3 + 3 * x) / (96 * n * n) +
         (3 * x7 + 19 * x5 + 17 * x3 - 15 * x) / (384 * n * n * n) +
         (79 * x9 + 776 * x7 + 1482 * x5 - 1920 * x3 - 945 * x) / (92160 * n * n * n * n);
}

double jackknife_half_width(std::span<const double> without) {
  const auto groups = static_cast<int64_t>(without.size());
  if (groups < 3) return 0;
  const auto g = static_cast<double>(groups);
  double mean = 0, squares = 0;
  for (const double value : without) mean += value / g;
  for (const double value : without) squares += (value - mean) * (value - mean);
  return student_975(groups - 1) * std::sqrt((g - 1) / g * squares);
}

namespace {

// Wilson's interval of a share `p` among `n` trials, which need not be whole numbers.
Interval wilson(double p, double n) {
  const double square = normal_975 * normal_975;
  const double centre = (p + square / (2 * n)) / (1 + square / n);
  const double half = normal_975 * std::sqrt(p * (1 - p) / n + square / (4 * n * n)) / (1 + square / n);
  return {p <= 0 ? 0 : std::max(0.0, centre - half), p >= 1 ? 1 : std::min(1.0, centre + half)};
}

}  // namespace

Interval proportion_interval(int64_t successes, int64_t trials, double variance_ratio) {
  return wilson(static_cast<double>(successes) / static_cast<double>(trials),
                static_cast<double>(trials) / variance_ratio);
}

Interval stratified_interval(std::span<const int64_t> successes, std::span<const int64_t> trials,
                             double variance_ratio) {
  double right = 0, all = 0, expected = 0, within = 0;
  for (size_t i = 0; i < trials.size(); ++i) {
    if (trials[i] == 0) continue;
    // One success and one failure more, or strata in which all went one way would seem to be without chance.
    const auto n = static_cast<double>(trials[i]), p = (static_cast<double>(successes[i]) + 1) / (n + 2);
    right += static_cast<double>(successes[i]);
    all += n;
    expected += n * p;
    within += n * p * (1 - p);
  }
  return wilson(right / all, expected * (all - expected) / within / variance_ratio);
}

double extrapolated_variance(double on_halves, double on_quarters, double least_share) {
  const double share = on_halves / on_quarters;
  return on_halves * (std::isfinite(share) ? std::clamp(share, least_share, 1.3) : 0.5);
}

Mean mean_with_interval(std::span<const float> values) {
  const auto moments = column_moments(values, static_cast<int64_t>(values.size()), 1);
  const double half = normal_975 * std::sqrt(moments.variance[0] / static_cast<double>(values.size()));
  return {moments.mean[0], {moments.mean[0] - half, moments.mean[0] + half}};
}

}  // namespace teasel
