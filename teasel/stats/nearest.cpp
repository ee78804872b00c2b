#include "teasel/stats/nearest.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "teasel/core/random.hpp"

namespace teasel {
namespace {

// Digamma of 1, 2, ..., n: psi(1) = -gamma, psi(m + 1) = psi(m) + 1 / m.
std::vector<double> digammas(int64_t n) {
  std::vector<double> out(n + 1);
  if (n >= 1) out[1] = -0.57721566490153286061;
  for (int64_t m = 1; m < n; ++m) out[m + 1] = out[m] + 1 / static_cast<double>(m);
  return out;
}

// Points under the greatest coordinate difference: cut in halves along the widest side, down to small leaves.
class Tree {
 public:
  Tree(std::span<const double> points, int64_t d) : d_(d), row_(points.size() / d) {
    std::iota(row_.begin(), row_.end(), 0);
    build(points, 0, static_cast<int64_t>(row_.size()));
    points_.resize(points.size());
    for (size_t i = 0; i < row_.size(); ++i) std::copy_n(&points[row_[i] * d], d, &points_[i * d]);
  }

  // The distance from `point` to its k-th nearest point, itself (row `self`) not counted.
  double kth_distance(const double* point, int64_t self, int64_t k) const {
    std::vector<double> heap;
    heap.reserve(k + 1);
    nearest(0, point, self, k, heap);
    return heap.front();
  }

  // How many points lie within `radius` of `point`.
  int64_t count_within(const double* point, double radius) const { return count(0, point, radius); }

 private:
  static constexpr int64_t leaf = 16;
  struct Node {
    int64_t begin, end, left = -1, right = -1;
    std::vector<double> low, high;  // the box
  };

  int64_t build(std::span<const double> points, int64_t begin, int64_t end) {
    const auto id = static_cast<int64_t>(nodes_.size());
    nodes_.push_back({begin, end, -1, -1, std::vector<double>(d_, std::numeric_limits<double>::infinity()),
                      std::vector<double>(d_, -std::numeric_limits<double>::infinity())});
    int64_t widest = 0;
    for (int64_t j = 0; j < d_; ++j) {
      for (int64_t i = begin; i < end; ++i) {
        nodes_[id].low[j] = std::min(nodes_[id].low[j], points[row_[i] * d_ + j]);
        nodes_[id].high[j] = std::max(nodes_[id].high[j], points[row_[i] * d_ + j]);
      }
      const auto width = [&](int64_t axis) { return nodes_[id].high[axis] - nodes_[id].low[axis]; };
      if (width(j) > width(widest)) widest = j;
    }
    if (end - begin <= leaf) return id;
    const int64_t middle = (begin + end) / 2;
    std::nth_element(row_.begin() + begin, row_.begin() + middle, row_.begin() + end,
                     [&](int64_t a, int64_t b) { return points[a * d_ + widest] < points[b * d_ + widest]; });
    const int64_t left = build(points, begin, middle), right = build(points, middle, end);
    nodes_[id].left = left;
    nodes_[id].right = right;
    return id;
  }

  double distance(const double* point, int64_t at) const {
    double out = 0;
    for (int64_t j = 0; j < d_; ++j) out = std::max(out, std::abs(point[j] - points_[at * d_ + j]));
    return out;
  }
  double least_distance(const Node& node, const double* point) const {
    double out = 0;
    for (int64_t j = 0; j < d_; ++j) out = std::max({out, node.low[j] - point[j], point[j] - node.high[j]});
    return out;
  }
  double greatest_distance(const Node& node, const double* point) const {
    double out = 0;
    for (int64_t j = 0; j < d_; ++j) out = std::max({out, node.high[j] - point[j], point[j] - node.low[j]});
    return out;
  }

  void nearest(int64_t id, const double* point, int64_t self, int64_t k, std::vector<double>& heap) const {
    const Node& node = nodes_[id];
    const auto full = [&] { return static_cast<int64_t>(heap.size()) == k; };
    if (full() && least_distance(node, point) >= heap.front()) return;
    if (node.left < 0) {
      for (int64_t i = node.begin; i < node.end; ++i) {
        if (row_[i] == self) continue;
        heap.push_back(distance(point, i));
        std::ranges::push_heap(heap);
        if (static_cast<int64_t>(heap.size()) <= k) continue;
        std::ranges::pop_heap(heap);
        heap.pop_back();
      }
      return;
    }
    const bool left_first = least_distance(nodes_[node.left], point) <= least_distance(nodes_[node.right], point);
    nearest(left_first ? node.left : node.right, point, self, k, heap);
    nearest(left_first ? node.right : node.left, point, self, k, heap);
  }

  int64_t count(int64_t id, const double* point, double radius) const {
    const Node& node = nodes_[id];
    if (least_distance(node, point) > radius) return 0;
    if (greatest_distance(node, point) <= radius) return node.end - node.begin;
    if (node.left >= 0) return count(node.left, point, radius) + count(node.right, point, radius);
    int64_t out = 0;
    for (int64_t i = node.begin; i < node.end; ++i) out += distance(point, i) <= radius;
    return out;
  }

