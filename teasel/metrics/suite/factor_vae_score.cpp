// FactorVAE score (Kim and Mnih 2018, "Disentangling by factorising", section 4): the accuracy of a majority vote that
// names the factor that was held from the latent that varied least.
//
// A vote: choose a factor k, hold it at one value, draw items with the other factors at random, and name the latent
// whose variance over these items, as a share of its variance over the data set, is least. Each latent then stands for
// the factor that it was named for most often; the score is the share of votes that this rule explains.
//
// Only the least latent counts, so the score is blind to leakage into other latents, and codes that rotate, stretch or
// shift single latents score alike. Chance is above 1 / #factors where the rule is made and judged on the same votes
// (.256 for ten latents of noise under `cascade`, .2 under `dlib`); with `rescale` chance (1 / #factors) becomes 0.
// With `factor_bins` factors are cut into bins, as Zaidi et al. 2020 do, whose Z-min variance this is with their
// options. Factors that are continuous (unless cut into bins) or nuisances are left out.
//
// Use it to compare with publications, nearly all of which report it, under the protocol of the one at hand; and as a
// robust answer to whether every factor has a latent that keeps still with it.
//
// Criticism: only the steadiest latent counts, so that leakage into others and several latents for one factor cost
// nothing, and the rule by which idle latents are left out decides. Sepliarskaia et al. 2019 ("Evaluating disentangled
// representations") find that standard metrics, it among them, score codes high that are not disentangled. On dSprites
// the orientation of symmetric shapes cannot be known, which keeps learned codes below 1.
//
// detail: votes [latents, factors] (of the rule), kept [latents] (0 or 1), majority [latents] (factor number; -1: never
// named), variance [latents] (over the data), mean_kl [latents] (nats, where `min_kl` asks for it), factors_used
// (factor numbers), judged [factors] (how many votes on each factor the score rests on), accuracy_by_factor [factors]
// (the share of these that the rule explains; 0 for factors without a vote).
#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "teasel/metrics/metric.hpp"
#include "teasel/metrics/votes.hpp"
#include "teasel/stats/columns.hpp"

namespace teasel {
namespace {

struct FactorVaeOptions {
  int64_t votes = 5000, eval_votes = 5000, samples = 100, variance_samples = 0, factor_bins = 0;
  std::string factor = "balanced", value = "uniform", none_left = "chance";
  double min_kl = 0, min_std = 0.05;
  bool normalise = true, constant_factors = false, rescale = false;

  void describe(Fields& f) {
    f.field("votes", votes, "votes that the majority rule is made from", at_least(1));
    f.field("eval_votes", eval_votes, "further votes that judge the rule; 0: the votes it was made from judge it",
            at_least(0));
    f.field("samples", samples, "items drawn for one vote", at_least(2));
    f.field("factor", factor,
            "how a vote chooses its factor: in turn, so that all get equally many votes, or at random",
            one_of({"balanced", "random"}));
    f.field("value", value,
            "how a vote chooses the value: uniformly, or as that of a random item, which is one of the vote's",
            one_of({"uniform", "first_sample"}));
    f.field("variance_samples", variance_samples, "random items behind the variance over the data set; 0: all of them",
            at_least(0));
    f.field("min_kl", min_kl, "latents with a mean KL divergence of at most this (nats) are left out; 0: not looked at",
            at_least(0));
    f.field("min_std", min_std,
            "latents with a standard deviation over the data set below this are left out, and constant ones always",
            at_least(0));
    f.field("normalise", normalise, "divide a latent's variance in a vote by its variance over the data set");
    f.field("constant_factors", constant_factors, "let votes also choose factors that have a single value");
    f.field("factor_bins", factor_bins,
            "equal-width bins of every factor, which lets continuous ones in; 0: the classes as they are",
            between(0, 10000));
    f.field("rescale", rescale, "chance becomes 0: (accuracy - 1 / #factors) / (1 - 1 / #factors)");
    f.field("none_left", none_left, "the score where no latent is left: 1 / #factors, or 0",
            one_of({"chance", "zero"}));
  }
};

class FactorVaeScore : public Metric {
 public:
  using Options = FactorVaeOptions;
  FactorVaeScore(Options options, const Setup&) : o_(std::move(options)) {}

