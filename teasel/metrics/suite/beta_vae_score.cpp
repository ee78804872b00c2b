// beta-VAE score (Higgins et al. 2017, "beta-VAE: learning basic visual concepts with a constrained variational
// framework", section 3): choose a factor, draw pairs of items that share its value, average the absolute differences
// of their codes; a linear classifier names the factor from this average. Its accuracy on fresh averages is the score.
// As in disentanglement_lib (Locatello et al. 2019), and as "Z-diff" of Zaidi et al. 2020 ("Measuring disentanglement")
// with their options.
//
// Range 0 to 1; chance is 1 / #factors (0 with `rescale`). It saturates early, is blind to rotations of the latents
// that hold one factor, and reaches 1 with all but one factor disentangled (Kim and Mnih 2018). Codes are not rescaled,
// so the penalty works in their units; a negligible one where they are large. Factors that are continuous, nuisances or
// constant are left out; of a single one there is nothing to choose, which is refused.
//
// Use it to compare with publications that report it; to tell codes apart take another, since good and middling ones
// all come near 1.
//
// Criticism: Kim and Mnih 2018 (section 4): it depends on how the classifier is trained, and K - 1 disentangled factors
// of K are enough for 1. Sepliarskaia et al. 2019 ("Evaluating disentangled representations") find that standard
// metrics neither give all disentangled codes a high score nor all others a low one.
//
// detail: confusion [factors, factors] (true by named, of the judged averages), factors_used (factor numbers),
// train_accuracy [1] (before `rescale`).
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "teasel/metrics/metric.hpp"
#include "teasel/metrics/sampling.hpp"
#include "teasel/stats/interval.hpp"
#include "teasel/stats/logistic_regression.hpp"

namespace teasel {
namespace {

struct BetaVaeOptions {
  int64_t train = 10000, test = 5000, pairs = 64;
  double c = 1;
  std::string value = "first_item";
  bool distinct = false, liblinear = false, rescale = false;

  void describe(Fields& f) {
    f.field("train", train, "averages that the classifier learns from", at_least(1));
    f.field("test", test, "further averages that judge it", at_least(1));
    f.field("pairs", pairs, "pairs of items behind one average", at_least(1));
    f.field("c", c, "weight of the losses against the penalty on the slopes", at_least(1e-12));
    f.field("value", value, "the shared value of a pair: that of its first item, or uniform over those that occur",
            one_of({"first_item", "uniform"}));
    f.field("distinct", distinct, "a pair's items are two, where the value has two");
    f.field("liblinear", liblinear,
            "one problem for each factor against the rest with a penalised intercept, as scikit-learn did before 0.22");
    f.field("rescale", rescale, "map accuracies from chance to 1 to scores of 0 to 1");
  }
};

// Averages of absolute differences with the factor that was shared.
struct Averages {
  std::vector<double> x;        // [count, D]
  std::vector<int32_t> labels;  // which of the scored factors
};

class BetaVaeScore : public Metric {
 public:
  using Options = BetaVaeOptions;
  BetaVaeScore(Options options, const Setup&) : o_(std::move(options)) {}

  Expected expected() const override {
    return {.low = o_.rescale ? -1.0 : 0.0,
            .perfect = 0.98,
            .noise = o_.rescale ? 0.05 : 0.25,
            .unchanged = {.order = true, .sign = true, .shift = true}};
  }
  Needs needs() const override { return {}; }

  Score compute(Evidence& evidence, uint64_t seed) const override {
    const CodeTable& table = evidence.table();
    const auto factors = scored_factors(table);
    if (factors.size() < 2)
      throw Error("beta_vae_score needs two factors with classes of which at least two occur, and these codes have " +
                      std::string(factors.empty() ? "none" : "one"),
                  "It asks which factor two items share.");
    const auto [train, test] = averages(evidence, factors, seed);
    const auto model = fit_logistic_regression(
        train.x, train.labels, static_cast<int64_t>(factors.size()),
        {.c = o_.c, .one_vs_rest = o_.liblinear, .penalised_intercept = o_.liblinear, .tolerance = 1e-6});
    return judged(table, factors, train, test, model);
  }

