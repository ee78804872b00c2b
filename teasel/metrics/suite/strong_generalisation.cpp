// Strong generalisation (after the strong downstream task of disentanglement_lib): does a predictor of one factor that
// has seen a single value of another factor still work at that other factor's other values?
//
// A repeat chooses a factor and one of its values. A predictor of each other factor learns from items that have this
// value, and is tested on items that have not; beside it, one that learns from equally many items with any value is
// tested on the same items. Where codes keep factors apart, nothing changes for it; where they are entangled, codes of
// the other values are new.
//
// Outputs: strong_generalisation.accuracy (trained at one value), strong_generalisation.plain (trained at any), both
// means over repeats and predicted factors, and strong_generalisation.gap = 1 - accuracy / plain, of these means: lower
// is better, 0 is none, and noise has none either, because it predicts nothing; so read it beside `plain`. The
// intervals (95 %, Student's t) are for other repeats. Factors that are continuous, nuisances or constant are left out;
// two are needed, one to fix and one to predict.
//
// Use it to ask whether a predictor holds where a factor it never saw vary takes new values, which is what
// disentanglement is often wanted for.
//
// Criticism: codes that predict nothing have no gap, and the gap mixes what codes do with what trees do off their
// training range, where they cannot extrapolate.
//
// detail: fixed_factor, fixed_value (class number), learned_from (items) [repeats], accuracy, plain [repeats, factors]
// (0 for the factor that was fixed), factors_used (factor numbers).
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "teasel/metrics/importance.hpp"
#include "teasel/metrics/metric.hpp"
#include "teasel/stats/columns.hpp"
#include "teasel/stats/interval.hpp"

namespace teasel {
namespace {

struct StrongOptions {
  Choice predictor = Registry<Predictor>::choose("gradient_boosting");
  int64_t repeats = 5, pool = 20000, train = 1000, test = 5000;

  void describe(Fields& f) {
    f.field("predictor", predictor, "what learns the factors");
    f.field("repeats", repeats, "choices of a factor and a value to hold", between(2, 10000));
    f.field("pool", pool, "items of which those with the value are learned from", at_least(2));
    f.field("train", train, "items to learn from at most", at_least(1));
    f.field("test", test, "further items, of which those without the value are tested on", at_least(2));
  }
};

// Both ways of learning in one repeat.
struct Repeat {
  int64_t factor = 0, value = 0;
  Accuracies strong, plain;
  int64_t learned_from = 0;
};

class StrongGeneralisation : public Metric {
 public:
  using Options = StrongOptions;
  StrongGeneralisation(Options options, const Setup&)
      : o_(std::move(options)), predictor_(Registry<Predictor>::get().make(o_.predictor, {})) {}

  Expected expected() const override {
    return {.better = Expected::Better::neither,
            .unchanged = {.order = true, .scale = true, .shift = true},
            .ranges = {{"strong_generalisation.gap", {-std::numeric_limits<double>::infinity(), 1}}}};
  }
  Needs needs() const override { return {}; }
  bool slow() const override { return true; }
  Score compute(Evidence& evidence, uint64_t seed) const override;

 private:
  Repeat repeat(const TrainTest& pools, const std::vector<int64_t>& factors, int64_t number, uint64_t seed) const;
  Accuracies learn(const TrainTest& tables, const std::vector<int64_t>& factors, uint64_t seed) const {
    return test_accuracies(tables, factors, [&](const LabelledParts& parts, int64_t) {
      predictor_->fit(parts.train.z, parts.train.labels, parts.classes, seed);
      return predictor_->predict(parts.test.z);
    });
  }

