// Factored components (Michlo et al., the library disent, 2022), those that need no pixels: what a representation has
// that a factored one must have.
// Along random traversals of one factor, the others held:
// - linear_ratio: the share of the codes' variance along their first principal axis, as (share - 1 / D) / (1 - 1 / D);
// - axis_ratio: the same for the latent that varies most; it is at most linear_ratio;
// - axis_alignment: axis_ratio / linear_ratio, how much of a straight line is one latent;
// - axis_ratio_average: axis_ratio of the mean variances, so that the latent must be the same in all traversals;
// - rank_correlation, linear_correlation (Spearman's, Pearson's): distances of codes with distances of values, over
//   random pairs; _l1, _l2: by which distance of the codes;
// - same_order: of random triplets, how often the nearer value has the nearer code.
// Each is the mean over traversals, or one number over the pairs of all, for each factor, and the geometric mean over
// factors (0 where a factor has 0 or less). The same with global_ in front: over random items with the L1 distance of
// their class numbers.
//
// Range 0 to 1. Noise reaches about 0, but .5 and more for same_order, which is .5 by chance for continuous distances,
// and 1 / #values of the first ratios for factors of two values (two codes always lie on a line). Values of categorical
// and cyclic factors are taken in their order, which costs them. A full grid is needed.
//
// Use it on full grids, to tell apart why a code is not factored: curved paths, paths that are no axes, or distances
// that do not follow the factors.
//
// Criticism: geometric means over factors are 0 where one factor is ignored; order and distance mean nothing for
// categorical factors, and ratios are high for factors of two values whatever the code.
//
// detail: linear_ratio, axis_ratio, axis_alignment [factors] (0 for factors that were left out), factors_used (factor
// numbers).
#include <algorithm>
#include <array>
#include <cmath>

#include "teasel/metrics/sampling.hpp"
#include "teasel/metrics/traversals.hpp"
#include "teasel/stats/correlation.hpp"
#include "teasel/stats/covariance.hpp"
#include "teasel/stats/pearson.hpp"
#include "teasel/stats/symmetric.hpp"

namespace teasel {
namespace {

struct ComponentsOptions {
  int64_t repeats = 1024, triplets = 64, subset = 32;