 private:
  Score judged(const CodeTable& table, const std::vector<int64_t>& factors, const Averages& train, const Averages& test,
               const LogisticRegression& model) const {
    Score score;
    const auto named = model.predict(test.x);
    auto& confusion = score.detail["confusion"];
    confusion.assign(table.k * table.k, 0);
    int64_t right = 0;
    for (size_t i = 0; i < named.size(); ++i) {
      ++confusion[factors[test.labels[i]] * table.k + factors[named[i]]];
      right += named[i] == test.labels[i];
    }
    score.detail["factors_used"].assign(factors.begin(), factors.end());
    score.detail["train_accuracy"] = {accuracy(model.predict(train.x), train.labels)};
    const double chance = 1 / static_cast<double>(factors.size());
    const auto scaled = [&](double share) { return o_.rescale ? (share - chance) / (1 - chance) : share; };
    // What other averages to judge by may bring; the classifier stays.
    const Interval interval = proportion_interval(right, o_.test);
    score.outputs = {{"beta_vae_score", scaled(static_cast<double>(right) / static_cast<double>(o_.test)),
                      scaled(interval.low), scaled(interval.high)}};
    score.samples = (o_.train + o_.test) * o_.pairs * 2;
    return score;
  }

  // Averages to learn from and to judge by: from the rows that the user fixed for each, or all from the same items.
  std::pair<Averages, Averages> averages(Evidence& evidence, const std::vector<int64_t>& factors, uint64_t seed) const {
    if (!evidence.split()) {
      const FixedFactorRows rows(evidence.table(), factors);
      return {draw(evidence.table(), rows, factors, o_.train, seed, 0),
              draw(evidence.table(), rows, factors, o_.test, seed, 1)};
    }
    const auto parts = train_test(evidence, o_.train, o_.test, Stream(seed, "beta_vae_score/parts"));
    const FixedFactorRows train(parts.train, factors), test(parts.test, factors);
    return {draw(parts.train, train, factors, o_.train, seed, 0), draw(parts.test, test, factors, o_.test, seed, 1)};
  }

  Averages draw(const CodeTable& table, const FixedFactorRows& rows, const std::vector<int64_t>& factors, int64_t count,
                uint64_t seed, int64_t round) const {
    const Stream which(seed, "beta_vae_score/factor", round), first(seed, "beta_vae_score/first", round),
        second(seed, "beta_vae_score/second", round), value(seed, "beta_vae_score/value", round),
        noise(seed, "beta_vae_score/noise", round);
    Averages out{std::vector<double>(count * table.d), std::vector<int32_t>(count)};
#pragma omp parallel for schedule(static)
    for (int64_t point = 0; point < count; ++point) {
      out.labels[point] = static_cast<int32_t>(which.below(static_cast<int64_t>(factors.size()), point));
      const int64_t k = factors[out.labels[point]];
      std::vector<int64_t> items;
      items.reserve(2 * o_.pairs);
      for (int64_t p = point * o_.pairs; p < (point + 1) * o_.pairs; ++p) {
        items.push_back(o_.value == "uniform" ? rows.draw_row(k, rows.draw_value(k, value, p), first, p)
                                              : rows.draw_item(k, first, p));
        items.push_back(partner(table, rows, k, items.back(), second, p));
      }
      const auto z = codes_of_rows(table, items, noise, point * o_.pairs * 2);
      for (int64_t p = 0; p < o_.pairs; ++p)
        for (int64_t j = 0; j < table.d; ++j)
          out.x[point * table.d + j] +=
              std::abs(z[2 * p * table.d + j] - z[(2 * p + 1) * table.d + j]) / static_cast<double>(o_.pairs);
    }
    return out;
  }

  // An item with the same value of factor `k`. Where it has to be another one, a few draws are tried: a value that has
  // a single item shares it with itself.
  int64_t partner(const CodeTable& table, const FixedFactorRows& rows, int64_t k, int64_t item, const Stream& stream,
                  int64_t index) const {
    constexpr int64_t tries = 16;
    const auto shared = static_cast<int64_t>(table.y[item * table.k + k]);
    if (!o_.distinct) return rows.draw_row(k, shared, stream, index);
    int64_t other = item;
    for (int64_t t = 0; t < tries && other == item; ++t) other = rows.draw_row(k, shared, stream, index * tries + t);
    return other;
  }

  Options o_;
};

TEASEL_REGISTER(
    Metric, BetaVaeScore,
    "beta-VAE score: a linear classifier names the factor that pairs of items share from how their codes differ");

}  // namespace
}  // namespace teasel