  Expected expected() const override {
    return {.low = o_.rescale ? -1.0 : 0.0,
            .perfect = 1,
            .noise = 0.25,
            .unchanged = {.order = true, .sign = true, .scale = o_.normalise && o_.min_std == 0, .shift = true}};
  }
  Needs needs() const override { return {.kl = o_.min_kl > 0}; }
  Score compute(Evidence& evidence, uint64_t seed) const override;

 private:
  struct Ballot {
    const CodeTable& table;
    std::vector<int64_t> factors, kept;
    std::vector<double> scale;  // of each kept latent: 1 / variance over the data set, or 1
    FixedFactorRows rows;
  };
  struct Streams {
    Stream factor, value, row, noise;
  };

  std::vector<double> variances(const CodeTable& table, const Stream& stream) const;
  std::vector<int64_t> kept_latents(const std::vector<double>& variance, const std::vector<double>& mean_kl) const;
  Votes cast(const Ballot& ballot, int64_t count, uint64_t seed, int64_t round) const;
  std::vector<int64_t> draw_rows(const Ballot& ballot, int64_t vote, int64_t k, const Streams& streams) const;
  static int64_t steadiest(const Ballot& ballot, std::span<const double> codes, std::vector<double>& scratch);
  Ballot ballot(const CodeTable& table, const std::vector<int64_t>& factors, const std::vector<int64_t>& kept,
                const std::vector<double>& variance) const;

