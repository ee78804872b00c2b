// Interventional robustness score (Suter et al. 2019, "Robustly disentangled causal mechanisms", section 4, as
// disentanglement_lib computes it): how little every latent moves while the factor that it follows best is held. For
// each value of a factor, the distances of a latent from its mean over the items of that value; their quantile (1: the
// greatest, as in the paper); the mean over values, as a share of the greatest distance from the mean over all items.
// One less that is the robustness of the latent against all other factors; every latent takes its best factor; the mean
// over latents weighs them by their greatest distance.
//
// Range 0 to 1. Chance is far from 0: ten latents of noise reach about .5 on dSprites, because the scale is the
// greatest distance of all items while a quantile of a group is smaller, and the smaller a group, the smaller its
// greatest distance; a group of one item stands still and looks perfect. So values with fewer than `min_group` items do
// not count, and scores compare only under one number of items. With `factor_bins` = 20 orientations and positions of
// dSprites share groups, as in disentanglement_lib. Constant latents are left out; where all are, the score is 0.
// Factors that are continuous (unless cut into bins), nuisances or constant are left out.
//
// Use it to ask how far a latent moves, at worst, while its factor is held: effects of nuisances that are rare count in
// full.
//
// Criticism: the greatest distance of a group grows with its size, so that chance is about a half, another number of
// items is another score, and one outlier can decide.
//
// detail: robustness [latents, factors] (0 for what was left out), greatest_distance [latents], best_factor [latents]
// (factor number; -1: constant), groups_left_out [factors] (values with too few items), factors_used (factor numbers).
#include <algorithm>
#include <cmath>

#include "teasel/metrics/estimate.hpp"
#include "teasel/metrics/information.hpp"
#include "teasel/stats/columns.hpp"

namespace teasel {
namespace {

struct IrsOptions {
  double quantile = 0.99;
  int64_t factor_bins = 0, min_group = 10, samples = 0;

  void describe(Fields& f) {
    f.field("quantile", quantile, "of the distances within a group that stands for the group", between(0, 1));
    f.field("factor_bins", factor_bins,
            "equal-width bins of every factor, which lets continuous ones in; 0: the classes as they are",
            between(0, 10000));
    f.field("min_group", min_group, "values of a factor with fewer items do not count", at_least(1));
    f.field("samples", samples, "items drawn with replacement; 0: every item once", at_least(0));
  }
};

// The items of every value of a factor, values with too few left out.
struct Groups {
  int64_t factor = 0, left_out = 0;
  std::vector<std::vector<int64_t>> rows;
};

struct Robustness {
  std::vector<double> matrix;    // [latents, factors]
  std::vector<double> greatest;  // [latents]
  std::vector<int64_t> best;     // [latents]
  std::vector<Groups> groups;    // of the factors that count
  double score = 0;
};

// The quantile of values, linear between order statistics (numpy.quantile).
double quantile_of(std::vector<double>& values, double q) {
  const double place = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<int64_t>(place);
  std::nth_element(values.begin(), values.begin() + below, values.end());
  const double low = values[below];
  if (place == static_cast<double>(below)) return low;
  const double high = *std::min_element(values.begin() + below + 1, values.end());
  return low + (place - static_cast<double>(below)) * (high - low);
}

class Irs : public Metric {
 public:
  using Options = IrsOptions;
  Irs(const Options& options, const Setup&) : o_(options) {}

  Expected expected() const override {
    return {.perfect = 0.999, .noise = 0.65, .unchanged = {.order = true, .sign = true, .shift = true}};
  }
  Needs needs() const override { return {}; }
  Score compute(Evidence& evidence, uint64_t seed) const override;

 private:
  std::vector<Groups> groups_of(const CodeTable& table) const;
  Robustness robustness_of(const CodeTable& table) const;
  void add_latent(const CodeTable& table, int64_t j, Robustness& out) const;

