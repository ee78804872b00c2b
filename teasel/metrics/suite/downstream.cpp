// Downstream accuracy (Locatello et al. 2019, section 5.5): how well a predictor learns the factors from codes and few
// or many labels. One output for each number of labels, `downstream.accuracy_100`: the mean over factors of the share
// of items to test on whose class is predicted. Higher is better; chance is the mean of 1 / #values.
//
// The smaller numbers of labels are the first of the largest; numbers that the table has no items for are left out. The
// interval is for other items to test on, not for other labels. Accuracies mix factors of few and of many values, so
// read `accuracy` by factor. Factors that are continuous, nuisances or constant are left out.
//
// Use it to ask what codes are good for: predictions from few labels. It is no score of disentanglement.
//
// Criticism: Locatello et al. 2019 (section 5.5) find no clear gain of disentangled codes in it; accuracies of factors
// with few and many values are averaged, and the predictor decides.
//
// detail: labels [sizes] (those computed), accuracy [sizes, factors], least_accuracy [sizes] (over factors),
// statistical_efficiency (the mean accuracy at 100 labels over that at 10,000, where both are computed), factors_used
// (factor numbers).
#include <algorithm>
#include <utility>

#include "teasel/metrics/importance.hpp"
#include "teasel/metrics/metric.hpp"

namespace teasel {
namespace {

struct DownstreamOptions {
  Choice predictor = Registry<Predictor>::choose("gradient_boosting");
  std::vector<int64_t> labels{10, 100, 1000, 10000};
  int64_t test = 5000;

  void describe(Fields& f) {
    f.field("predictor", predictor, "what learns the factors");
    f.field("labels", labels, "numbers of items to learn from, rising", at_least(1));
    f.field("test", test, "further items to test on", at_least(1));
  }
};

class Downstream : public Metric {
 public:
  using Options = DownstreamOptions;
  Downstream(Options options, const Setup&)
      : o_(std::move(options)), predictor_(Registry<Predictor>::get().make(o_.predictor, {})) {
    if (o_.labels.empty() || !std::ranges::is_sorted(o_.labels))
      throw Error("downstream.labels is no list of rising numbers", "For example [10, 100, 1000, 10000].");
  }

  Expected expected() const override {
    return {.perfect = 0.15, .noise = 0.25, .unchanged = {.order = true, .scale = true, .shift = true}};
  }
  Needs needs() const override { return {}; }
  bool slow() const override { return true; }
  Score compute(Evidence& evidence, uint64_t seed) const override;

 private:
  Options o_;
  std::unique_ptr<Predictor> predictor_;
};

Score Downstream::compute(Evidence& evidence, uint64_t seed) const {
  const auto factors = scored_factors(evidence.table());
  if (factors.empty())
    throw Error("downstream needs a factor with classes of which at least two occur, and these codes have none");
  const Stream stream(seed, "downstream");
  auto tables = train_test(evidence, o_.labels.back(), o_.test, stream);
  const CodeTable all = std::move(tables.train);
  Score score;
  score.samples = all.n + tables.test.n;
  score.detail["factors_used"].assign(factors.begin(), factors.end());
  double of_hundred = 0, of_ten_thousand = 0;
  for (const auto size : o_.labels) {
    if (size > all.n) continue;
    std::vector<int64_t> first(size);
    for (int64_t i = 0; i < size; ++i) first[i] = i;
    tables.train = take_items(all, first, stream);
    const auto found = test_accuracies(tables, factors, [&](const LabelledParts& parts, int64_t) {
      predictor_->fit(parts.train.z, parts.train.labels, parts.classes, seed);
      return predictor_->predict(parts.test.z);
    });
    score.outputs.push_back(found.output("downstream.accuracy_" + std::to_string(size)));
    score.detail["labels"].push_back(static_cast<double>(size));
    score.detail["least_accuracy"].push_back(found.least);
    auto& matrix = score.detail["accuracy"];
    matrix.insert(matrix.end(), found.by_factor.begin(), found.by_factor.end());
    if (size == 100) of_hundred = found.mean;
    if (size == 10000) of_ten_thousand = found.mean;
  }
  if (score.outputs.empty())
    throw Error("downstream finds " + std::to_string(all.n) + " items to learn from, fewer than its least number",
                "Score more items, or set downstream.labels.");
  if (of_hundred > 0 && of_ten_thousand > 0) score.detail["statistical_efficiency"] = {of_hundred / of_ten_thousand};
  return score;
}

TEASEL_REGISTER(Metric, Downstream, "downstream accuracy: how well factors are learned from codes and few labels");

}  // namespace
}  // namespace teasel
