// Explicitness (Ridgeway and Mozer 2018, "Learning deep disentangled embeddings with the F-statistic loss", section 3):
// a logistic regression on all latents predicts each factor; the area under the ROC curve of each class against the
// rest, averaged over the classes, then over factors. As in disentanglement_lib (Locatello et al. 2019), or, with other
// options, as Zaidi et al. 2020 ("Measuring disentanglement") compute it.
//
// Range 0 to 1; .5 is chance (0 with `rescale`, which maps .5 .. 1 to 0 .. 1). It says how well linear functions of the
// whole code rank the classes, nothing about which latent holds what: an invertible linear map of the codes leaves it.
// Classes in the middle of a range are ranked by a line well enough: the factors of dSprites themselves, standardised,
// reach .99, and .91 with the options of Zaidi et al., rescaled. Classes that do not occur among the items judged on
// have no curve and are left out of the mean. Factors that are continuous, nuisances or constant are left out. The
// interval is for other items to judge by; the classifiers stay.
//
// Use it to ask whether factors can be read linearly from the whole code, beside a score that looks at single latents.
//
// Criticism: it is blind to rotations, and so no score of disentanglement by itself; an area under the curve is high
// for rankings that name few classes rightly, so that good codes lie close together.
//
// detail: auc [factors] and auc_train [factors] (before `rescale`; 0 for factors that were left out), factors_used
// (factor numbers).
#include <cmath>
#include <utility>

#include "teasel/metrics/metric.hpp"
#include "teasel/metrics/predictor.hpp"
#include "teasel/stats/logistic_regression.hpp"
#include "teasel/stats/roc.hpp"
#include "teasel/stats/scaling.hpp"

namespace teasel {
namespace {

struct ExplicitnessOptions {
  int64_t train = 10000, test = 5000;
  double c = 1;
  bool balanced = false, one_vs_rest = false, rescale = false;
  std::string scaling = "standard";

  void describe(Fields& f) {
    f.field("train", train, "items that the classifiers learn from; 0, with `test` = 0: every item once", at_least(0));
    f.field("test", test, "further items that they are judged on; 0: those that they learned from", at_least(0));
    f.field("c", c, "weight of the losses against the penalty on the slopes", at_least(1e-12));
    f.field("balanced", balanced, "weigh classes so that each counts the same");
    f.field("one_vs_rest", one_vs_rest, "a problem for each class against the rest, instead of one softmax");
    f.field("scaling", scaling, "units of the latents: mean 0 and standard deviation 1, range 0 to 1, or as they are",
            one_of({"standard", "min_max", "none"}));
    f.field("rescale", rescale, "map areas of .5 to 1 to scores of 0 to 1");
  }
};

class Explicitness : public Metric {
 public:
  using Options = ExplicitnessOptions;
  Explicitness(Options options, const Setup&) : o_(std::move(options)) {
    if (o_.train == 0 && o_.test > 0)
      throw Error("explicitness.train is 0, every item, and leaves none for explicitness.test",
                  "Give both a number, or set test = 0 to judge where it learned.");
  }

  Expected expected() const override {
    const bool free = o_.scaling != "none";
    return {.low = o_.rescale ? -1.0 : 0.0,
            .perfect = o_.rescale ? 0.6 : 0.8,
            .noise = o_.rescale ? 0.1 : 0.55,
            .unchanged = {.order = true, .sign = o_.scaling != "min_max", .scale = free, .shift = true}};
  }
  Needs needs() const override { return {}; }
  bool slow() const override { return true; }

  Score compute(Evidence& evidence, uint64_t seed) const override {
    if (scored_factors(evidence.table()).empty())
      throw Error("explicitness needs a factor with classes of which at least two occur, and these codes have none");
    const Stream stream(seed, "explicitness");
    const bool own = o_.test == 0;  // judged where it learned
    TrainTest tables =
        own ? TrainTest{drawn(evidence, o_.train, stream), {}} : train_test(evidence, o_.train, o_.test, stream);
    if (own) tables.test = tables.train;
    const auto factors = scored_factors(tables.train);
    if (factors.empty()) throw Error("explicitness: no factor varies among the items to learn from");

    Score score;
    auto &of_test = score.detail["auc"], &of_train = score.detail["auc_train"];
    of_test.assign(tables.train.k, 0), of_train.assign(tables.train.k, 0);
    score.detail["factors_used"].assign(factors.begin(), factors.end());
    GroupedShare test, train;
    const double weight = 1 / static_cast<double>(factors.size());
    for (const auto k : factors) {
      const auto [on_test, on_train] = areas_of(tables, k, stream);
      of_test[k] = on_test.all, of_train[k] = on_train.all;
      test.add(on_test, weight);
      train.add(on_train, weight);
    }
    score.outputs = {output("explicitness", test), output("explicitness.train", train)};
    score.samples = tables.train.n + (own ? 0 : tables.test.n);
    return score;
  }

 private:
  Score::Output output(const std::string& name, const GroupedShare& areas) const {
    if (!o_.rescale) return areas.output(name);
    GroupedShare rescaled{-1, std::vector<double>(GroupedShare::groups, -1)};
    rescaled.add(areas, 2);
    return rescaled.output(name);
  }

  // Areas on the items to test on and on those learned from.
  std::pair<GroupedShare, GroupedShare> areas_of(const TrainTest& tables, int64_t k, const Stream& stream) const {
    const auto parts = labelled(tables, k);
    const Scaling scaling = o_.scaling == "min_max" ? min_max_scaling(parts.train.z, tables.train.d)
                                                    : standard_scaling(parts.train.z, tables.train.d);
    const auto scaled = [&](const std::vector<double>& z) { return o_.scaling == "none" ? z : scaling.apply(z); };
    const auto x = scaled(parts.train.z);
    const auto model =
        fit_logistic_regression(x, parts.train.labels, parts.classes,
                                {.c = o_.c, .balanced = o_.balanced, .one_vs_rest = o_.one_vs_rest, .tolerance = 1e-6});
    const auto judged = [&](const Labelled& part, const std::vector<int32_t>& group) {
      const auto p = model.probabilities(scaled(part.z));
      return GroupedShare{macro_roc_auc(p, part.labels, parts.classes),
                          macro_roc_auc_without_groups(p, part.labels, parts.classes, group, GroupedShare::groups)};
    };
    const GroupedShare test = judged(parts.test, item_groups(tables.test, k, stream.named("test_groups")));
    if (std::isnan(test.all))
      throw Error(
          "explicitness: factor '" + tables.train.factors[k].name + "' has a single value among the items to test on",
          "Give more items.");
    return {test, judged(parts.train, item_groups(tables.train, k, stream.named("groups")))};
  }

  Options o_;
};

TEASEL_REGISTER(Metric, Explicitness,
                "explicitness: how well linear functions of the codes rank each factor's classes");

}  // namespace
}  // namespace teasel
