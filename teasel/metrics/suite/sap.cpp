// SAP, separated attribute predictability (Kumar et al. 2018, "Variational inference of disentangled latent concepts
// from unlabeled observations", section 3, with the classifier of disentanglement_lib, Locatello et al. 2019): a linear
// support vector machine on each latent alone predicts each factor; of every factor the gap between the accuracies of
// its two best latents; the mean over factors.
//
// Range 0 to 1, and small in practice: a line through one number can tell only the outermost of many ordered classes,
// so the factors of dSprites themselves, standardised, reach .25 and learned codes less than a tenth. Noise: near 0.
// Two latents that share a factor close its gap. `sap_correlation` is the same gap of squared correlations, and far
// greater: say which one a number is. Without `standardise` the strength C works on the units of the codes. Factors
// that are continuous, nuisances or constant are left out; a single latent has no gap and is refused.
//
// Use it to compare with publications that report it, by the same classifier; never across classifiers.
//
// Criticism: a line on one latent cannot tell ordered classes apart, so that even perfect codes score low and
// differences drown in noise; the penalty works on units of the codes. Two scores go by the name, this one and
// `sap_correlation`.
//
// detail: matrix [latents, factors] (accuracies on the items to test on), entropy [factors] (nats), factors_used
// (factor numbers), gap [factors] (0 for factors that were left out).
#include <utility>

#include "teasel/metrics/estimate.hpp"
#include "teasel/metrics/matrix.hpp"
#include "teasel/metrics/metric.hpp"

namespace teasel {
namespace {

struct SapOptions {
  double c = 0.01;
  bool balanced = true, standardise = true;
  int64_t train = 10000, test = 5000, rounds = 10;

  void describe(Fields& f) {
    f.field("c", c, "weight of the losses against the penalty on slope and intercept", at_least(1e-12));
    f.field("balanced", balanced, "weigh classes so that each counts the same");
    f.field("standardise", standardise, "divide codes by their standard deviations first");
    f.field("train", train, "items that the machines learn from", at_least(1));
    f.field("test", test, "further items that they are judged on", at_least(1));
    f.field("rounds", rounds, "further draws for the interval, each as costly as the score; below 3: none",
            between(0, 1000));
  }
};

class Sap : public Metric {
 public:
  using Options = SapOptions;
  Sap(const Options& options, const Setup&)
      : o_(options),
        matrix_(Registry<MatrixSource>::get().make(
            "svm_accuracy",
            Value(Value::Table{{"c", o_.c}, {"balanced", o_.balanced}, {"standardise", o_.standardise}}), {})) {}

  Expected expected() const override {
    return {.perfect = 0.1,
            .noise = 0.03,
            .unchanged = {.order = true, .sign = true, .scale = o_.standardise, .shift = o_.standardise}};
  }
  Needs needs() const override { return {}; }

  Score compute(Evidence& evidence, uint64_t seed) const override {
    if (scored_factors(evidence.table()).empty())
      throw Error("sap needs a factor with classes of which at least two occur, and these codes have none");
    if (evidence.table().d < 2) throw Error("sap needs two latents: a single one has no second best");
    Score score;
    bool first = true;
    const auto values = [&](const TrainTest& tables) {
      const ScoreMatrix matrix = matrix_->compute(tables, seed);
      const auto gaps = top_gaps(matrix);
      if (std::exchange(first, false)) {
        put_matrix(score, "matrix", matrix);
        score.detail["gap"] = gaps;
      }
      return std::vector<double>{mean_over_factors(matrix, gaps)};
    };
    auto estimates = estimate(evidence, o_.train, o_.test, Stream(seed, "sap"), {"sap"}, values, o_.rounds);
    score.outputs = std::move(estimates.outputs);
    score.samples = estimates.tables.train.n + estimates.tables.test.n;
    return score;
  }

 private:
  Options o_;
  std::unique_ptr<MatrixSource> matrix_;
};

TEASEL_REGISTER(Metric, Sap, "SAP: how much better a factor's best latent predicts it than the second, by linear SVMs");

}  // namespace
}  // namespace teasel
