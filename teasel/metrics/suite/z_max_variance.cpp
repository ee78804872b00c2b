// Z-max variance (Kim et al. 2019, "Relevance factor VAE: learning and identifying disentangled factors", section 4;
// the turned form of the FactorVAE score): the accuracy of a majority vote that names the factor that alone varied from
// the latent that varied most.
//
// A vote: choose a factor, hold all others at the values of one combination, draw items that differ in the chosen
// factor alone, and name the latent whose variance over these, as a share of its variance over the data set, is
// greatest. Each latent then stands for the factor that it was named for most often; the score is the share of votes
// that this rule explains. With `rescale` chance (1 / #factors) becomes 0, as Zaidi et al. 2020 report it.
//
// Range: chance, 1 / #factors, or a little above where the rule judges its own votes, to 1. A factor that moves its own
// latent and a little of others counts as found. Combinations must repeat: in tables that are no grid, cut factors into
// few bins (`factor_bins`, which also lets continuous ones in); combinations with a single item are passed over.
// Nuisances vary freely, and so do continuous factors without bins. Items with a factor that is not known are left out.
//
// Use it beside the FactorVAE score: it holds all factors but one, so that a latent that moves with two of them is
// named for both and loses votes.
//
// Criticism: it needs items that differ in one factor alone, which only grids or coarse bins give; only the liveliest
// latent counts, so that small leakage costs nothing.
//
// detail: votes [latents, factors] (of the rule), kept [latents] (0 or 1), majority [latents] (factor number; -1: never
// named), judged [factors] (how many votes on each factor the score rests on), accuracy_by_factor [factors] (the share
// of these that the rule explains; 0 for factors without a vote), variance [latents] (over the data), factors_used
// (factor numbers).
#include <algorithm>
#include <cmath>
#include <numeric>

#include "teasel/metrics/information.hpp"
#include "teasel/metrics/votes.hpp"
#include "teasel/stats/columns.hpp"

namespace teasel {
namespace {

struct ZMaxOptions {
  int64_t votes = 5000, eval_votes = 5000, samples = 100, factor_bins = 0;
  double min_std = 0.05;
  bool rescale = false;

  void describe(Fields& f) {
    f.field("votes", votes, "votes that the majority rule is made from", at_least(1));
    f.field("eval_votes", eval_votes, "further votes that judge the rule; 0: the votes it was made from judge it",
            at_least(0));
    f.field("samples", samples, "items drawn for one vote, with replacement", at_least(2));
    f.field("factor_bins", factor_bins,
            "equal-width bins of every factor, which lets continuous ones in; 0: the classes as they are",
            between(0, 10000));
    f.field("min_std", min_std,
            "latents with a standard deviation over the data set below this are left out, and constant ones always",
            at_least(0));
    f.field("rescale", rescale, "chance becomes 0: (accuracy - 1 / #factors) / (1 - 1 / #factors)");
  }
};

// Items that differ in one factor alone: the rows of group g are rows[starts[g] .. starts[g + 1] - 1].
struct Lines {
  int64_t factor = 0;
  std::vector<int64_t> rows, starts;

  int64_t count() const { return static_cast<int64_t>(starts.size()) - 1; }
};

// What numbers a combination of labels: equal ones have equal keys.
class Combinations {
 public:
  explicit Combinations(size_t items) : keys_(items) {}

  void add(const std::vector<int64_t>& labels, int64_t classes) {
    if (range_ > (uint64_t{1} << 62) / static_cast<uint64_t>(classes)) compress();
    for (size_t i = 0; i < keys_.size(); ++i)
      keys_[i] = keys_[i] * static_cast<uint64_t>(classes) + static_cast<uint64_t>(labels[i]);
    range_ *= static_cast<uint64_t>(classes);
  }
  const std::vector<uint64_t>& keys() const { return keys_; }

 private:
  // Keys become the numbers of those that occur, so that further factors fit.
  void compress() {
    auto sorted = keys_;
    std::ranges::sort(sorted);
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    for (auto& key : keys_) key = static_cast<uint64_t>(std::ranges::lower_bound(sorted, key) - sorted.begin());
    range_ = sorted.size();
  }

