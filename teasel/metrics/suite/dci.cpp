// DCI (Eastwood and Williams 2018, "A framework for the quantitative evaluation of disentangled representations"), as
// disentanglement_lib computes it (Locatello et al. 2019): from a matrix of how important each latent is to a predictor
// of each factor.
//
// dci.disentanglement: how far a latent serves one factor only. Of each latent the entropy of its importances over the
// factors, as shares, base #factors; 1 less that; the mean over latents, weighted by their importance.
// dci.completeness: how far a factor is served by one latent only. The same of columns, base #latents; the mean over
// factors, weighted by their importance (`factor_weights`: "equal" in the original). dci.informativeness: how well
// factors are predicted: the mean over factors of the predictors' accuracies on items to test on. (The original gives
// errors; lasso_importance gives 1 - 12 MSE.) dci.informativeness_train: on the items that were learned from.
//
// All from 0 to 1, higher is better. Perfect codes reach 1 but for what predictors make of unneeded latents; of noise
// disentanglement and completeness come near 0 and informativeness near mean of 1 / #values, while boosted trees learn
// noise by heart, so that informativeness_train does not. Its interval is too narrow, since small parts of the items
// are learned by heart as well.
//
// Traps: the numbers depend on the predictor. Boosted trees give unneeded latents small importances, which adds entropy
// to completeness; #latents is a base, so codes of different lengths do not compare; a dead latent lowers nothing,
// being weighted by its importance. Trees see only the order of values, and of several latents that cut a node alike take
// one by chance: random states of scikit-learn lie up to .002 apart in disentanglement and completeness with 1,200 items
// to learn from and up to .011 with 100. Factors that are continuous, nuisances or constant are left out; a single latent
// or a single factor is refused. Columns of one vector-valued unit count as one latent, whose importance is their sum;
// the predictors see them all.
//
// Use it as the fullest single answer: it says separately whether latents are pure, whether factors are gathered, and
// whether they are there at all. With 10,000 items or more, and always with the predictor's name.
//
// Criticism: it says as much of the predictor as of the codes (trees, a forest and a lasso give different scores, and a
// lasso that keeps one latent of noise for one factor is perfectly disentangled); Eastwood et al. 2023, its authors
// among them, add what it does not see, how complex the map from codes to factors is; Sepliarskaia et al. 2019
// ("Evaluating disentangled representations") find that standard metrics, it among them, score codes high that are not
// disentangled.
//
// detail: importance [latents, factors], disentanglement [latents], completeness [factors], accuracy [factors],
// accuracy_train [factors], factors_used (factor numbers).
#include <algorithm>
#include <numeric>
#include <utility>

#include "teasel/metrics/dci_scores.hpp"
#include "teasel/metrics/random_groups.hpp"

namespace teasel {
namespace {

struct DciOptions {
  Choice matrix = Registry<MatrixSource>::choose("gbt_importance");
  std::string factor_weights = "importance";
  int64_t train = 10000, test = 5000, groups = 10;

  void describe(Fields& f) {
    f.field("matrix", matrix, "importances of latents to predictors of factors");
    f.field("factor_weights", factor_weights, "weights of the factors in completeness",
            one_of({"importance", "equal"}));
    f.field("train", train, "items that the predictors learn from", at_least(1));
    f.field("test", test, "further items that they are tested on", at_least(1));
    f.field("groups", groups, "parts of the items that are scored by themselves for the interval; 0: no interval",
            at_least(0));
  }
};

class Dci : public Metric {
 public:
  using Options = DciOptions;
  Dci(Options options, const Setup&)
      : o_(std::move(options)), matrix_(Registry<MatrixSource>::get().make(o_.matrix, {})) {}

  Expected expected() const override {
    return {.perfect = 0.9, .noise = 0.7, .unchanged = {.order = true, .sign = true, .scale = true, .shift = true}};
  }
  Needs needs() const override { return {}; }
  bool slow() const override { return true; }

  Score compute(Evidence& evidence, uint64_t seed) const override {
    const auto& unit = evidence.table().unit;
    if (evidence.table().d < 2 || (!unit.empty() && std::ranges::max(unit) == 0))
      throw Error("dci compares at least two latents, and these codes have one",
                  "Completeness is an entropy over latents.");
    if (scored_factors(evidence.table()).size() < 2)
      throw Error("dci compares at least two factors with classes of which two occur, and these codes have fewer",
                  "Disentanglement is an entropy over factors.");
    Score score;
    const auto values = [&](const TrainTest& tables) {
      const ScoreMatrix matrix = by_unit(matrix_->compute(tables, seed), tables.train.unit);
      if (score.detail.empty()) put_detail(score, matrix);
      return readings(matrix);
    };
    auto estimates = estimate_by_groups(
        evidence, o_.train, o_.test, Stream(seed, "dci"),
        {"dci.disentanglement", "dci.completeness", "dci.informativeness", "dci.informativeness_train"}, values,
        o_.groups);
    score.outputs = std::move(estimates.outputs);
    score.samples = estimates.tables.train.n + estimates.tables.test.n;
    return score;
  }

 private:
  std::vector<double> readings(const ScoreMatrix& matrix) const {
    const auto mean = [&](const std::vector<double>& by_factor) {
      return std::accumulate(by_factor.begin(), by_factor.end(), 0.0) / static_cast<double>(matrix.used.size());
    };
    const auto scores = dci_scores(matrix, o_.factor_weights == "equal");
    return {scores.disentanglement, scores.completeness, mean(matrix.accuracy), mean(matrix.accuracy_train)};
  }

  void put_detail(Score& score, const ScoreMatrix& matrix) const {
    auto scores = dci_scores(matrix, o_.factor_weights == "equal");
    score.detail = {{"importance", matrix.values},
                    {"disentanglement", std::move(scores.by_latent)},
                    {"completeness", std::move(scores.by_factor)},
                    {"accuracy", matrix.accuracy},
                    {"accuracy_train", matrix.accuracy_train}};
    score.detail["factors_used"].assign(matrix.used.begin(), matrix.used.end());
  }

  Options o_;
  std::unique_ptr<MatrixSource> matrix_;
};

TEASEL_REGISTER(Metric, Dci, "DCI: disentanglement, completeness and informativeness of predictors' importances");

}  // namespace
}  // namespace teasel
