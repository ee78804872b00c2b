// Precision curve (the code of disentanglement_lib, Locatello et al. 2019, "unified scores"): entries below a threshold
// are dropped, the others are edges between latents and factors, and one counts the connected components that hold an
// edge: factors that are told apart. `area` is the area under that count over thresholds from the greatest entry to the
// least (trapezoids between the entries), `max` the greatest count. Range: 0 to min(D, K), for the area times the range
// of entries, so that only matrices of one kind compare.
#include <algorithm>
#include <numeric>

#include "teasel/metrics/matrix.hpp"

namespace teasel {
namespace {

// Latents and factors as they become connected, edge by edge.
class Components {
 public:
  explicit Components(int64_t size) : parent_(size), alone_(size, true) {
    std::iota(parent_.begin(), parent_.end(), 0);
  }

  void connect(int64_t a, int64_t b) {
    count_ += alone_[a] && alone_[b];  // a component of two that had no edge
    const bool both_old = !alone_[a] && !alone_[b];
    const auto p = root(a), q = root(b);
    if (p != q) {
      count_ -= both_old;
      parent_[p] = q;
    }
    alone_[a] = alone_[b] = false;
  }
  int64_t count() const { return count_; }

 private:
  int64_t root(int64_t a) {
    while (parent_[a] != a) a = parent_[a] = parent_[parent_[a]];
    return a;
  }

  std::vector<int64_t> parent_;
  std::vector<bool> alone_;
  int64_t count_ = 0;
};

class Precision : public Aggregation {
 public:
  using Options = NoOptions;
  Precision(const Options&, const Setup&) {}

  std::vector<NamedValue> aggregate(const ScoreMatrix& matrix) const override {
    struct Edge {
      double weight;
      int64_t latent, factor;
    };
    std::vector<Edge> edges;
    for (int64_t j = 0; j < matrix.latents; ++j)
      for (const auto k : matrix.used) edges.push_back({matrix.at(j, k), j, k});
    std::ranges::stable_sort(edges, std::greater(), &Edge::weight);

    Components components(matrix.latents + matrix.factors);
    double area = 0, last = 0, last_weight = 0;
    int64_t most = 0;
    for (size_t at = 0; at < edges.size();) {
      const double weight = edges[at].weight;
      for (; at < edges.size() && edges[at].weight == weight; ++at)
        if (weight > 0) components.connect(edges[at].latent, matrix.latents + edges[at].factor);
      const auto count = static_cast<double>(components.count());
      if (weight != edges.front().weight) area += (last + count) * (last_weight - weight) / 2;
      last = count;
      last_weight = weight;
      most = std::max(most, components.count());
    }
    return {{"area", area}, {"max", static_cast<double>(most)}};
  }
};

TEASEL_REGISTER(Aggregation, Precision, "area under the number of factors told apart, over thresholds of the entries");

}  // namespace
}  // namespace teasel
