// Any matrix of latents and factors with any way to read a score off it: what disentanglement_lib calls unified scores
// (Locatello et al. 2019). Matrices: `teasel list matrices`; readings: `teasel list aggregations`. The scores that have
// names of their own (dci, mig, sap, modularity) are such pairs; this one is for the others. Range, direction and what
// chance reaches are those of the pair.
//
// Use it to try a pair of matrix and reading that has no name, or to ask which of the two makes two scores differ.
//
// Criticism: a pair without a name has hardly any published numbers to compare with, and not every reading means
// something of every matrix: that of `mig` divides by entropies in nats.
//
// detail: matrix [latents, factors], entropy [factors] (nats), factors_used (factor numbers), accuracy [factors] (on
// items to test on, where the matrix comes from predictors).
#include <cmath>
#include <limits>

#include "teasel/metrics/estimate.hpp"
#include "teasel/metrics/matrix.hpp"
#include "teasel/metrics/metric.hpp"

namespace teasel {
namespace {

struct MatrixScoreOptions {
  Choice matrix = Registry<MatrixSource>::choose("mutual_information");
  Choice aggregation = Registry<Aggregation>::choose("mig");
  int64_t train = 10000, test = 5000, rounds = 0;

  void describe(Fields& f) {
    f.field("matrix", matrix, "what relates latents to factors");
    f.field("aggregation", aggregation, "what is read off the matrix");
    f.field("train", train, "items behind the matrix", at_least(1));
    f.field("test", test, "further items, for matrices of predictors that are tested", at_least(1));
    f.field("rounds", rounds, "further draws for the interval, each as costly as the score; 0: none", at_least(0));
  }
};

class MatrixScore : public Metric {
 public:
  using Options = MatrixScoreOptions;
  MatrixScore(const Options& options, const Setup&)
      : o_(options),
        matrix_(Registry<MatrixSource>::get().make(options.matrix, {})),
        aggregation_(Registry<Aggregation>::get().make(options.aggregation, {})) {}

  Expected expected() const override {
    return {.better = Expected::Better::neither,
            .low = -std::numeric_limits<double>::infinity(),
            .high = std::numeric_limits<double>::infinity(),
            .unchanged = {.order = true}};
  }
  Needs needs() const override { return {}; }
  Score compute(Evidence& evidence, uint64_t seed) const override {
    if (scored_factors(evidence.table()).empty())
      throw Error("matrix_score needs a factor with classes of which at least two occur, and these codes have none");
    std::vector<std::string> names;
    for (auto& value : aggregation_->aggregate(empty_matrix(evidence.table())))
      names.push_back("matrix_score." + (value.name.empty() ? o_.aggregation.name : value.name));
    Score score;
    bool first = true;
    const auto values = [&](const TrainTest& tables) {
      const ScoreMatrix matrix = matrix_->compute(tables, seed);
      if (std::exchange(first, false)) put_detail(score, matrix);
      std::vector<double> out;
      for (auto& value : aggregation_->aggregate(matrix)) out.push_back(value.value);
      return out;
    };
    auto estimates = estimate(evidence, o_.train, o_.test, Stream(seed, "matrix_score"), names, values, o_.rounds);
    score.outputs = std::move(estimates.outputs);
    for (auto& output : score.outputs)
      if (std::isnan(output.value))
        throw Error("these codes have too few latents or factors for " + output.name,
                    "Most readings need two of both.");
    score.samples = estimates.tables.train.n;
    return score;
  }

 private:
  static void put_detail(Score& score, const ScoreMatrix& matrix) {
    put_matrix(score, "matrix", matrix);
    if (!matrix.accuracy.empty()) score.detail["accuracy"] = matrix.accuracy;
  }

  Options o_;
  std::unique_ptr<MatrixSource> matrix_;
  std::unique_ptr<Aggregation> aggregation_;
};

TEASEL_REGISTER(Metric, MatrixScore, "matrix score: any matrix of latents and factors, read by any aggregation");

}  // namespace
}  // namespace teasel
