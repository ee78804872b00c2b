// Reduced downstream accuracy: what is still known of a factor without the latents that know most of it. In the spirit
// of disentanglement_lib's reduced downstream task: for each factor the latents are ranked by their importance to a
// predictor, and another one learns from the rest.
//
// Outputs, each the mean over factors of the accuracy on items to test on: reduced_downstream.all (every latent),
// reduced_downstream.without_1, reduced_downstream.without_2, ... (without that many of the most important). Codes that
// keep a factor in one latent fall to chance, the mean of 1 / #values (of the most frequent one, where values are not
// equally frequent), with the first; what stays is leakage or redundancy. So neither high nor low is better by itself.
// Numbers that leave no latent are left out. The interval is for other items to test on.
//
// Use it to see whether what the best latent knows is known elsewhere, too: leakage or redundancy, in units of
// accuracy.
//
// Criticism: importances of a predictor choose what is removed, so that a latent as good as the best stays; redundancy,
// which may be wanted, counts as leakage.
//
// detail: accuracy [1 + removed, factors] (0 for factors left out), importance [latents, factors], removed [outputs]
// (how many latents each output lacks), factors_used (factor numbers).
#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "teasel/metrics/importance.hpp"
#include "teasel/metrics/metric.hpp"

namespace teasel {
namespace {

struct ReducedOptions {
  Choice predictor = Registry<Predictor>::choose("gradient_boosting");
  Choice matrix = Registry<MatrixSource>::choose("gbt_importance");
  std::vector<int64_t> removed{1, 2};
  int64_t train = 2000, test = 2000;

  void describe(Fields& f) {
    f.field("predictor", predictor, "what learns the factors");
    f.field("matrix", matrix, "what ranks the latents");
    f.field("removed", removed, "how many of a factor's latents are taken away", at_least(1));
    f.field("train", train, "items to learn from", at_least(1));
    f.field("test", test, "further items to test on", at_least(1));
  }
};

// Codes [n, D] without some of the latents.
std::vector<double> without(std::span<const double> z, int64_t d, std::span<const int64_t> removed) {
  std::vector<double> out;
  for (size_t i = 0; i < z.size(); ++i)
    if (std::ranges::find(removed, static_cast<int64_t>(i) % d) == removed.end()) out.push_back(z[i]);
  return out;
}

class ReducedDownstream : public Metric {
 public:
  using Options = ReducedOptions;
  ReducedDownstream(Options options, const Setup&)
      : o_(std::move(options)),
        predictor_(Registry<Predictor>::get().make(o_.predictor, {})),
        matrix_(Registry<MatrixSource>::get().make(o_.matrix, {})) {
    o_.removed.insert(o_.removed.begin(), 0);
  }

  Expected expected() const override {
    return {.better = Expected::Better::neither, .unchanged = {.order = true, .scale = true, .shift = true}};
  }
  Needs needs() const override { return {}; }
  bool slow() const override { return true; }

  Score compute(Evidence& evidence, uint64_t seed) const override {
    if (scored_factors(evidence.table()).empty())
      throw Error(
          "reduced_downstream needs a factor with classes of which at least two occur, and these codes have none");
    const auto tables = train_test(evidence, o_.train, o_.test, Stream(seed, "reduced_downstream"));
    const ScoreMatrix matrix = matrix_->compute(tables, seed);
    Score score;
    score.samples = tables.train.n + tables.test.n;
    score.detail["importance"] = matrix.values;
    score.detail["factors_used"].assign(matrix.used.begin(), matrix.used.end());
    for (const auto removed : o_.removed)
      if (removed < tables.train.d) add_output(score, tables, matrix, removed, seed);
    return score;
  }

 private:
  void add_output(Score& score, const TrainTest& tables, const ScoreMatrix& matrix, int64_t removed,
                  uint64_t seed) const {
    const auto found = test_accuracies(tables, matrix.used, [&](const LabelledParts& parts, int64_t k) {
      const auto best = most_important(matrix, k, removed);
      predictor_->fit(without(parts.train.z, tables.train.d, best), parts.train.labels, parts.classes, seed);
      return predictor_->predict(without(parts.test.z, tables.train.d, best));
    });
    const std::string name = removed == 0 ? "all" : "without_" + std::to_string(removed);
    score.outputs.push_back(found.output("reduced_downstream." + name));
    score.detail["removed"].push_back(static_cast<double>(removed));
    auto& accuracies = score.detail["accuracy"];
    accuracies.insert(accuracies.end(), found.by_factor.begin(), found.by_factor.end());
  }

  static std::vector<int64_t> most_important(const ScoreMatrix& matrix, int64_t k, int64_t count) {
    std::vector<int64_t> order(matrix.latents);
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, std::greater(), [&](int64_t j) { return matrix.at(j, k); });
    order.resize(count);
    return order;
  }

  Options o_;
  std::unique_ptr<Predictor> predictor_;
  std::unique_ptr<MatrixSource> matrix_;
};

TEASEL_REGISTER(Metric, ReducedDownstream, "reduced downstream accuracy: what the less important latents still know");

}  // namespace
}  // namespace teasel