  int64_t d_;
  std::vector<int64_t> row_;  // of the points as they lie in the leaves
  std::vector<double> points_;
  std::vector<Node> nodes_;
};

// The number of values within `radius` of x; `sorted` rises.
int64_t count_within(std::span<const double> sorted, double x, double radius) {
  const auto low = std::ranges::partition_point(sorted, [&](double v) { return v < x && x - v > radius; });
  const auto high = std::ranges::partition_point(sorted, [&](double v) { return v <= x || v - x <= radius; });
  return high - low;
}

// The distance of sorted[i] to its k-th nearest other value.
double kth_distance(std::span<const double> sorted, int64_t i, int64_t k) {
  int64_t left = i, right = i;
  double out = 0;
  for (int64_t found = 0; found < k; ++found) {
    const double to_left = left > 0 ? sorted[i] - sorted[left - 1] : std::numeric_limits<double>::infinity();
    const double to_right = right + 1 < static_cast<int64_t>(sorted.size()) ? sorted[right + 1] - sorted[i]
                                                                            : std::numeric_limits<double>::infinity();
    out = std::min(to_left, to_right);
    to_left <= to_right ? --left : ++right;
  }
  return out;
}

// Radii just below the k-th neighbour's distance, of the points of one class (`points`, their own table).
std::vector<double> radii(std::span<const double> points, int64_t d, int64_t k) {
  const auto n = static_cast<int64_t>(points.size()) / d;
  std::vector<double> out(n);
  if (d == 1) {
    std::vector<int64_t> order(n);
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order, {}, [&](int64_t i) { return points[i]; });
    std::vector<double> sorted(n);
    for (int64_t i = 0; i < n; ++i) sorted[i] = points[order[i]];
    for (int64_t i = 0; i < n; ++i) out[order[i]] = kth_distance(sorted, i, k);
  } else {
    const Tree tree(points, d);
    for (int64_t i = 0; i < n; ++i) out[i] = tree.kth_distance(&points[i * d], i, k);
  }
  for (auto& radius : out) radius = std::nextafter(radius, 0.0);
  return out;
}

}  // namespace

double nearest_information(std::span<const double> points, int64_t d, std::span<const int32_t> labels, int64_t k) {
  const auto n = static_cast<int64_t>(labels.size());
  int32_t classes = 0;
  for (const auto label : labels) classes = std::max(classes, label + 1);
  std::vector<std::vector<double>> of_class(classes);
  for (int64_t i = 0; i < n; ++i)
    of_class[labels[i]].insert(of_class[labels[i]].end(), &points[i * d], &points[i * d] + d);

  const auto psi = digammas(n);
  std::vector<double> all, radius;
  double sum = 0;  // of psi(k) - psi(size of the class)
  for (auto& own : of_class) {
    const auto size = static_cast<int64_t>(own.size()) / d;
    if (size < 2) continue;
    const int64_t neighbours = std::min(k, size - 1);
    const auto own_radii = radii(own, d, neighbours);
    all.insert(all.end(), own.begin(), own.end());
    radius.insert(radius.end(), own_radii.begin(), own_radii.end());
    sum += static_cast<double>(size) * (psi[neighbours] - psi[size]);
  }
  const auto kept = static_cast<int64_t>(radius.size());
  if (kept == 0) return 0;
  if (d == 1) {
    auto sorted = all;
    std::ranges::sort(sorted);
    for (int64_t i = 0; i < kept; ++i) sum -= psi[count_within(sorted, all[i], radius[i])];
  } else {
    const Tree tree(all, d);
    for (int64_t i = 0; i < kept; ++i) sum -= psi[tree.count_within(&all[i * d], radius[i])];
  }
  return std::max(0.0, psi[kept] + sum / static_cast<double>(kept));
}

double nearest_information(std::span<const double> x, std::span<const double> y, int64_t k) {
  const auto n = static_cast<int64_t>(x.size());
  std::vector<double> both(2 * n), sorted_x(x.begin(), x.end()), sorted_y(y.begin(), y.end());
  for (int64_t i = 0; i < n; ++i) both[2 * i] = x[i], both[2 * i + 1] = y[i];
  std::ranges::sort(sorted_x);
  std::ranges::sort(sorted_y);
  const auto radius = radii(both, 2, k);
  const auto psi = digammas(n);
  double sum = 0;
  for (int64_t i = 0; i < n; ++i)
    sum += psi[count_within(sorted_x, x[i], radius[i])] + psi[count_within(sorted_y, y[i], radius[i])];
  return std::max(0.0, psi[n] + psi[k] - sum / static_cast<double>(n));
}

std::vector<double> jittered(std::span<const double> values, uint64_t seed) {
  const auto n = static_cast<double>(values.size());
  double mean = 0, squares = 0, absolute = 0;
  for (const double v : values) mean += v / n;
  for (const double v : values) squares += (v - mean) * (v - mean) / n;
  const double scale = squares > 0 ? 1 / std::sqrt(squares) : 1;
  for (const double v : values) absolute += std::abs(v) * scale / n;
  std::vector<float> noise(values.size());
  Stream(seed, "nearest/jitter").normal(0, 1, noise);
  std::vector<double> out(values.size());
  for (size_t i = 0; i < values.size(); ++i) out[i] = values[i] * scale + 1e-10 * std::max(1.0, absolute) * noise[i];
  return out;
}

}  // namespace teasel