  void describe(Fields& f) {
    f.field("repeats", repeats, "traversals of every factor, and random subsets", at_least(2));
    f.field("triplets", triplets, "random triplets of each", at_least(1));
    f.field("subset", subset, "items of a random subset", at_least(2));
  }
};

// Distances of the pairs of triplets (a, p, n): of values and of codes, both sides one after the other.
struct PairDistances {
  std::vector<double> truth, l1, l2;
};

// What one traversal, or one subset, says.
struct Look {
  double linear = 0, axis = 0, alignment = 0;
  std::vector<double> variance;  // [D]
  PairDistances distances;
};

double share_of_greatest(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  double sum = 0, greatest = 0;
  for (const double value : values) sum += std::max(0.0, value), greatest = std::max(greatest, value);
  if (sum <= 0) return 0;
  return n > 1 ? std::max(0.0, (greatest / sum - 1 / n) / (1 - 1 / n)) : 1;
}

void put_ratios(const std::vector<double>& codes, int64_t n, int64_t d, Look& out) {
  const auto matrix = covariance(codes, n, d);
  for (int64_t j = 0; j < d; ++j) out.variance.push_back(matrix[j * d + j]);
  out.axis = share_of_greatest(out.variance);
  out.linear = share_of_greatest(symmetric_eigen(matrix, d).values);
  out.alignment = out.linear > 0 ? std::min(1.0, out.axis / out.linear) : 0;
}

// `truth`: the distance of the values of two of the items.
template <class Distance>
PairDistances pair_distances(const std::vector<double>& codes, int64_t n, int64_t d, int64_t triplets,
                             const Stream& stream, int64_t look, const Distance& truth) {
  PairDistances out;
  for (auto* list : {&out.truth, &out.l1, &out.l2}) list->resize(2 * triplets);
  for (int64_t t = 0; t < triplets; ++t) {
    const int64_t number = (look * triplets + t) * 3, a = stream.below(n, number);
    for (int64_t side = 0; side < 2; ++side) {
      const int64_t b = stream.below(n, number + 1 + side), at = t + side * triplets;
      double l1 = 0, l2 = 0;
      for (int64_t j = 0; j < d; ++j) {
        const double off = std::abs(codes[a * d + j] - codes[b * d + j]);
        l1 += off;
        l2 += off * off;
      }
      out.truth[at] = truth(a, b);
      out.l1[at] = l1;
      out.l2[at] = std::sqrt(l2);
    }
  }
  return out;
}

double same_order(const PairDistances& pairs, const std::vector<double>& codes) {
  const size_t half = codes.size() / 2;
  const auto order = [&](const std::vector<double>& list, size_t t) {
    return list[t] < list[half + t] ? -1 : list[t] > list[half + t] ? 1 : 0;
  };
  double same = 0;
  for (size_t t = 0; t < half; ++t) same += order(pairs.truth, t) == order(codes, t);
  return same / static_cast<double>(half);
}

constexpr std::array distance_names{"rank_correlation_l1",   "rank_correlation_l2", "linear_correlation_l1",
                                    "linear_correlation_l2", "same_order_l1",       "same_order_l2"};

std::vector<double> scores_of(const PairDistances& pairs) {
  return {spearman(pairs.truth, pairs.l1), spearman(pairs.truth, pairs.l2), pearson(pairs.truth, pairs.l1),
          pearson(pairs.truth, pairs.l2),  same_order(pairs, pairs.l1),     same_order(pairs, pairs.l2)};
}

// The distances of several looks as one list, all first sides before all second ones.
PairDistances joined(const std::vector<Look>& looks, int64_t first, int64_t last) {
  PairDistances out;
  for (auto member : {&PairDistances::truth, &PairDistances::l1, &PairDistances::l2})
    for (int side = 0; side < 2; ++side)
      for (int64_t i = first; i < last; ++i) {
        const auto& list = looks[i].distances.*member;
        const auto half = static_cast<ptrdiff_t>(list.size() / 2);
        (out.*member).insert((out.*member).end(), list.begin() + side * half, list.begin() + (side + 1) * half);
      }
  return out;
}

// linear_ratio, axis_ratio, axis_alignment, axis_ratio_average, and the scores of distances.
std::vector<double> scores_along_factor(const std::vector<Look>& looks, int64_t first, int64_t last) {
  std::vector<double> out(3), variance(looks[first].variance.size());
  const auto n = static_cast<double>(last - first);
  for (int64_t i = first; i < last; ++i) {
    out[0] += looks[i].linear / n;
    out[1] += looks[i].axis / n;
    out[2] += looks[i].alignment / n;
    for (size_t j = 0; j < variance.size(); ++j) variance[j] += looks[i].variance[j] / n;
  }
  out.push_back(share_of_greatest(variance));
  const auto distances = scores_of(joined(looks, first, last));
  out.insert(out.end(), distances.begin(), distances.end());
  return out;
}

class FactoredComponents : public Metric {
 public:
  using Options = ComponentsOptions;
  FactoredComponents(const Options& options, const Setup&) : o_(options) {}

  Expected expected() const override {
    return {.better = Expected::Better::neither, .low = -1, .unchanged = {.order = true, .sign = true, .shift = true}};
  }
  Needs needs() const override { return {.full_grid = true}; }
  Score compute(Evidence& evidence, uint64_t seed) const override;

 private:
  std::vector<Look> along_factor(const CodeTable& table, int64_t k, uint64_t seed) const;
  std::vector<Look> over_subsets(const CodeTable& table, const std::vector<int64_t>& factors, uint64_t seed) const;