  std::vector<uint64_t> keys_;
  uint64_t range_ = 1;
};

// Labels [factors][items] of the items for which all factors are known.
struct Known {
  std::vector<int64_t> rows, factors, classes;
  std::vector<std::vector<int64_t>> labels;
};

Known known_labels(const CodeTable& table, int64_t factor_bins) {
  Known out;
  std::vector<std::vector<int64_t>> all;  // -1: not known
  for (auto& factor : factor_classes(table, factor_bins)) {
    out.factors.push_back(factor.factor);
    out.classes.push_back(factor.classes);
    auto& labels = all.emplace_back(table.n, -1);
    for (size_t i = 0; i < factor.labels.size(); ++i)
      labels[factor.all ? static_cast<int64_t>(i) : factor.rows[i]] = factor.labels[i];
  }
  for (int64_t i = 0; i < table.n; ++i)
    if (std::ranges::all_of(all, [&](auto& labels) { return labels[i] >= 0; })) out.rows.push_back(i);
  for (auto& labels : all) {
    auto& kept = out.labels.emplace_back();
    for (const auto i : out.rows) kept.push_back(labels[i]);
  }
  return out;
}

Lines lines_of(const Known& known, size_t f) {
  Combinations others(known.rows.size());
  for (size_t other = 0; other < known.factors.size(); ++other)
    if (other != f) others.add(known.labels[other], known.classes[other]);
  const auto& keys = others.keys();
  std::vector<int64_t> order(keys.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](int64_t i) { return keys[i]; });
  Lines out{.factor = known.factors[f]};
  for (size_t first = 0; first < order.size();) {
    size_t last = first + 1;
    while (last < order.size() && keys[order[last]] == keys[order[first]]) ++last;
    if (last - first > 1) {
      out.starts.push_back(static_cast<int64_t>(out.rows.size()));
      for (size_t i = first; i < last; ++i) out.rows.push_back(known.rows[order[i]]);
    }
    first = last;
  }
  out.starts.push_back(static_cast<int64_t>(out.rows.size()));
  return out;
}

class ZMaxVariance : public Metric {
 public:
  using Options = ZMaxOptions;
  ZMaxVariance(const Options& options, const Setup&) : o_(options) {}

  Expected expected() const override {
    return {.low = o_.rescale ? -1.0 : 0.0,
            .perfect = 1,
            .noise = 0.4,
            .unchanged = {.order = true, .sign = true, .scale = o_.min_std == 0, .shift = true}};
  }
  Needs needs() const override { return {}; }
  Score compute(Evidence& evidence, uint64_t seed) const override;

 private:
  struct Ballot {
    const CodeTable& table;
    std::vector<Lines> lines;
    std::vector<double> variance;
    std::vector<int64_t> kept;
  };

  Ballot ballot_of(const CodeTable& table) const;
  // The same latents and scales with other items.
  Ballot judges_of(const CodeTable& table, const Ballot& rule) const;
  Votes cast(const Ballot& ballot, int64_t count, const Stream& stream) const;
  int64_t liveliest(const Ballot& ballot, const std::vector<double>& codes) const;

