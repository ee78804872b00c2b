// ModelCentrality (Lin et al. 2020, "InfoGAN-CR and ModelCentrality"): the run that agrees best with all others, as the
// one nearest to the centre of the good ones; good runs are alike, bad ones are bad in ways of their own.
//
// Two runs agree as far as one scores well when the codes of the other are taken for the factors: its FactorVAE score
// (Kim and Mnih 2018). The published form draws images with a latent of the other held, from its generator; this one
// reads codes alone, so it holds a latent of the other run in one of `bins` equally full ranges over the encoded items.
// Latents that carry nothing (mean KL divergence of at most `min_kl` nats, where codes have it; constant ones) stand
// for no factor. Agreement is the mean of both directions, and a run's centrality its mean agreement with the others.
//
// Output: model_centrality, the mean over runs with an interval for it (95 %, Student's t; runs are compared with each
// other, so it is somewhat narrow). The runs' own numbers are in detail: they rank them, and the greatest is the
// medoid. From about 1 / #latents to 1, higher is better. Needs no factors, and two runs at least.
//
// Use it to choose among trained runs without labels, beside `udr`.
//
// Criticism: it believes that good runs agree and bad ones do not: runs that fail alike agree as well. Its evidence is
// that of its paper, on few data sets.
//
// detail: centrality [runs], agreement [runs, runs] (0 on the diagonal), score [runs, runs] (row: the run whose latents
// are held, column: the run that is scored), medoid (number of a run).
#include <algorithm>
#include <cmath>

#include "teasel/metrics/metric.hpp"
#include "teasel/metrics/sampling.hpp"
#include "teasel/stats/columns.hpp"
#include "teasel/stats/interval.hpp"

namespace teasel {
namespace {

struct CentralityOptions {
  int64_t bins = 10, votes = 2000, samples = 64;
  double min_kl = 0.01;

  void describe(Fields& f) {
    f.field("bins", bins, "equally full ranges of a held latent", between(2, 1000));
    f.field("votes", votes, "votes that make the rule of a FactorVAE score, and as many that judge it", at_least(1));
    f.field("samples", samples, "items drawn for one vote", at_least(2));
    f.field("min_kl", min_kl, "latents with a mean KL divergence of at most this (nats) carry nothing", at_least(0));
  }
};

class ModelCentrality : public Metric {
 public:
  using Options = CentralityOptions;
  ModelCentrality(const Options& options, const Setup&)
      : o_(options),
        factor_vae_score_(Registry<Metric>::get().make(
            "factor_vae_score",
            Value(
                Value::Table{{"votes", o_.votes}, {"eval_votes", o_.votes}, {"samples", o_.samples}, {"min_std", 0.0}}),
            {})) {}

  Expected expected() const override {
    return {.perfect = 0.9, .noise = 0.3, .unchanged = {.order = true, .sign = true, .scale = true, .shift = true}};
  }
  Needs needs() const override { return {.factors = false, .runs = 2}; }
  Score compute(Evidence& evidence, uint64_t seed) const override;

 private:
  CodeTable with_factors_of(const CodeTable& scored, const CodeTable& held) const;
  double agreement(const CodeTable& scored, const CodeTable& held, uint64_t seed) const;

  Options o_;
  std::unique_ptr<Metric> factor_vae_score_;
};

// The codes of one run with the ranges that the latents of another lie in as factors.
CodeTable ModelCentrality::with_factors_of(const CodeTable& scored, const CodeTable& held) const {
  CodeTable out;
  out.n = scored.n;
  out.d = scored.d;
  out.z = scored.z;
  const auto moments = column_moments(held.z, held.n, held.d);
  const auto kl = held.kl.empty() ? std::vector<double>() : column_moments(held.kl, held.n, held.d).mean;
  std::vector<std::vector<int64_t>> ranges;
  for (int64_t j = 0; j < held.d; ++j) {
    if (moments.variance[j] <= 0 || (!kl.empty() && kl[j] <= o_.min_kl)) continue;
    const auto values = column(held.z, held.n, held.d, j);
    std::vector<int64_t> order(held.n), range(held.n);
    for (int64_t i = 0; i < held.n; ++i) order[i] = i;
    std::ranges::sort(order, {}, [&](int64_t i) { return values[i]; });
    // Equal values share a range: that of the first of them.
    for (int64_t i = 0; i < held.n; ++i)
      range[order[i]] = i > 0 && values[order[i]] == values[order[i - 1]] ? range[order[i - 1]] : i * o_.bins / held.n;
    ranges.push_back(std::move(range));
    FactorSpec factor;
    factor.name = "latent_" + std::to_string(j);
    for (int64_t b = 0; b < o_.bins; ++b) factor.values.push_back(static_cast<double>(b));
    out.factors.push_back(std::move(factor));
  }
  out.k = static_cast<int64_t>(ranges.size());
  for (int64_t i = 0; i < out.n; ++i)
    for (auto& range : ranges) out.y.push_back(static_cast<double>(range[i]));
  return out;
}

double ModelCentrality::agreement(const CodeTable& scored, const CodeTable& held, uint64_t seed) const {
  auto table = with_factors_of(scored, held);
  if (scored_factors(table).empty()) return 0;  // a run that encodes nothing agrees with none
  TableEvidence evidence(std::move(table));
  return factor_vae_score_->compute(evidence, seed).outputs[0].value;
}

Score ModelCentrality::compute(Evidence& evidence, uint64_t seed) const {
  const auto runs = evidence.runs();
  const auto count = static_cast<int64_t>(runs.size());
  for (int64_t i = 1; i < count; ++i)
    if (runs[i]->n != runs[0]->n)
      throw Error("run 0 has codes of " + std::to_string(runs[0]->n) + " items, and run " + std::to_string(i) + " of " +
                      std::to_string(runs[i]->n),
                  "model_centrality compares runs on the same items in the same order.");
  Score score;
  score.samples = runs[0]->n;
  std::vector<double> scores(count * count), both(count * count), centrality(count);
#pragma omp parallel for schedule(dynamic)
  for (int64_t pair = 0; pair < count * count; ++pair) {
    const int64_t held = pair / count, scored = pair % count;
    if (held != scored) scores[pair] = agreement(*runs[scored], *runs[held], seed);
  }
  for (int64_t i = 0; i < count; ++i)
    for (int64_t j = 0; j < count; ++j) {
      both[i * count + j] = (scores[i * count + j] + scores[j * count + i]) / 2;
      centrality[i] += both[i * count + j] / static_cast<double>(count - 1);
    }
  const auto moments = column_moments(centrality, count, 1);
  const double mean = moments.mean[0];
  const double half =
      count > 2 ? student_975(count - 1) * std::sqrt(moments.variance[0] / static_cast<double>(count)) : 0;
  score.outputs = {{"model_centrality", mean, mean - half, mean + half}};
  score.detail["medoid"] = {static_cast<double>(std::ranges::max_element(centrality) - centrality.begin())};
  score.detail["centrality"] = std::move(centrality);
  score.detail["agreement"] = std::move(both);
  score.detail["score"] = std::move(scores);
  return score;
}

TEASEL_REGISTER(Metric, ModelCentrality, "ModelCentrality: which of several runs agrees best with all others");

}  // namespace
}  // namespace teasel
