// SNC and NK (Mahon, Shah and Lukasiewicz 2023, "Correcting flaws in common disentanglement metrics"): single-neuron
// classification and neuron knock-out.
//
// SNC: each latent is cut into as many bins of equal counts as the factor has classes; latents and factors are matched
// one to one so that the conditional entropies of factors given bins are least; each bin of the matched latent stands
// for a class, one to one, so that most items are named rightly. SNC is the accuracy on items to test on, averaged over
// factors. NK: the accuracy of a perceptron on all latents but the matched one: what the others still know, so low is
// good. snc_nk.full is that of the same perceptron on all latents, and snc_nk.knock_out_drop = full - NK is high where
// a factor's latent cannot be replaced.
//
// Range 0 to 1; chance for SNC is near 1 / #classes. Bins of equal counts hold a factor whose classes are equally
// frequent; for others even perfect codes stay below 1. With fewer latents than factors, factors without a latent count
// with the share of their most frequent class. A single latent leaves nothing after a knock-out and is refused. Factors
// that are continuous, nuisances or constant are left out. Intervals are for other items to judge by; what was learned
// stays.
//
// The authors' perceptron has 256 hidden units and batches of 4096 items.
//
// Use it where a score of single latents is wanted that cannot be had by entangled codes: both that the latent suffices
// and that nothing else does.
//
// Criticism: bins of equal counts suit factors with equally frequent classes alone; the perceptron for NK decides how
// much the others know, and redundant codes, which may be wanted, fail it.
//
// detail: snc, knock_out and full [factors] (0 for factors that were left out), latent [factors] (the matched latent;
// -1: none), matrix [latents, factors] (information of bins and factor, nats), factors_used (factor numbers).
#include <algorithm>
#include <cmath>
#include <numeric>

#include "teasel/metrics/metric.hpp"
#include "teasel/metrics/predictor.hpp"
#include "teasel/stats/assignment.hpp"
#include "teasel/stats/columns.hpp"
#include "teasel/stats/entropy.hpp"
#include "teasel/stats/histogram.hpp"
#include "teasel/stats/perceptron.hpp"
#include "teasel/stats/scaling.hpp"

namespace teasel {
namespace {

struct SncOptions {
  int64_t train = 5000, test = 5000, hidden = 64, batch = 250, epochs = 20;
  double learning_rate = 0.01, decay = 0.8;
  bool standardise = true;

  void describe(Fields& f) {
    f.field("train", train, "items to learn from", at_least(1));
    f.field("test", test, "further items to be judged on", at_least(1));
    f.field("hidden", hidden, "hidden units of the perceptron", at_least(1));
    f.field("batch", batch, "items in one step of Adam", at_least(1));
    f.field("epochs", epochs, "the most passes over the items; fewer where the accuracy stops rising", at_least(1));
    f.field("learning_rate", learning_rate, "of Adam", at_least(0));
    f.field("decay", decay, "multiplies the learning rate at epochs 1, 2, 4, 8, ...", between(0, 1));
    f.field("standardise", standardise, "divide codes by their standard deviations for the perceptron");
  }
};

// Cuts between bins of equal counts: number m of `bins` begins at the value of rank floor(m n / bins). A cut that would
// fall into a run of equal values moves to its nearer end, so that codes with few levels keep them whole.
std::vector<double> equal_count_cuts(std::vector<double> values, int64_t bins) {
  std::ranges::sort(values);
  const auto n = static_cast<int64_t>(values.size());
  std::vector<double> cuts;
  for (int64_t m = 1; m < bins; ++m) {
    const int64_t rank = m * n / bins;
    const auto [first, last] = std::ranges::equal_range(values, values[rank]);
    const int64_t before = rank - (first - values.begin()), after = (last - values.begin()) - rank;
    cuts.push_back(before <= after || last == values.end() ? values[rank] : *last);
  }
  return cuts;
}

std::vector<int32_t> bins_of(const std::vector<double>& values, const std::vector<double>& cuts) {
  std::vector<int32_t> out;
  for (const double v : values) out.push_back(static_cast<int32_t>(std::ranges::upper_bound(cuts, v) - cuts.begin()));
  return out;
}

class SncNk : public Metric {
 public:
  using Options = SncOptions;
  SncNk(const Options& options, const Setup&) : o_(options) {}

  Expected expected() const override {
    return {.better = Expected::Better::neither,
            .unchanged = {.order = false},
            .ranges = {{"snc_nk.knock_out_drop", {-1, 1}}}};
  }
  Needs needs() const override { return {}; }
  bool slow() const override { return true; }

  Score compute(Evidence& evidence, uint64_t seed) const override {
    if (scored_factors(evidence.table()).empty())
      throw Error("snc_nk needs a factor with classes of which at least two occur, and these codes have none");
    if (evidence.table().d < 2) throw Error("snc_nk needs two latents: without its latent a code has to have others");
    const auto tables = train_test(evidence, o_.train, o_.test, Stream(seed, "snc_nk"));
    const auto factors = scored_factors(tables.train);
    if (factors.empty()) throw Error("snc_nk: no factor varies among the items to learn from");
    std::vector<LabelledParts> parts;
    for (const auto k : factors) parts.push_back(labelled(tables, k));
    return scored(tables, factors, parts, seed);
  }

