#include "teasel/metrics/votes.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "teasel/metrics/information.hpp"
#include "teasel/stats/interval.hpp"

namespace teasel {

namespace {

CodeTable with_bins(CodeTable table, int64_t bins) {
  const auto factors = factor_classes(table, bins);
  table.full_grid = false;
  for (auto& factor : table.factors) factor.nuisance = true;
  for (auto& factor : factors) {
    FactorSpec& about = table.factors[factor.factor];
    about.nuisance = false;
    about.scale = FactorSpec::Scale::ordinal;
    about.values.resize(factor.classes);
    std::iota(about.values.begin(), about.values.end(), 0);
    std::vector<int64_t> items(factor.classes);
    for (const auto label : factor.labels) ++items[label];
    for (size_t i = 0; i < factor.labels.size(); ++i) {
      const int64_t row = factor.all ? static_cast<int64_t>(i) : factor.rows[i];
      const int32_t label = factor.labels[i];
      table.y[row * table.k + factor.factor] = items[label] > 1 ? label : std::nan("");
    }
  }
  return table;
}

}  // namespace

VotingItems::VotingItems(Evidence& evidence, int64_t factor_bins) : all_(evidence.table()) {
  if (evidence.split()) {
    auto parts = train_test(evidence, 1, 1, Stream(0, ""));
    rule_ = std::move(parts.train);
    judges_ = std::move(parts.test);
  }
  if (factor_bins == 0) return;
  rule_ = with_bins(rule_ ? *std::move(rule_) : all_, factor_bins);
  if (judges_) judges_ = with_bins(*std::move(judges_), factor_bins);
}

std::vector<int64_t> majority(const Votes& votes, std::span<const int64_t> candidates) {
  std::vector<int64_t> rule;
  for (int64_t j = 0; j < votes.latents; ++j)
    rule.push_back(*std::ranges::max_element(candidates, {}, [&](int64_t k) { return votes.at(j, k); }));
  return rule;
}

Judgement judge(const Votes& votes, std::span<const int64_t> rule) {
  Judgement out{std::vector<int64_t>(votes.factors), std::vector<int64_t>(votes.factors)};
  for (int64_t j = 0; j < votes.latents; ++j) {
    for (int64_t k = 0; k < votes.factors; ++k) out.cast[k] += votes.at(j, k);
    out.right[rule[j]] += votes.at(j, rule[j]);
  }
  return out;
}

Score::Output accuracy_output(std::string name, const Judgement& judgement, bool balanced) {
  const auto right = std::reduce(judgement.right.begin(), judgement.right.end(), int64_t{0}),
             cast = std::reduce(judgement.cast.begin(), judgement.cast.end(), int64_t{0});
  const auto interval =
      balanced ? stratified_interval(judgement.right, judgement.cast) : proportion_interval(right, cast);
  return {std::move(name), static_cast<double>(right) / static_cast<double>(cast), interval.low, interval.high};
}

Score::Output above_chance(Score::Output accuracy, size_t factors) {
  const double chance = 1 / static_cast<double>(factors);
  if (factors > 1)
    for (double* value : {&accuracy.value, &accuracy.low, &accuracy.high}) *value = (*value - chance) / (1 - chance);
  return accuracy;
}

void put_votes(Score& score, const Votes& votes, std::span<const int64_t> rule, const Judgement& judgement) {
  auto& detail = score.detail;
  detail["votes"].assign(votes.count.begin(), votes.count.end());
  auto& majority = detail["majority"] = {};
  for (int64_t j = 0; j < votes.latents; ++j)
    majority.push_back(votes.at(j, rule[j]) > 0 ? static_cast<double>(rule[j]) : -1);
  detail["judged"].assign(judgement.cast.begin(), judgement.cast.end());
  auto& accuracy = detail["accuracy_by_factor"] = {};
  for (int64_t k = 0; k < votes.factors; ++k)
    accuracy.push_back(
        judgement.cast[k] > 0 ? static_cast<double>(judgement.right[k]) / static_cast<double>(judgement.cast[k]) : 0);
}

}  // namespace teasel
