#include "teasel/stats/k_means.hpp"

#include <algorithm>
#include <limits>

#include "teasel/core/random.hpp"

namespace teasel {
namespace {

double squared_distance(const double* a, const double* b, int64_t d) {
  double sum = 0;
  for (int64_t j = 0; j < d; ++j) sum += (a[j] - b[j]) * (a[j] - b[j]);
  return sum;
}

class Run {
 public:
  Run(std::span<const double> points, int64_t d, int64_t k)
      : points_(points), n_(static_cast<int64_t>(points.size()) / d), d_(d), k_(k), distance_(n_) {}

  Clusters from(const Stream& stream) {
    Clusters out{std::vector<int32_t>(n_, -1), first_centres(stream), 0};
    for (int round = 0; round < 300 && assign(out); ++round) move(out);
    assign(out);
    for (const double distance : distance_) out.inertia += distance;
    return out;
  }

 private:
  // Each further centre is a point drawn in proportion to its squared distance from those that there are.
  std::vector<double> first_centres(const Stream& stream) {
    std::vector<double> centre(k_ * d_);
    std::ranges::fill(distance_, std::numeric_limits<double>::infinity());
    int64_t chosen = stream.below(n_, 0);
    for (int64_t c = 0; c < k_; ++c) {
      if (c > 0) chosen = draw(stream, c);
      std::copy_n(&points_[chosen * d_], d_, &centre[c * d_]);
      for (int64_t i = 0; i < n_; ++i)
        distance_[i] = std::min(distance_[i], squared_distance(&points_[i * d_], &centre[c * d_], d_));
    }
    return centre;
  }

  int64_t draw(const Stream& stream, int64_t c) const {
    double total = 0;
    for (const double distance : distance_) total += distance;
    float share = 0;
    stream.uniform(c, 1, {&share, 1});
    double rest = total * share;
    for (int64_t i = 0; i < n_; ++i)
      if ((rest -= distance_[i]) < 0) return i;
    return stream.below(n_, c);  // all points lie on centres
  }

  // Whether a label changed.
  bool assign(Clusters& clusters) {
    bool changed = false;
#pragma omp parallel for reduction(|| : changed) if (n_ * d_ * k_ > 1 << 17)
    for (int64_t i = 0; i < n_; ++i) {
      int32_t best = 0;
      double least = std::numeric_limits<double>::infinity();
      for (int64_t c = 0; c < k_; ++c) {
        const double distance = squared_distance(&points_[i * d_], &clusters.centre[c * d_], d_);
        if (distance < least) least = distance, best = static_cast<int32_t>(c);
      }
      changed = changed || clusters.label[i] != best;
      clusters.label[i] = best;
      distance_[i] = least;
    }
    return changed;
  }

  void move(Clusters& clusters) {
    std::vector<double> count(k_);
    std::ranges::fill(clusters.centre, 0);
    for (int64_t i = 0; i < n_; ++i) {
      ++count[clusters.label[i]];
      for (int64_t j = 0; j < d_; ++j) clusters.centre[clusters.label[i] * d_ + j] += points_[i * d_ + j];
    }
    for (int64_t c = 0; c < k_; ++c) {
      if (count[c] == 0) {
        const auto farthest = std::ranges::max_element(distance_) - distance_.begin();
        std::copy_n(&points_[farthest * d_], d_, &clusters.centre[c * d_]);
        distance_[farthest] = 0;
        continue;
      }
      for (int64_t j = 0; j < d_; ++j) clusters.centre[c * d_ + j] /= count[c];
    }
  }

  std::span<const double> points_;
  int64_t n_, d_, k_;
  std::vector<double> distance_;  // squared, of each point to its nearest centre
};

}  // namespace

Clusters k_means(std::span<const double> points, int64_t d, int64_t k, int64_t starts, uint64_t seed) {
  Clusters best;
  for (int64_t start = 0; start < starts; ++start) {
    auto found = Run(points, d, k).from(Stream(seed, "k_means", start));
    if (start == 0 || found.inertia < best.inertia) best = std::move(found);
  }
  return best;
}

}  // namespace teasel