  Options o_;
};

std::vector<Groups> Irs::groups_of(const CodeTable& table) const {
  std::vector<Groups> out;
  for (auto& factor : factor_classes(table, o_.factor_bins)) {
    std::vector<std::vector<int64_t>> rows(factor.classes);
    for (size_t i = 0; i < factor.labels.size(); ++i)
      rows[factor.labels[i]].push_back(factor.all ? static_cast<int64_t>(i) : factor.rows[i]);
    Groups groups{.factor = factor.factor};
    for (auto& group : rows) {
      if (static_cast<int64_t>(group.size()) >= o_.min_group)
        groups.rows.push_back(std::move(group));
      else
        groups.left_out += !group.empty();
    }
    out.push_back(std::move(groups));
  }
  return out;
}

void Irs::add_latent(const CodeTable& table, int64_t j, Robustness& out) const {
  const auto codes = column(table.z, table.n, table.d, j);
  double mean = 0;
  for (const double z : codes) mean += z / static_cast<double>(table.n);
  for (const double z : codes) out.greatest[j] = std::max(out.greatest[j], std::abs(z - mean));
  // What rounding leaves of a constant is none of its movement.
  if (out.greatest[j] <= 1e-12 * std::abs(mean)) out.greatest[j] = 0;
  if (out.greatest[j] == 0) return;
  std::vector<double> distances;
  for (auto& groups : out.groups) {
    if (groups.rows.empty()) continue;
    double sum = 0;
    for (auto& rows : groups.rows) {
      double centre = 0;
      for (const auto i : rows) centre += codes[i] / static_cast<double>(rows.size());
      distances.clear();
      for (const auto i : rows) distances.push_back(std::abs(codes[i] - centre));
      sum += quantile_of(distances, o_.quantile) / static_cast<double>(groups.rows.size());
    }
    double& entry = out.matrix[j * table.k + groups.factor];
    entry = 1 - sum / out.greatest[j];
    if (out.best[j] < 0 || entry > out.matrix[j * table.k + out.best[j]]) out.best[j] = groups.factor;
  }
}

Robustness Irs::robustness_of(const CodeTable& table) const {
  Robustness out{std::vector<double>(table.d * table.k), std::vector<double>(table.d),
                 std::vector<int64_t>(table.d, -1), groups_of(table), 0};
#pragma omp parallel for schedule(dynamic)
  for (int64_t j = 0; j < table.d; ++j) add_latent(table, j, out);
  double weighed = 0, weights = 0;
  for (int64_t j = 0; j < table.d; ++j) {
    if (out.best[j] < 0) continue;
    weighed += out.greatest[j] * out.matrix[j * table.k + out.best[j]];
    weights += out.greatest[j];
  }
  out.score = weights > 0 ? weighed / weights : 0;
  return out;
}

Score Irs::compute(Evidence& evidence, uint64_t seed) const {
  const auto values_of = [&](const CodeTable& items) { return std::vector<double>{robustness_of(items).score}; };
  // Greatest distances of many items vary as much as those of half as many. Quarters of small groups do not show it.
  constexpr double least_share = 0.85;
  auto estimates = estimate(evidence, o_.samples, Stream(seed, "irs"), {"irs"}, values_of, 30, least_share);
  const CodeTable& table = estimates.table;
  const auto found = robustness_of(table);
  if (std::ranges::all_of(found.groups, [](auto& groups) { return groups.rows.empty(); }))
    throw Error("irs needs a factor with a value that at least " + std::to_string(o_.min_group) +
                    " items share, and these codes have none",
                "Cut factors into bins (factor_bins), or lower min_group.");
  Score score;
  score.outputs = std::move(estimates.outputs);
  score.detail = {{"robustness", found.matrix}, {"greatest_distance", found.greatest}};
  score.detail["best_factor"].assign(found.best.begin(), found.best.end());
  auto& left_out = score.detail["groups_left_out"] = std::vector<double>(table.k);
  auto& used = score.detail["factors_used"];
  for (auto& groups : found.groups) {
    left_out[groups.factor] = static_cast<double>(groups.left_out);
    if (!groups.rows.empty()) used.push_back(static_cast<double>(groups.factor));
  }
  score.samples = table.n;
  return score;
}

TEASEL_REGISTER(Metric, Irs, "interventional robustness: how little a latent moves while its factor is held");

}  // namespace
}  // namespace teasel
