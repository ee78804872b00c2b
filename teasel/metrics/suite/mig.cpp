// Mutual information gap (Chen et al. 2018, "Isolating sources of disentanglement", equation 6, with the estimator of
// disentanglement_lib, Locatello et al. 2019): codes are cut into equal-width bins, and of every factor the gap between
// the two latents that tell most about it is divided by the factor's entropy; the mean over factors.
//
// Bins span each latent's own range; for them see stats/histogram.hpp. Estimates are plug-in, in nats. Binning bounds
// the score: 20 bins cannot hold a factor of 32 or 40 values, so the factors of dSprites themselves reach .902 on all
// its items and about .896 on 10,000 (not 1). Two latents that share a factor, as a cyclic one often needs, close its
// gap. The score is the same for codes that are stretched, shifted or mirrored one by one. Factors that are continuous,
// nuisances or constant are left out; a single latent has no gap and is refused.
//
// detail: mutual_information [latents, factors] (nats), entropy [factors] (nats), gap [factors] (0 for factors that
// were left out), factors_used (factor numbers).
#include <algorithm>
#include <utility>

#include "teasel/metrics/estimate.hpp"
#include "teasel/metrics/matrix.hpp"
#include "teasel/metrics/metric.hpp"

namespace teasel {
namespace {

struct MigOptions {
  int64_t bins = 20, samples = 0;

  void describe(Fields& f) {
    f.field("bins", bins, "equal-width bins of every latent", between(2, 10000));
    f.field("samples", samples, "items drawn with replacement; 0: every item once", at_least(0));
  }
};

class Mig : public Metric {
 public:
  using Options = MigOptions;
  Mig(const Options& options, const Setup&)
      : o_(options),
        information_(Registry<MatrixSource>::get().make("mutual_information",
                                                        Value(Value::Table{{"bins", Value(o_.bins)}}), {})) {}

  Expected expected() const override {
    return {.perfect = 0.9, .noise = 0.02, .unchanged = {.order = true, .sign = true, .scale = true, .shift = true}};
  }
  Needs needs() const override { return {}; }
  Score compute(Evidence& evidence, uint64_t seed) const override;

 private:
  Options o_;
  std::unique_ptr<MatrixSource> information_;
};

// The gap between the two greatest entries of column `k`, over the factor's entropy.
double gap(const ScoreMatrix& matrix, int64_t k) {
  double first = 0, second = 0;
  for (int64_t j = 0; j < matrix.latents; ++j) {
    second = std::max(second, std::min(first, matrix.at(j, k)));
    first = std::max(first, matrix.at(j, k));
  }
  return (first - second) / matrix.entropy[k];
}

Score Mig::compute(Evidence& evidence, uint64_t seed) const {
  const CodeTable& table = evidence.table();
  if (table.d < 2) throw Error("mig compares the two latents that tell most about a factor, and these codes have one");
  if (scored_factors(table).empty())
    throw Error("mig needs a factor with classes of which at least two occur, and these codes have none");
  const auto matrix_of = [&](const CodeTable& items) { return information_->compute({items, {}}, seed); };
  const auto mean_gap = [&](const CodeTable& items) {
    const auto matrix = matrix_of(items);
    double mean = 0;
    for (const auto k : matrix.used) mean += gap(matrix, k) / static_cast<double>(matrix.used.size());
    return std::vector<double>{mean};
  };
  auto estimates = estimate(evidence, o_.samples, Stream(seed, "mig"), {"mig"}, mean_gap);
  const auto matrix = matrix_of(estimates.table);
  Score score;
  score.outputs = std::move(estimates.outputs);
  score.detail = {{"mutual_information", matrix.values}, {"entropy", matrix.entropy}};
  score.detail["factors_used"].assign(matrix.used.begin(), matrix.used.end());
  auto& gaps = score.detail["gap"] = std::vector<double>(table.k);
  for (const auto k : matrix.used) gaps[k] = gap(matrix, k);
  score.samples = estimates.table.n;
  return score;
}

TEASEL_REGISTER(Metric, Mig, "mutual information gap: how much more one latent tells about a factor than any other");

}  // namespace
}  // namespace teasel