  Options o_;
  std::unique_ptr<Predictor> predictor_;
};

// The items whose factor `k` has this value, or another (known) one.
std::vector<int64_t> rows_with(const CodeTable& table, int64_t k, int64_t value, bool equal) {
  std::vector<int64_t> rows;
  const auto labels = class_labels(table, k);
  for (int64_t i = 0; i < table.n; ++i)
    if (labels[i] >= 0 && (labels[i] == value) == equal) rows.push_back(i);
  return rows;
}

Repeat StrongGeneralisation::repeat(const TrainTest& pools, const std::vector<int64_t>& factors, int64_t number,
                                    uint64_t seed) const {
  const Stream choice(seed, "strong_generalisation/choice", number), rows(seed, "strong_generalisation/row", number);
  Repeat out;
  out.factor = factors[choice.below(static_cast<int64_t>(factors.size()), 0)];
  // The value of an item, so that one that occurs is chosen.
  std::vector<int64_t> known;
  const auto labels = class_labels(pools.train, out.factor);
  for (int64_t i = 0; i < pools.train.n; ++i)
    if (labels[i] >= 0) known.push_back(i);
  out.value = labels[known[choice.below(static_cast<int64_t>(known.size()), 1)]];
  auto held = rows_with(pools.train, out.factor, out.value, true);
  held.resize(std::min<size_t>(held.size(), o_.train));
  out.learned_from = static_cast<int64_t>(held.size());
  auto any = rows.permutation(pools.train.n);
  any.resize(held.size());
  std::vector<int64_t> predicted;
  for (const auto k : factors)
    if (k != out.factor) predicted.push_back(k);
  TrainTest tables{take_items(pools.train, held, rows),
                   take_items(pools.test, rows_with(pools.test, out.factor, out.value, false), rows)};
  if (tables.test.n == 0)
    throw Error("strong_generalisation finds no item to test on whose factor '" + pools.test.factors[out.factor].name +
                    "' has another value",
                "Score more items.");
  out.strong = learn(tables, predicted, seed);
  tables.train = take_items(pools.train, any, rows);
  out.plain = learn(tables, predicted, seed);
  return out;
}

Score StrongGeneralisation::compute(Evidence& evidence, uint64_t seed) const {
  const auto factors = scored_factors(evidence.table());
  if (factors.size() < 2)
    throw Error("strong_generalisation needs two factors with classes of which two occur: one to hold, one to predict");
  const auto pools = train_test(evidence, o_.pool, o_.test, Stream(seed, "strong_generalisation"));
  Score score;
  score.samples = pools.train.n + pools.test.n;
  score.detail["factors_used"].assign(factors.begin(), factors.end());
  std::vector<double> means;  // [repeats, 2]
  for (int64_t r = 0; r < o_.repeats; ++r) {
    const Repeat found = repeat(pools, factors, r, seed);
    means.insert(means.end(), {found.strong.mean, found.plain.mean});
    score.detail["fixed_factor"].push_back(static_cast<double>(found.factor));
    score.detail["fixed_value"].push_back(static_cast<double>(found.value));
    score.detail["learned_from"].push_back(static_cast<double>(found.learned_from));
    const auto append = [&](const char* name, const std::vector<double>& by_factor) {
      score.detail[name].insert(score.detail[name].end(), by_factor.begin(), by_factor.end());
    };
    append("accuracy", found.strong.by_factor);
    append("plain", found.plain.by_factor);
  }
  const auto moments = column_moments(means, o_.repeats, 2);
  const double ratio = moments.mean[1] > 0 ? moments.mean[0] / moments.mean[1] : 1;
  std::vector<double> off;  // of the ratio, to first order
  for (int64_t r = 0; r < o_.repeats; ++r) off.push_back(means[2 * r] - ratio * means[2 * r + 1]);
  const auto half = [&](double variance) {
    return student_975(o_.repeats - 1) * std::sqrt(variance / static_cast<double>(o_.repeats));
  };
  const double of_strong = half(moments.variance[0]), of_plain = half(moments.variance[1]);
  const double of_gap =
      moments.mean[1] > 0 ? half(column_moments(off, o_.repeats, 1).variance[0]) / moments.mean[1] : 0;
  const auto output = [&](const char* name, double value, double by) {
    score.outputs.push_back({std::string("strong_generalisation.") + name, value, value - by, value + by});
  };
  output("accuracy", moments.mean[0], of_strong);
  output("plain", moments.mean[1], of_plain);
  output("gap", 1 - ratio, of_gap);
  return score;
}

TEASEL_REGISTER(Metric, StrongGeneralisation,
                "strong generalisation: do predictors that saw one value of a factor work at its others?");

}  // namespace
}  // namespace teasel
