// Unsupervised classification accuracy: items are put into clusters without labels, clusters are named afterwards, and
// the share of items whose cluster bears their class is the score. Two ways to name: one to one, so that the sum is
// greatest (Kuhn 1955; Jeong and Song 2019, "Learning discrete and continuous factors of data via alternating
// disentanglement", for shape on dSprites), or each cluster by its most frequent class (Dupont 2018, "Learning
// disentangled joint continuous and discrete representations", for digits).
//
// Clusters are the most probable class of a categorical latent, where the codes have one, else k-means of the codes in
// units of their standard deviations, with as many clusters as the factor has classes. Range 0 to 1; chance is the
// share of the most frequent class by majority, and about 1 / #classes one to one. With more clusters than classes
// majority rises by itself and one to one cannot reach 1. The factor is the first that is categorical, else the first
// with classes, unless `factor` names one. Constants, nuisances and continuous factors cannot be named.
//
// Use it for models with a categorical latent, or to ask whether a factor without an order shows as clusters.
//
// Criticism: the naming reads labels, so that with more clusters than classes the majority rises without any learning;
// of one factor it says nothing about the others, and k-means finds only round clusters.
//
// detail: counts [clusters, classes] (classes that occur), one_to_one_by_factor and majority_by_factor [factors] (all
// factors with classes; -1 for others), inertia [1] (of k-means; 0 for a categorical latent), factors_used (the one
// factor).
#include <algorithm>
#include <cmath>

#include "teasel/metrics/metric.hpp"
#include "teasel/metrics/sampling.hpp"
#include "teasel/stats/assignment.hpp"
#include "teasel/stats/histogram.hpp"
#include "teasel/stats/interval.hpp"
#include "teasel/stats/k_means.hpp"
#include "teasel/stats/scaling.hpp"

namespace teasel {
namespace {

struct ClusteringOptions {
  std::string factor;
  int64_t samples = 10000, starts = 10;

  void describe(Fields& f) {
    f.field("factor", factor, "name of the factor to be found; empty: the first categorical one, else the first");
    f.field("samples", samples, "items drawn for k-means; 0: every item once. A categorical latent is judged on all",
            at_least(0));
    f.field("starts", starts, "runs of k-means, of which the best is taken", between(1, 1000));
  }
};

struct Accuracies {
  int64_t one_to_one = 0, majority = 0, items = 0;
  std::vector<int64_t> counts;
};

class ClusteringAccuracy : public Metric {
 public:
  using Options = ClusteringOptions;
  ClusteringAccuracy(Options options, const Setup&) : o_(std::move(options)) {}

  Expected expected() const override {
    return {.perfect = 0.3, .noise = 0.45, .unchanged = {.order = true, .sign = true, .scale = true, .shift = true}};
  }
  Needs needs() const override { return {}; }
  bool slow() const override { return true; }

  Score compute(Evidence& evidence, uint64_t seed) const override {
    const CodeTable& all = evidence.table();
    const int64_t factor = chosen(all);
    const auto* block = categorical(evidence);
    const CodeTable table = drawn(evidence, block ? 0 : o_.samples, Stream(seed, "clustering_accuracy"));
    Score score;
    auto &one = score.detail["one_to_one_by_factor"], &majority = score.detail["majority_by_factor"];
    one.assign(table.k, -1), majority.assign(table.k, -1);
    score.detail["inertia"] = {0};
    score.detail["factors_used"] = {static_cast<double>(factor)};
    const auto clusters = block ? most_probable(*block, table.n) : by_k_means(table, factor, seed, score);
    for (const auto k : scored_factors(table)) {
      if (!block && k != factor) continue;  // its number of classes made the clusters
      const auto found = judge(table, k, clusters);
      one[k] = share(found.one_to_one, found.items);
      majority[k] = share(found.majority, found.items);
      if (k != factor) continue;
      score.detail["counts"].assign(found.counts.begin(), found.counts.end());
      score.samples = found.items;
      put(score, "clustering_accuracy.one_to_one", found.one_to_one, found.items);
      put(score, "clustering_accuracy.majority", found.majority, found.items);
    }
    return score;
  }

