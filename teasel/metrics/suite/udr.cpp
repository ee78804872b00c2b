// Unsupervised disentanglement ranking (Duan et al. 2020, "Unsupervised model selection for variational disentangled
// representation learning"): runs of one configuration that disentangle find the same latents up to order and sign, so
// how well the latents of one run match those of the others ranks runs without labels.
//
// The same items are encoded by every run; codes are standardised. For two runs a matrix R holds the sizes of what
// links their latents: coefficients of a lasso (of each latent of one from all of the other) or rank correlations.
// Latents that carry nothing are taken out of it. How far a row has a single entry is max^2 / sum; the pair's score is
// the mean of the mean over rows and the mean over columns, and a run's score is the median over its pairs with the
// others.
//
// Outputs: udr.lasso, udr.spearman, each the mean over runs with an interval for it (95 %, Student's t; runs are
// compared with each other, so it is somewhat narrow). The runs' own scores are in detail: they rank them. From 0 to 1,
// higher is better; two runs of noise come near 0, because nothing links them. Runs that are the same but for order and
// sign reach .9 by the lasso, whose penalty takes `alpha` from every coefficient, and a little less by ranks, since
// latents correlate by chance. A score rewards agreement, which runs that collapse to the same few latents have as
// well. Needs no factors, and two runs at least.
//
// Which latents carry nothing: those whose mean KL divergence from the prior is at most `min_kl` (nats), where codes
// have it, and constant ones. Two runs of which one has no latent left score 0.
//
// Use it to choose among seeds and settings without labels: rank runs by it, and look at the best.
//
// Criticism: agreement is not disentanglement: runs that collapse to the same few latents, or rotate alike, agree. Duan
// et al. 2020 find it correlated with labelled scores for the models of one study; it needs several runs of every
// setting.
//
// detail: lasso, spearman [runs], lasso_pairs, spearman_pairs [runs, runs] (row: the run that explains, column: the run
// that is explained; 0 on the diagonal), kept [runs] (how many latents carry something).
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "teasel/metrics/metric.hpp"
#include "teasel/metrics/sampling.hpp"
#include "teasel/stats/columns.hpp"
#include "teasel/stats/correlation.hpp"
#include "teasel/stats/interval.hpp"
#include "teasel/stats/lasso.hpp"

namespace teasel {
namespace {

struct UdrOptions {
  int64_t samples = 1000;
  double alpha = 0.1, min_kl = 0.01;