 private:
  Score scored(const TrainTest& tables, const std::vector<int64_t>& factors, const std::vector<LabelledParts>& parts,
               uint64_t seed) const {
    const int64_t d = tables.train.d, k = tables.train.k;
    Score score;
    auto& matrix = score.detail["matrix"];
    matrix.assign(d * k, 0);
    for (auto* name : {"snc", "knock_out", "full"}) score.detail[name].assign(k, 0);
    score.detail["latent"].assign(k, -1);
    score.detail["factors_used"].assign(factors.begin(), factors.end());
    const auto latent = matched(parts, d, k, factors, matrix);
    // One network is too small to be worth two threads; all of them are not.
    std::vector<std::vector<char>> named(2 * factors.size());
#pragma omp parallel for schedule(dynamic)
    for (size_t job = 0; job < named.size(); ++job)
      named[job] = perceptron(parts[job / 2], d, job % 2 == 0 ? latent[job / 2] : -1, seed);

    GroupedShare snc, knock_out, full, drop;
    const double weight = 1 / static_cast<double>(factors.size());
    for (size_t f = 0; f < factors.size(); ++f) {
      const int64_t of = factors[f];
      const auto group = item_groups(tables.test, of, Stream(seed, "snc_nk/groups"));
      const auto part = [&](const char* name, GroupedShare& mean, const std::vector<char>& right) {
        const auto share = GroupedShare::share(right, group);
        score.detail[name][of] = share.all;
        mean.add(share, weight);
      };
      score.detail["latent"][of] = static_cast<double>(latent[f]);
      part("snc", snc, single_latent(parts[f], d, latent[f]));
      part("knock_out", knock_out, named[2 * f]);
      part("full", full, named[2 * f + 1]);
    }
    drop.add(full, 1);
    drop.add(knock_out, -1);
    score.outputs = {snc.output("snc_nk.snc"), knock_out.output("snc_nk.nk"), full.output("snc_nk.full"),
                     drop.output("snc_nk.knock_out_drop")};
    score.samples = tables.train.n + tables.test.n;
    return score;
  }

  // The latent of each factor, and the information that the matching rests on.
  static std::vector<int64_t> matched(const std::vector<LabelledParts>& parts, int64_t d, int64_t k,
                                      const std::vector<int64_t>& factors, std::vector<double>& matrix) {
    std::vector<double> information;
    for (size_t f = 0; f < parts.size(); ++f) {
      const auto& train = parts[f].train;
      for (int64_t j = 0; j < d; ++j) {
        const auto values = column(train.z, train.n, d, j);
        const auto bins = bins_of(values, equal_count_cuts(values, parts[f].classes));
        const auto counts = contingency(bins, parts[f].classes, train.labels, parts[f].classes);
        information.push_back(mutual_information(counts, parts[f].classes, parts[f].classes));
        matrix[j * k + factors[f]] = information.back();
      }
    }
    return greatest_weight_assignment(information, static_cast<int64_t>(parts.size()), d);
  }

  // Which items the class that the bin of one latent stands for is right for.
  static std::vector<char> single_latent(const LabelledParts& parts, int64_t d, int64_t j) {
    const int64_t classes = parts.classes;
    std::vector<int32_t> of_train(parts.train.n),
        of_test(parts.test.n);  // without a latent all fall in one bin
    if (j >= 0) {
      const auto values = column(parts.train.z, parts.train.n, d, j);
      const auto cuts = equal_count_cuts(values, classes);
      of_train = bins_of(values, cuts);
      of_test = bins_of(column(parts.test.z, parts.test.n, d, j), cuts);
    }
    const auto counts = contingency(of_train, classes, parts.train.labels, classes);
    const std::vector<double> weight(counts.begin(), counts.end());
    const auto stands_for = greatest_weight_assignment(weight, classes, classes);
    std::vector<char> right;
    for (int64_t i = 0; i < parts.test.n; ++i) right.push_back(stands_for[of_test[i]] == parts.test.labels[i]);
    return right;
  }

  // Which items a perceptron on all latents but one (-1: on all) is right for.
  std::vector<char> perceptron(const LabelledParts& parts, int64_t d, int64_t without, uint64_t seed) const {
    const Scaling scaling = standard_scaling(parts.train.z, d);
    const auto inputs = [&](const std::vector<double>& z) {
      const auto scaled = o_.standardise ? scaling.apply(z) : z;
      std::vector<float> out;
      for (size_t i = 0; i < scaled.size(); ++i)
        if (static_cast<int64_t>(i) % d != without) out.push_back(static_cast<float>(scaled[i]));
      return out;
    };
    const PerceptronSettings settings{.hidden = {o_.hidden},
                                      .learning_rate = o_.learning_rate,
                                      .batch = o_.batch,
                                      .epochs = o_.epochs,
                                      .decay = o_.decay};
    const auto net = Perceptron::classifier(inputs(parts.train.z), parts.train.labels, parts.classes, settings, seed);
    const auto predicted = net.predict(inputs(parts.test.z));
    std::vector<char> right;
    for (int64_t i = 0; i < parts.test.n; ++i) right.push_back(predicted[i] == parts.test.labels[i]);
    return right;
  }

  Options o_;
};

TEASEL_REGISTER(Metric, SncNk, "SNC and NK: a factor from bins of one latent, and from all others without it");

}  // namespace
}  // namespace teasel
