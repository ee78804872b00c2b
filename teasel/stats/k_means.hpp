// k-means clustering.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace teasel {

struct Clusters {
  std::vector<int32_t> label;  // [n]: the nearest centre
  std::vector<double> centre;  // [k, d]
  double inertia = 0;          // the sum of squared distances to the nearest centre
};

// The best of `starts` runs of Lloyd's algorithm (1982) from centres drawn by k-means++ (Arthur and Vassilvitskii
// 2007); a run ends where no label changes, or after 300 rounds. points: [n, d], n >= k >= 1. Clusters that lose all
// their points get the point that lies farthest from its centre. A function of the points and the seed.
Clusters k_means(std::span<const double> points, int64_t d, int64_t k, int64_t starts, uint64_t seed);

}  // namespace teasel
