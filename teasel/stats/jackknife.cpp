#include "teasel/stats/jackknife.hpp"

namespace teasel {

GroupedMeans::GroupedMeans(std::span<const double> samples, int64_t width, int64_t groups)
    : width_(width),
      groups_(groups),
      sums_(groups * width),
      all_(width),
      counts_(groups),
      n_(static_cast<int64_t>(samples.size()) / width) {
  for (int64_t i = 0; i < n_; ++i) {
    ++counts_[i % groups];
    for (int64_t j = 0; j < width; ++j) sums_[i % groups * width + j] += samples[i * width + j];
  }
  for (int64_t g = 0; g < groups; ++g)
    for (int64_t j = 0; j < width; ++j) all_[j] += sums_[g * width + j];
}

std::vector<double> GroupedMeans::mean(int64_t without) const {
  std::vector<double> out(width_);
  const auto count = static_cast<double>(n_ - (without >= 0 ? counts_[without] : 0));
  for (int64_t j = 0; j < width_; ++j) out[j] = (all_[j] - (without >= 0 ? sums_[without * width_ + j] : 0)) / count;
  return out;
}

Jackknifed jackknife(int64_t groups, const std::function<std::vector<double>(int64_t without)>& function) {
  Jackknifed out{function(-1), {}};
  std::vector<std::vector<double>> without(out.value.size());
  for (int64_t g = 0; g < groups; ++g) {
    const auto values = function(g);
    for (size_t j = 0; j < values.size(); ++j) without[j].push_back(values[j]);
  }
  for (size_t j = 0; j < out.value.size(); ++j) {
    const double half = jackknife_half_width(without[j]);
    out.interval.push_back({out.value[j] - half, out.value[j] + half});
  }
  return out;
}

}  // namespace teasel