  Options o_;
};

std::vector<double> FactorVaeScore::variances(const CodeTable& table, const Stream& stream) const {
  if (o_.variance_samples == 1)
    throw Error("factor_vae_score.variance_samples is 1, and one item has no variance",
                "Take 0 for all items, or at least 2.");
  std::vector<int64_t> rows(table.n);
  std::iota(rows.begin(), rows.end(), 0);
  if (o_.variance_samples > 0) rows = random_rows(table, o_.variance_samples, stream);
  const auto codes = codes_of_rows(table, rows, stream.named("noise"));
  return column_moments(codes, static_cast<int64_t>(rows.size()), table.d).variance;
}

std::vector<int64_t> FactorVaeScore::kept_latents(const std::vector<double>& variance,
                                                  const std::vector<double>& mean_kl) const {
  std::vector<int64_t> kept;
  for (size_t j = 0; j < variance.size(); ++j)
    if (variance[j] > 0 && std::sqrt(variance[j]) >= o_.min_std && (o_.min_kl == 0 || mean_kl[j] > o_.min_kl))
      kept.push_back(static_cast<int64_t>(j));
  return kept;
}

std::vector<int64_t> FactorVaeScore::draw_rows(const Ballot& ballot, int64_t vote, int64_t k,
                                               const Streams& streams) const {
  std::vector<int64_t> rows;
  rows.reserve(o_.samples);
  const bool from_item = o_.value == "first_sample";
  if (from_item) rows.push_back(ballot.rows.draw_item(k, streams.value, vote));
  const int64_t value = from_item ? static_cast<int64_t>(ballot.table.y[rows[0] * ballot.table.k + k])
                                  : ballot.rows.draw_value(k, streams.value, vote);
  for (auto i = static_cast<int64_t>(rows.size()); i < o_.samples; ++i)
    rows.push_back(ballot.rows.draw_row(k, value, streams.row, vote * o_.samples + i));
  return rows;
}

// The divisor of the variance of a vote is the same for all latents, so the sum of squares serves as well.
int64_t FactorVaeScore::steadiest(const Ballot& ballot, std::span<const double> codes, std::vector<double>& scratch) {
  const size_t width = ballot.kept.size(), items = codes.size() / ballot.table.d;
  scratch.assign(2 * width, 0);
  double *mean = scratch.data(), *squares = mean + width;
  const auto codes_of = [&](size_t i) { return codes.data() + i * ballot.table.d; };
  for (size_t i = 0; i < items; ++i)
    for (size_t j = 0; j < width; ++j) mean[j] += codes_of(i)[ballot.kept[j]];
  for (size_t j = 0; j < width; ++j) mean[j] /= static_cast<double>(items);
  for (size_t i = 0; i < items; ++i)
    for (size_t j = 0; j < width; ++j) {
      const double off = codes_of(i)[ballot.kept[j]] - mean[j];
      squares[j] += off * off;
    }
  for (size_t j = 0; j < width; ++j) squares[j] *= ballot.scale[j];
  return ballot.kept[std::min_element(squares, squares + width) - squares];
}

Votes FactorVaeScore::cast(const Ballot& ballot, int64_t count, uint64_t seed, int64_t round) const {
  const Streams streams{{seed, "factor_vae_score/factor", round},
                        {seed, "factor_vae_score/value", round},
                        {seed, "factor_vae_score/row", round},
                        {seed, "factor_vae_score/noise", round}};
  const auto choices = static_cast<int64_t>(ballot.factors.size());
  Votes votes(ballot.table.d, ballot.table.k);
  std::vector<double> scratch;
  for (int64_t vote = 0; vote < count; ++vote) {
    const int64_t k = ballot.factors[o_.factor == "balanced" ? vote % choices : streams.factor.below(choices, vote)];
    const auto rows = draw_rows(ballot, vote, k, streams);
    const auto codes = codes_of_rows(ballot.table, rows, streams.noise, vote * o_.samples);
    votes.add(steadiest(ballot, codes, scratch), k);
  }
  return votes;
}

FactorVaeScore::Ballot FactorVaeScore::ballot(const CodeTable& table, const std::vector<int64_t>& factors,
                                              const std::vector<int64_t>& kept,
                                              const std::vector<double>& variance) const {
  Ballot out{table, factors, kept, std::vector<double>(kept.size(), 1), FixedFactorRows(table, factors)};
  if (o_.normalise)
    for (size_t j = 0; j < kept.size(); ++j) out.scale[j] = 1 / (variance[kept[j]] + 1e-10);
  return out;
}

Score FactorVaeScore::compute(Evidence& evidence, uint64_t seed) const {
  const VotingItems items(evidence, o_.factor_bins);
  const CodeTable& table = items.rule();
  const auto factors = scored_factors(table, o_.constant_factors);
  if (factors.empty())
    throw Error("factor_vae_score needs a factor with classes of which at least two occur, and these codes have none");
  const auto variance = variances(table, Stream(seed, "factor_vae_score/variance"));
  const auto mean_kl = o_.min_kl > 0 ? column_moments(table.kl, table.n, table.d).mean : std::vector<double>();
  const auto kept = kept_latents(variance, mean_kl);

  Score score;
  auto& detail = score.detail;
  detail["variance"] = variance;
  detail["factors_used"].assign(factors.begin(), factors.end());
  detail["votes"].assign(table.d * table.k, 0);
  detail["kept"].assign(table.d, 0);
  detail["majority"].assign(table.d, -1);
  detail["judged"].assign(table.k, 0);
  detail["accuracy_by_factor"].assign(table.k, 0);
  if (o_.min_kl > 0) detail["mean_kl"] = mean_kl;
  for (const auto j : kept) detail["kept"][j] = 1;
  if (kept.empty()) {
    const double value = o_.none_left == "chance" ? 1 / static_cast<double>(factors.size()) : 0;
    score.outputs = {{"factor_vae_score", value, value, value}};
    if (o_.rescale) score.outputs[0] = above_chance(score.outputs[0], factors.size());
    return score;
  }

  const Ballot ballot = this->ballot(table, factors, kept, variance);
  const Votes votes = cast(ballot, o_.votes, seed, 0);
  const auto fresh = [&] {
    return cast(this->ballot(items.judges(), factors, kept, variance), o_.eval_votes, seed, 1);
  };
  const Votes judged = o_.eval_votes > 0 ? fresh() : votes;
  const auto rule = majority(votes, factors);
  const auto judgement = judge(judged, rule);
  put_votes(score, votes, rule, judgement);
  score.samples = (o_.votes + o_.eval_votes) * o_.samples;
  // What another draw of votes may bring; it says nothing about another training.
  const Election election{votes, judged, factors, o_.eval_votes > 0, o_.factor == "balanced"};
  score.outputs = {accuracy_output("factor_vae_score", election, Stream(seed, "factor_vae_score/interval"))};
  if (o_.rescale) score.outputs[0] = above_chance(score.outputs[0], factors.size());
  return score;
}

TEASEL_REGISTER(Metric, FactorVaeScore,
                "FactorVAE score: a majority vote names the held factor from the latent that varies least");

}  // namespace
}  // namespace teasel