 private:
  int64_t chosen(const CodeTable& table) const {
    const auto factors = scored_factors(table);
    if (factors.empty())
      throw Error(
          "clustering_accuracy needs a factor with classes of which at least two occur, and these codes have none");
    for (const auto k : factors)
      if (o_.factor.empty() ? table.factors[k].scale == FactorSpec::Scale::categorical
                            : table.factors[k].name == o_.factor)
        return k;
    if (o_.factor.empty()) return factors[0];
    std::vector<std::string> names;
    for (const auto k : factors) names.push_back(table.factors[k].name);
    throw Error("clustering_accuracy.factor: no factor with classes is called '" + o_.factor + "'",
                hint_for_unknown(o_.factor, names));
  }

  // The class probabilities [N, n] of an item's only categorical latent, or null.
  static const Codes::Block* categorical(Evidence& evidence) {
    if (evidence.split()) return nullptr;
    for (auto& block : evidence.codes().blocks)
      if (block.about.law == LatentLaw::categorical && block.about.time == LatentTime::item &&
          static_cast<int64_t>(block.location.size()) == evidence.table().n * block.about.size)
        return &block;
    return nullptr;
  }

  static std::vector<int32_t> most_probable(const Codes::Block& block, int64_t n) {
    std::vector<int32_t> out(n);
    for (int64_t i = 0; i < n; ++i) {
      const auto row = block.location.begin() + i * block.about.size;
      out[i] = static_cast<int32_t>(std::max_element(row, row + block.about.size) - row);
    }
    return out;
  }

  // As many clusters as the factor has classes.
  std::vector<int32_t> by_k_means(const CodeTable& table, int64_t factor, uint64_t seed, Score& score) const {
    const auto scaled = standard_scaling(table.z, table.d).apply(table.z);
    const int64_t clusters = std::min(labelled(table, factor).classes, table.n);
    auto found = k_means(scaled, table.d, std::max<int64_t>(clusters, 1), o_.starts, seed);
    score.detail["inertia"] = {found.inertia};
    return std::move(found.label);
  }

  // Over the items whose class is known.
  static Accuracies judge(const CodeTable& table, int64_t k, const std::vector<int32_t>& clusters) {
    const auto known = labelled(table, k);
    const auto labels = class_labels(table, k);
    std::vector<int32_t> of_known;
    for (int64_t i = 0; i < table.n; ++i)
      if (labels[i] >= 0) of_known.push_back(clusters[i]);
    const int64_t rows = *std::ranges::max_element(clusters) + 1, columns = known.classes;
    Accuracies out{0, 0, known.n, contingency(of_known, rows, known.labels, columns)};
    const std::vector<double> weight(out.counts.begin(), out.counts.end());
    const auto name = greatest_weight_assignment(weight, rows, columns);
    for (int64_t r = 0; r < rows; ++r) {
      const auto row = out.counts.begin() + r * columns;
      out.majority += *std::max_element(row, row + columns);
      if (name[r] >= 0) out.one_to_one += row[name[r]];
    }
    return out;
  }

  static double share(int64_t right, int64_t items) {
    return static_cast<double>(right) / static_cast<double>(std::max<int64_t>(items, 1));
  }
  static void put(Score& score, const char* name, int64_t right, int64_t items) {
    // What other items may bring; the clusters stay.
    const Interval interval = proportion_interval(right, items);
    score.outputs.push_back({name, share(right, items), interval.low, interval.high});
  }

  Options o_;
};

TEASEL_REGISTER(Metric, ClusteringAccuracy,
                "clustering accuracy: classes from clusters or a categorical latent, named one to one or by majority");

}  // namespace
}  // namespace teasel
