// Intervals of 95 % for proportions and means.
#pragma once
#include <cstdint>
#include <span>

namespace teasel {

// The .975 quantile of N(0, 1).
constexpr double normal_975 = 1.959963984540054;

struct Interval {
  double low = 0, high = 0;
};

// The .975 quantile of Student's t with `degrees` >= 3 degrees of freedom, by Fisher's expansion about the normal
// (within .002 of the quantile from 5 degrees on, 1e-5 from 15).
double student_975(int64_t degrees);

// Half the width of a jackknife interval of 95 % from a number's values without each of some groups of items: Student's
// t times the root of (g - 1) / g times their sum of squares about their mean (Kott 2001). 0 for fewer than three.
double jackknife_half_width(std::span<const double> without);

// Wilson's score interval for a proportion of `successes` among `trials` >= 1 (Wilson 1927); within [0, 1]. With a
// `variance_ratio` r: as of trials / r, where a proportion varies r times as much as one of independent trials.
Interval proportion_interval(int64_t successes, int64_t trials, double variance_ratio = 1);

// The same for a proportion of all trials in strata whose sizes were fixed, `successes` of `trials` in each: as of so
// many trials as make the variance what is left within strata. Empty strata do not count.
Interval stratified_interval(std::span<const int64_t> successes, std::span<const int64_t> trials,
                             double variance_ratio = 1);

// The variance of a statistic of n independent samples, from its variances on n / 2 and on n / 4 of them: that on n / 2
// times the share of it that twice as many keep, which is taken to be the same from n / 4 to n / 2 and from there to n:
// 1/2 for a mean, 1/4 for a square of a mean about 0, 1 for what does not depend on n (a greatest sample). It is cut
// off beyond 1 and below `least_share`, and 1/2 where the arguments tell nothing.
double extrapolated_variance(double on_halves, double on_quarters, double least_share = 0.25);

// A mean with its interval by the normal approximation: mean +- 1.96 s / sqrt(n).
struct Mean {
  double value = 0;
  Interval interval;
};

// At least one value; a single one has no spread, and its interval is the value itself.
Mean mean_with_interval(std::span<const float> values);

}  // namespace teasel