  Options o_;
};

ZMaxVariance::Ballot ZMaxVariance::ballot_of(const CodeTable& table) const {
  Ballot out{table, {}, column_moments(table.z, table.n, table.d).variance, {}};
  const auto known = known_labels(table, o_.factor_bins);
  if (known.factors.empty())
    throw Error("z_max_variance needs a factor of which at least two values occur, and these codes have none");
  for (size_t f = 0; f < known.factors.size(); ++f) {
    auto lines = lines_of(known, f);
    if (lines.count() == 0)
      throw Error(
          "z_max_variance finds no two items that differ in factor '" + table.factors[lines.factor].name + "' alone",
          "Cut factors into fewer bins (factor_bins), so that combinations of the others repeat.");
    out.lines.push_back(std::move(lines));
  }
  for (int64_t j = 0; j < table.d; ++j)
    if (out.variance[j] > 0 && std::sqrt(out.variance[j]) >= o_.min_std) out.kept.push_back(j);
  return out;
}

ZMaxVariance::Ballot ZMaxVariance::judges_of(const CodeTable& table, const Ballot& rule) const {
  if (&table == &rule.table) return rule;
  Ballot out = ballot_of(table);
  out.variance = rule.variance;
  out.kept = rule.kept;
  return out;
}

// The kept latent with the greatest variance over `codes` [samples, D] relative to that over the data set.
int64_t ZMaxVariance::liveliest(const Ballot& ballot, const std::vector<double>& codes) const {
  const int64_t d = ballot.table.d;
  int64_t best = ballot.kept.front();
  double greatest = -1;
  for (const auto j : ballot.kept) {
    double mean = 0, squares = 0;
    for (int64_t i = 0; i < o_.samples; ++i) mean += codes[i * d + j];
    mean /= static_cast<double>(o_.samples);
    for (int64_t i = 0; i < o_.samples; ++i) squares += (codes[i * d + j] - mean) * (codes[i * d + j] - mean);
    if (squares / ballot.variance[j] > greatest) {
      greatest = squares / ballot.variance[j];
      best = j;
    }
  }
  return best;
}

Votes ZMaxVariance::cast(const Ballot& ballot, int64_t count, const Stream& stream) const {
  const auto choices = static_cast<int64_t>(ballot.lines.size());
  const Stream line = stream.named("line"), row = stream.named("row"), noise = stream.named("noise");
  std::vector<int64_t> named(count);
#pragma omp parallel for schedule(static, 64)
  for (int64_t vote = 0; vote < count; ++vote) {
    const Lines& lines = ballot.lines[vote % choices];
    const int64_t g = line.below(lines.count(), vote), first = lines.starts[g], size = lines.starts[g + 1] - first;
    std::vector<int64_t> rows(o_.samples);
    for (int64_t i = 0; i < o_.samples; ++i) rows[i] = lines.rows[first + row.below(size, vote * o_.samples + i)];
    named[vote] = liveliest(ballot, codes_of_rows(ballot.table, rows, noise, vote * o_.samples));
  }
  Votes votes(ballot.table.d, ballot.table.k);
  for (int64_t vote = 0; vote < count; ++vote) votes.add(named[vote], ballot.lines[vote % choices].factor);
  return votes;
}

Score ZMaxVariance::compute(Evidence& evidence, uint64_t seed) const {
  const VotingItems items(evidence);
  const CodeTable& table = items.rule();
  const Ballot ballot = ballot_of(table);
  std::vector<int64_t> factors;
  for (auto& lines : ballot.lines) factors.push_back(lines.factor);
  Score score;
  score.detail["variance"] = ballot.variance;
  score.detail["factors_used"].assign(factors.begin(), factors.end());
  auto& kept = score.detail["kept"] = std::vector<double>(table.d);
  for (const auto j : ballot.kept) kept[j] = 1;
  const double chance = 1 / static_cast<double>(factors.size());
  if (ballot.kept.empty()) {
    score.outputs = {{"z_max_variance", chance, chance, chance}};
    if (o_.rescale) score.outputs[0] = above_chance(score.outputs[0], factors.size());
    return score;
  }
  const Stream stream(seed, "z_max_variance");
  const Votes votes = cast(ballot, o_.votes, stream.named("rule"));
  const auto fresh = [&] { return cast(judges_of(items.judges(), ballot), o_.eval_votes, stream.named("judged")); };
  const Votes judged = o_.eval_votes > 0 ? fresh() : votes;
  const auto rule = majority(votes, factors);
  const auto judgement = judge(judged, rule);
  put_votes(score, votes, rule, judgement);
  const Election election{votes, judged, factors, o_.eval_votes > 0, true};
  score.outputs = {accuracy_output("z_max_variance", election, stream.named("interval"))};
  if (o_.rescale) score.outputs[0] = above_chance(score.outputs[0], factors.size());
  score.samples = (o_.votes + o_.eval_votes) * o_.samples;
  return score;
}

TEASEL_REGISTER(Metric, ZMaxVariance, "z-max variance: a majority vote names the factor that alone varied");

}  // namespace
}  // namespace teasel
