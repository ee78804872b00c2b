// Histograms of densities: how much of each item's posterior lies in each bin.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace teasel {

// `bins` bins of equal width from `low` to `high`.
struct FixedBins {
  int64_t bins = 100;
  double low = -4, high = 4;
  double least_density = 1e-5;  // see soft_bins
  double least_deviation = 0;   // narrower densities count as of this one

  double width() const { return (high - low) / static_cast<double>(bins); }
  double centre(int64_t bin) const { return low + (static_cast<double>(bin) + 0.5) * width(); }
};

// Bins first .. last - 1.
struct BinRange {
  int64_t first = 0, last = 0;
};

// The shares [bins] of N(mean, deviation^2) in the bins as Do and Tran 2020 ("Theory and evaluation metrics for
// learning disentangled representations", appendix) quantise it: proportional to the density at their centres, with sum
// 1. Where no centre has the least density (deviations far below the width, means far outside), all of it lies in the
// bin that holds the mean, or, with the mean outside, nowhere. Only the shares of the bins that are returned are
// written; all others are below 1e-18. deviation > 0.
BinRange soft_bins(const FixedBins& bins, double mean, double deviation, std::span<double> shares);

// Bins so fine and so wide that sums over the shares of N(mean[i], deviation[i]^2) are integrals over their densities:
// from 8.5 deviations below to 8.5 above them all, none wider than 2/3 of a deviation, but at most 4,000 of them, and
// deviations narrower than a hundredth of all are widened to that.
FixedBins integration_bins(std::span<const double> mean, std::span<const double> deviation);

}  // namespace teasel