  void describe(Fields& f) {
    f.field("samples", samples, "random items that the runs are compared on; 0: all of them", at_least(0));
    f.field("alpha", alpha, "weight of the lasso's penalty", at_least(0));
    f.field("min_kl", min_kl, "latents with a mean KL divergence of at most this (nats) carry nothing", at_least(0));
  }
};

// Standardised codes of the latents of one run that carry something.
struct Run {
  int64_t n = 0, d = 0;
  std::vector<double> z;  // [n, d]
};

// 1/2 (mean over rows + mean over columns) of max^2 / sum.
double relative_strength(const std::vector<double>& matrix, int64_t rows, int64_t columns) {
  if (rows == 0 || columns == 0) return 0;
  double total = 0;
  for (const bool by_row : {true, false}) {
    const int64_t lines = by_row ? rows : columns, entries = by_row ? columns : rows;
    for (int64_t line = 0; line < lines; ++line) {
      double greatest = 0, sum = 0;
      for (int64_t e = 0; e < entries; ++e) {
        const double size = std::abs(matrix[by_row ? line * columns + e : e * columns + line]);
        greatest = std::max(greatest, size);
        sum += size;
      }
      if (sum > 0) total += greatest * greatest / sum / static_cast<double>(lines);
    }
  }
  return total / 2;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const size_t half = values.size() / 2;
  return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

class Udr : public Metric {
 public:
  using Options = UdrOptions;
  Udr(const Options& options, const Setup&) : o_(options) {}

  Expected expected() const override {
    return {.perfect = 0.85, .noise = 0.1, .unchanged = {.order = true, .sign = true, .scale = true, .shift = true}};
  }
  Needs needs() const override { return {.factors = false, .runs = 2}; }
  Score compute(Evidence& evidence, uint64_t seed) const override;

 private:
  Run prepare(const CodeTable& table, const std::vector<int64_t>& rows) const;
  static void add_output(Score& score, const std::string& name, const std::vector<double>& pairs, int64_t runs);

  Options o_;
};

Run Udr::prepare(const CodeTable& table, const std::vector<int64_t>& rows) const {
  const auto z = take_rows(table.z, table.d, rows);
  Run run{static_cast<int64_t>(rows.size()), 0, {}};
  const auto moments = column_moments(z, run.n, table.d);
  const auto kl = table.kl.empty() ? std::vector<double>() : column_moments(table.kl, table.n, table.d).mean;
  std::vector<int64_t> kept;
  for (int64_t j = 0; j < table.d; ++j)
    if (moments.variance[j] > 0 && (kl.empty() || kl[j] > o_.min_kl)) kept.push_back(j);
  run.d = static_cast<int64_t>(kept.size());
  // The divisor is n, as scikit-learn's scaler has it.
  const double share = static_cast<double>(run.n - 1) / static_cast<double>(run.n);
  for (int64_t i = 0; i < run.n; ++i)
    for (const auto j : kept)
      run.z.push_back((z[i * table.d + j] - moments.mean[j]) / std::sqrt(moments.variance[j] * share));
  return run;
}

void Udr::add_output(Score& score, const std::string& name, const std::vector<double>& pairs, int64_t runs) {
  auto& by_run = score.detail[name];
  for (int64_t i = 0; i < runs; ++i) {
    std::vector<double> of_run;
    for (int64_t other = 0; other < runs; ++other)
      if (other != i) of_run.push_back(pairs[other * runs + i]);
    by_run.push_back(median(std::move(of_run)));
  }
  score.detail[name + "_pairs"] = pairs;
  const auto moments = column_moments(by_run, runs, 1);
  const double mean = moments.mean[0];
  const double half = runs > 2 ? student_975(runs - 1) * std::sqrt(moments.variance[0] / static_cast<double>(runs)) : 0;
  score.outputs.push_back({"udr." + name, mean, mean - half, mean + half});
}

Score Udr::compute(Evidence& evidence, uint64_t seed) const {
  const auto tables = evidence.runs();
  const auto count = static_cast<int64_t>(tables.size());
  const int64_t n = tables[0]->n;
  for (int64_t i = 1; i < count; ++i)
    if (tables[i]->n != n)
      throw Error("run 0 has codes of " + std::to_string(n) + " items, and run " + std::to_string(i) + " of " +
                      std::to_string(tables[i]->n),
                  "udr compares runs on the same items in the same order.");
  if (n < 2) throw Error("udr compares runs on at least two items, and these have one");
  auto rows = Stream(seed, "udr").permutation(n);
  if (o_.samples > 1) rows.resize(std::min(o_.samples, n));
  std::vector<Run> runs;
  Score score;
  score.samples = static_cast<int64_t>(rows.size());
  for (auto* table : tables) {
    runs.push_back(prepare(*table, rows));
    score.detail["kept"].push_back(static_cast<double>(runs.back().d));
  }
  std::vector<double> lasso(count * count), spearman(count * count);
  for (int64_t i = 0; i < count; ++i)
    for (int64_t j = 0; j < count; ++j) {
      const Run &from = runs[i], &to = runs[j];
      if (i == j || from.d == 0 || to.d == 0) continue;
      lasso[i * count + j] =
          relative_strength(fit_lasso(from.z, from.n, from.d, to.z, to.d, o_.alpha).coefficients, from.d, to.d);
      spearman[i * count + j] = relative_strength(spearman_matrix(from.z, from.d, to.z, to.d, from.n), from.d, to.d);
    }
  add_output(score, "lasso", lasso, count);
  add_output(score, "spearman", spearman, count);
  return score;
}

TEASEL_REGISTER(Metric, Udr, "unsupervised disentanglement ranking: how well latents of several runs match");

}  // namespace
}  // namespace teasel
