#include "teasel/metrics/votes.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "teasel/stats/interval.hpp"

namespace teasel {

VotingItems::VotingItems(Evidence& evidence) : all_(evidence.table()) {
  if (evidence.split()) split_ = train_test(evidence, 1, 1, Stream(0, ""));
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