  Options o_;
};

std::vector<Look> FactoredComponents::along_factor(const CodeTable& table, int64_t k, uint64_t seed) const {
  const Stream base(seed, "factored_components/base", k), noise(seed, "factored_components/noise", k),
      triplet(seed, "factored_components/triplet", k);
  const int64_t classes = table.factors[k].classes();
  std::vector<Look> out(o_.repeats);
#pragma omp parallel for schedule(static, 16)
  for (int64_t repeat = 0; repeat < o_.repeats; ++repeat) {
    const auto rows = traversal(table, k, base, repeat);
    const auto codes = codes_of_rows(table, rows, noise, repeat * classes);
    put_ratios(codes, classes, table.d, out[repeat]);
    out[repeat].distances = pair_distances(codes, classes, table.d, o_.triplets, triplet, repeat,
                                           [](int64_t a, int64_t b) { return static_cast<double>(std::abs(a - b)); });
  }
  return out;
}

std::vector<Look> FactoredComponents::over_subsets(const CodeTable& table, const std::vector<int64_t>& factors,
                                                   uint64_t seed) const {
  const Stream item(seed, "factored_components/item"), noise(seed, "factored_components/global_noise"),
      triplet(seed, "factored_components/global_triplet");
  std::vector<Look> out(o_.repeats);
#pragma omp parallel for schedule(static, 16)
  for (int64_t repeat = 0; repeat < o_.repeats; ++repeat) {
    std::vector<int64_t> rows(o_.subset);
    for (int64_t i = 0; i < o_.subset; ++i) rows[i] = item.below(table.n, repeat * o_.subset + i);
    const auto apart = [&](int64_t a, int64_t b) {
      double sum = 0;
      for (const auto k : factors) sum += std::abs(table.y[rows[a] * table.k + k] - table.y[rows[b] * table.k + k]);
      return sum;
    };
    out[repeat].distances = pair_distances(codes_of_rows(table, rows, noise, repeat * o_.subset), o_.subset, table.d,
                                           o_.triplets, triplet, repeat, apart);
  }
  return out;
}

Score FactoredComponents::compute(Evidence& evidence, uint64_t seed) const {
  const CodeTable& table = evidence.table();
  const auto factors = traversed_factors(table, "factored_components");
  std::vector<std::vector<Look>> along;
  for (const auto k : factors) along.push_back(along_factor(table, k, seed));
  const auto subsets = over_subsets(table, factors, seed);

  const auto values = [&](int64_t first, int64_t last) {
    std::vector<double> out(4 + distance_names.size(), 1);
    for (auto& looks : along) {
      const auto scores = scores_along_factor(looks, first, last);
      for (size_t i = 0; i < out.size(); ++i)
        out[i] *= std::pow(std::max(0.0, scores[i]), 1 / static_cast<double>(along.size()));
    }
    const auto global = scores_of(joined(subsets, first, last));
    out.insert(out.end(), global.begin(), global.end());
    return out;
  };
  std::vector<std::string> names;
  const auto name = [&](const std::string& part) { names.push_back("factored_components." + part); };
  for (const char* part : {"linear_ratio", "axis_ratio", "axis_alignment", "axis_ratio_average"}) name(part);
  for (const char* part : distance_names) name(part);
  for (const char* part : distance_names) name(std::string("global_") + part);

  Score score;
  score.outputs = outputs_of_batches(names, o_.repeats, values);
  for (const char* part : {"linear_ratio", "axis_ratio", "axis_alignment"}) score.detail[part].resize(table.k);
  for (size_t f = 0; f < factors.size(); ++f) {
    const auto scores = scores_along_factor(along[f], 0, o_.repeats);
    score.detail["linear_ratio"][factors[f]] = scores[0];
    score.detail["axis_ratio"][factors[f]] = scores[1];
    score.detail["axis_alignment"][factors[f]] = scores[2];
  }
  score.detail["factors_used"].assign(factors.begin(), factors.end());
  score.samples = o_.repeats * o_.subset;
  for (const auto k : factors) score.samples += o_.repeats * table.factors[k].classes();
  return score;
}

TEASEL_REGISTER(Metric, FactoredComponents, "factored components: order, straightness and alignment along factors");

}  // namespace
}  // namespace teasel
