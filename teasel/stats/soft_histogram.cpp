#include "teasel/stats/soft_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace teasel {
namespace {

constexpr double least_share = 1e-18;

// Densities relative to that at the centre of bin `from`, outward in steps of `step` bins, down to the least that
// counts. Returns the first bin that was not written. The ratio of one to the next is a geometric sequence, so that two
// multiplications take the place of an exponential.
int64_t fill_outward(const FixedBins& bins, double mean, double deviation, int64_t from, int64_t step,
                     std::span<double> shares) {
  const double w = bins.width() / deviation;
  const double u = (bins.centre(from) - mean) * static_cast<double>(step) / deviation;
  double ratio = std::exp(-(2 * u + w) * w / 2);
  const double factor = std::exp(-w * w);
  double value = shares[from];
  int64_t bin = from + step;
  for (; bin >= 0 && bin < bins.bins; bin += step) {
    value *= ratio;
    if (value < least_share) break;
    ratio *= factor;
    shares[bin] = value;
  }
  return bin;
}

}  // namespace

BinRange soft_bins(const FixedBins& bins, double mean, double deviation, std::span<double> shares) {
  deviation = std::max(deviation, bins.least_deviation);
  const double place = (mean - bins.low) / bins.width();
  const auto nearest = static_cast<int64_t>(std::clamp(place, 0.0, static_cast<double>(bins.bins - 1)));
  const double u = (bins.centre(nearest) - mean) / deviation;
  const double peak = std::exp(-u * u / 2) / (deviation * std::sqrt(2 * std::numbers::pi));
  shares[nearest] = 1;
  if (peak < bins.least_density) {
    const bool inside = mean >= bins.low && mean < bins.high;
    return {nearest, inside ? nearest + 1 : nearest};
  }
  const int64_t last = fill_outward(bins, mean, deviation, nearest, 1, shares),
                first = fill_outward(bins, mean, deviation, nearest, -1, shares) + 1;
  double sum = 0;
  for (int64_t bin = first; bin < last; ++bin) sum += shares[bin];
  for (int64_t bin = first; bin < last; ++bin) shares[bin] /= sum;
  return {first, last};
}

FixedBins integration_bins(std::span<const double> mean, std::span<const double> deviation) {
  constexpr double reach = 8.5, step = 1.0 / 1.5;
  constexpr int64_t most_bins = 4000;
  std::vector<double> sorted(deviation.begin(), deviation.end());
  const auto hundredth = sorted.begin() + static_cast<ptrdiff_t>(sorted.size() / 100);
  std::ranges::nth_element(sorted, hundredth);
  FixedBins out{.low = mean[0], .high = mean[0], .least_density = 0, .least_deviation = *hundredth};
  for (size_t i = 0; i < mean.size(); ++i) {
    const double spread = reach * std::max(deviation[i], out.least_deviation);
    out.low = std::min(out.low, mean[i] - spread);
    out.high = std::max(out.high, mean[i] + spread);
  }
  const double wanted = std::ceil((out.high - out.low) / (step * out.least_deviation));
  out.bins = static_cast<int64_t>(std::min(wanted, static_cast<double>(most_bins)));
  out.least_deviation = std::max(out.least_deviation, out.width() / step);
  return out;
}

}  // namespace teasel
