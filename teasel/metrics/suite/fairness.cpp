// Fairness of predictions from codes (Locatello, Abbati et al. 2019, "On the fairness of disentangled
// representations"): does the prediction of one factor change when another one is changed, which it should not depend
// on?
//
// A predictor of factor i learns from drawn items. For every other factor j, items are drawn and each is given every
// value of j in turn, all else the same; the predictions for each value make a histogram, and its total variation
// distance, 1/2 sum |p - q|, from the histogram over all values says how much this value changes the predictions. That
// needs codes of items that differ in one factor alone, so every combination of factor values.
//
// Outputs over pairs (i, j): fairness.mean (mean over pairs of the mean over values of j), fairness.mean_of_max (mean
// over pairs of the greatest value's) and fairness.max (the greatest of all). From 0 to 1, lower is fairer. Histograms
// of few predictions differ by chance: equal distributions over C classes give about sqrt(C / (2 pi items)) at most, so
// numbers are comparable only for equal `items`. A predictor that always says the same is perfectly fair: read them
// beside accuracies. The interval (95 %, Student's t) is for other draws of items with the same predictor.
//
// Use it to ask whether a decision made from codes depends on a factor that it should not depend on.
//
// Criticism: a predictor that always says the same is perfectly fair, and histograms of few predictions differ by
// chance; Locatello, Abbati et al. 2019 find that it correlates with disentanglement scores, not that one implies the
// other.
//
// detail: mean, max [factors, factors] (predicted, changed; 0 on the diagonal and for factors left out), accuracy
// [factors], factors_used (factor numbers).
#include <algorithm>
#include <cmath>
#include <utility>

#include "teasel/metrics/importance.hpp"
#include "teasel/metrics/metric.hpp"
#include "teasel/stats/columns.hpp"
#include "teasel/stats/interval.hpp"

namespace teasel {
namespace {

struct FairnessOptions {
  Choice predictor = Registry<Predictor>::choose("gradient_boosting");
  int64_t train = 2000, test = 2000, items = 100, draws = 5;

  void describe(Fields& f) {
    f.field("predictor", predictor, "what learns the factors");
    f.field("train", train, "items to learn from", at_least(1));
    f.field("test", test, "further items that tell the predictors' accuracies", at_least(1));
    f.field("items", items, "items that are given every value of a factor", at_least(1));
    f.field("draws", draws, "draws of these items: the first is the score, the others give the interval; at least 2",
            between(2, 10000));
  }
};

// Distances of the histograms of a factor's values from that of all: their mean and the greatest.
struct Unfairness {
  double mean = 0, greatest = 0;
};

// predicted: [values, items], of `classes`.
Unfairness unfairness(std::span<const int32_t> predicted, int64_t values, int64_t items, int64_t classes) {
  std::vector<double> counts(values * classes), all(classes);
  for (int64_t i = 0; i < values * items; ++i) {
    counts[i / items * classes + predicted[i]] += 1 / static_cast<double>(items);
    all[predicted[i]] += 1 / static_cast<double>(values * items);
  }
  Unfairness out;
  for (int64_t v = 0; v < values; ++v) {
    double distance = 0;
    for (int64_t c = 0; c < classes; ++c) distance += std::abs(counts[v * classes + c] - all[c]) / 2;
    out.mean += distance / static_cast<double>(values);
    out.greatest = std::max(out.greatest, distance);
  }
  return out;
}

class Fairness : public Metric {
 public:
  using Options = FairnessOptions;
  Fairness(Options options, const Setup&)
      : o_(std::move(options)), predictor_(Registry<Predictor>::get().make(o_.predictor, {})) {}

  Expected expected() const override { return {.better = Expected::Better::lower, .perfect = 0.2, .noise = 0.1}; }
  Needs needs() const override { return {.full_grid = true}; }
  bool slow() const override { return true; }
  Score compute(Evidence& evidence, uint64_t seed) const override;

 private:
  std::vector<int32_t> predict_changed(const CodeTable& table, int64_t j, const Stream& stream) const;

  Options o_;
  std::unique_ptr<Predictor> predictor_;
};

// Predictions for random items with factor j at each of its values: [values, items].
std::vector<int32_t> Fairness::predict_changed(const CodeTable& table, int64_t j, const Stream& stream) const {
  const int64_t stride = grid_strides(table.factors)[j], values = table.factors[j].classes();
  const auto drawn = random_rows(table, o_.items, stream);
  std::vector<int64_t> rows;
  for (int64_t v = 0; v < values; ++v)
    for (const auto row : drawn) rows.push_back(row + (v - row / stride % values) * stride);
  return predictor_->predict(codes_of_rows(table, rows, stream.named("noise")));
}

Score Fairness::compute(Evidence& evidence, uint64_t seed) const {
  const CodeTable& table = evidence.table();
  const auto factors = scored_factors(table);
  if (factors.size() < 2)
    throw Error("fairness needs two factors with classes of which two occur: one to predict, one to change");
  const auto tables = train_test(evidence, o_.train, o_.test, Stream(seed, "fairness"));
  const auto pairs = static_cast<double>(factors.size() * (factors.size() - 1));
  Score score;
  score.samples = tables.train.n + tables.test.n;
  score.detail["factors_used"].assign(factors.begin(), factors.end());
  auto &means = score.detail["mean"] = std::vector<double>(table.k * table.k),
       &greatest = score.detail["max"] = std::vector<double>(table.k * table.k);
  std::vector<double> readings(o_.draws * 3);  // [draws, outputs]
  const auto found = test_accuracies(tables, factors, [&](const LabelledParts& parts, int64_t i) {
    predictor_->fit(parts.train.z, parts.train.labels, parts.classes, seed);
    for (const auto j : factors)
      for (int64_t draw = 0; j != i && draw < o_.draws; ++draw) {
        const Stream stream = Stream(seed, "fairness/items", i * table.k + j).named("draw", draw);
        const auto predicted = predict_changed(table, j, stream);
        const auto of_pair = unfairness(predicted, table.factors[j].classes(), o_.items, parts.classes);
        double* sums = readings.data() + draw * 3;
        sums[0] += of_pair.mean / pairs;
        sums[1] += of_pair.greatest / pairs;
        sums[2] = std::max(sums[2], of_pair.greatest);
        if (draw == 0) means[i * table.k + j] = of_pair.mean, greatest[i * table.k + j] = of_pair.greatest;
      }
    return predictor_->predict(parts.test.z);
  });
  score.detail["accuracy"] = found.by_factor;
  const auto moments = column_moments(readings, o_.draws, 3);
  const char* names[] = {"fairness.mean", "fairness.mean_of_max", "fairness.max"};
  for (int64_t o = 0; o < 3; ++o) {
    const double half = student_975(o_.draws - 1) * std::sqrt(moments.variance[o]);
    score.outputs.push_back({names[o], readings[o], readings[o] - half, readings[o] + half});
  }
  return score;
}

TEASEL_REGISTER(Metric, Fairness, "fairness: how far predictions of a factor change with factors they should not");

}  // namespace
}  // namespace teasel
