// The delete-a-group jackknife for functions of means.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "teasel/stats/interval.hpp"

namespace teasel {

// Means of the columns of a table [n, width] of independent samples, and the same without each of some groups of them.
class GroupedMeans {
 public:
  // Sample i belongs to group i % groups; n >= groups.
  GroupedMeans(std::span<const double> samples, int64_t width, int64_t groups);

  // The means of all samples, or, with g >= 0, of those outside of group g: [width].
  std::vector<double> mean(int64_t without = -1) const;
  int64_t groups() const { return groups_; }

 private:
  int64_t width_, groups_;
  std::vector<double> sums_, all_;  // [groups, width], [width]
  std::vector<int64_t> counts_;
  int64_t n_ = 0;
};

// The values of a function of group numbers (-1: without none) with jackknife intervals, one for each output.
struct Jackknifed {
  std::vector<double> value;
  std::vector<Interval> interval;
};
Jackknifed jackknife(int64_t groups, const std::function<std::vector<double>(int64_t without)>& function);

}  // namespace teasel
