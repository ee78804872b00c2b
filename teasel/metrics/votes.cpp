#include "teasel/metrics/votes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "teasel/metrics/information.hpp"
#include "teasel/stats/columns.hpp"
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

namespace {

constexpr int64_t cuts = 100, quarters = 4;

// A random part of each vote, 0 to 3; its lower bit cuts into halves.
class Cut {
 public:
  explicit Cut(const Stream& stream) : stream_(stream) {}
  uint32_t next() {
    if (left_ == 0) {
      words_ = stream_.words(0, block_++);
      left_ = 4 * in_word;
    }
    uint32_t& word = words_[(--left_) / in_word];
    const uint32_t part = word % quarters;
    word /= quarters;
    return part;
  }

 private:
  static constexpr uint32_t in_word = 16;  // of two bits
  const Stream& stream_;
  std::array<uint32_t, 4> words_{};
  uint32_t block_ = 0, left_ = 0;
};

// The quarters of a random cut.
std::vector<Votes> quarters_of(const Votes& votes, const Stream& stream) {
  std::vector<Votes> out(quarters, Votes(votes.latents, votes.factors));
  Cut cut(stream);
  for (size_t cell = 0; cell < votes.count.size(); ++cell)
    for (int64_t i = 0; i < votes.count[cell]; ++i) ++out[cut.next()].count[cell];
  return out;
}

std::vector<Votes> halves_of(const std::vector<Votes>& parts) {
  std::vector<Votes> out(2, Votes(parts[0].latents, parts[0].factors));
  for (size_t part = 0; part < parts.size(); ++part)
    for (size_t cell = 0; cell < parts[part].count.size(); ++cell) out[part % 2].count[cell] += parts[part].count[cell];
  return out;
}

struct Totals {
  double right = 0, cast = 0;
};
Totals totals_of(const Judgement& judgement) {
  const auto sum = [](auto& counts) { return static_cast<double>(std::reduce(counts.begin(), counts.end())); };
  return {sum(judgement.right), sum(judgement.cast)};
}

// The share that a part's own rule explains; factors weigh as in the whole where that fixes their numbers.
double share_of(const Votes& rule, const Votes& judged, const Election& whole, const Judgement& all) {
  const auto judgement = judge(judged, majority(rule, whole.factors));
  const auto [right, cast] = totals_of(judgement);
  if (!whole.balanced) return right / cast;
  double share = 0;
  for (const auto k : whole.factors)
    if (judgement.cast[k] > 0)
      share += static_cast<double>(all.cast[k]) / totals_of(all).cast * static_cast<double>(judgement.right[k]) /
               static_cast<double>(judgement.cast[k]);
  return share;
}

double variance_of_parts(const std::vector<Votes>& rule, const std::vector<Votes>& judged, const Election& whole,
                         const Judgement& all) {
  std::vector<double> shares;
  for (size_t part = 0; part < rule.size(); ++part) shares.push_back(share_of(rule[part], judged[part], whole, all));
  return column_moments(shares, static_cast<int64_t>(shares.size()), 1).variance[0];
}

// The variance of the share, were the rule given.
double variance_within(const Judgement& judgement, bool balanced) {
  const auto [right, cast] = totals_of(judgement);
  if (!balanced) return right / cast * (1 - right / cast) / cast;
  double within = 0;
  for (size_t k = 0; k < judgement.cast.size(); ++k) {
    if (judgement.cast[k] == 0) continue;
    const auto n = static_cast<double>(judgement.cast[k]), p = static_cast<double>(judgement.right[k]) / n;
    within += n * p * (1 - p) / (cast * cast);
  }
  return within;
}

// How many times as much the share varies as it would, were the rule given; at least 1.
double variance_ratio(const Election& election, const Judgement& judgement, const Stream& stream) {
  const double within = variance_within(judgement, election.balanced);
  if (within == 0) return 1;
  double on_halves = 0, on_quarters = 0;
  for (int64_t i = 0; i < cuts; ++i) {
    const auto rule = quarters_of(election.rule, stream.named("rule", i));
    const auto judged = election.judged_again ? quarters_of(election.judged, stream.named("judged", i)) : rule;
    on_halves += variance_of_parts(halves_of(rule), halves_of(judged), election, judgement) / cuts;
    on_quarters += variance_of_parts(rule, judged, election, judgement) / cuts;
  }
  const double ratio = extrapolated_variance(on_halves, on_quarters) / within;
  return std::isfinite(ratio) ? std::max(1.0, ratio) : 1;  // a quarter may be without votes
}

}  // namespace

Score::Output accuracy_output(std::string name, const Election& election, const Stream& stream) {
  const auto judgement = judge(election.judged, majority(election.rule, election.factors));
  const auto [right, cast] = totals_of(judgement);
  const double ratio = variance_ratio(election, judgement, stream);
  const auto interval = election.balanced
                            ? stratified_interval(judgement.right, judgement.cast, ratio)
                            : proportion_interval(static_cast<int64_t>(right), static_cast<int64_t>(cast), ratio);
  return {std::move(name), right / cast, interval.low, interval.high};
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
