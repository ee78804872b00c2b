// InfoM, InfoC and InfoE (Hsu et al. 2023, "Disentanglement via latent quantization", section 5, as in the authors'
// code): modularity and compactness of the matrix NMI of mutual information between factors and latents, each as a
// share of the factor's entropy, and explicitness as the share of a factor's entropy that a linear model of all latents
// takes away.
//
// InfoM = (mean over latents of max_k NMI / sum_k NMI, less 1 / K) / (1 - 1 / K); InfoC the same over factors, with the
// number of active latents; InfoE = mean over factors of (H - cross-entropy of a multinomial logistic regression
// without penalty, classes balanced, on the items it learned from) / H, where H = ln #classes is the cross-entropy of
// that model without latents. Information: nearest neighbours for continuous latents (Ross 2014), counts of levels for
// quantised ones, which InfoE reads one-hot.
//
// Range 0 to 1 (InfoE falls below 0 where balanced classes suit the items badly). Noise: InfoE near 0, but InfoM and
// InfoC of ten latents of noise reach .5, because estimates near 0 are cut off below and their ratios mean nothing:
// read them beside InfoE. Which latents are active decides InfoM and InfoC; the rule is an option because published
// code has three (`spread`, `min_share`). A latent that tells nothing about any factor counts as chance, as does a
// factor that nothing is known about (in the authors' code: not a number). With one active latent there is nothing to
// be compact about: InfoC counts 1 where it tells something. Continuous factors: information by nearest neighbours in
// the plane (Kraskov et al. 2004) as 1 - exp(-2 I), which is r^2 for Gaussians (Linfoot 1957), in place of NMI, and R^2
// of least squares for InfoE. Factors that are nuisances or constant are left out.
//
// The intervals of InfoM and InfoC are for other items; that of InfoE is for other items under the same models.
//
// Use it where latents are continuous and binning is in doubt, or quantised; the three numbers are one for each kind of
// question.
//
// Criticism: published code has three rules for which latents are active, and they decide InfoM and InfoC; ratios of
// information near 0 make noise look half modular; InfoE is judged where it was learned, so that it grows with the
// number of latents.
//
// detail: nmi [latents, factors] (0 for inactive latents), active [latents] (0 or 1), spread [latents] (what the rule
// looked at), explicitness [factors] (0 for factors that were left out), quantised [1] (0 or 1), factors_used (factor
// numbers).
#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "teasel/metrics/estimate.hpp"
#include "teasel/metrics/metric.hpp"
#include "teasel/metrics/predictor.hpp"
#include "teasel/stats/columns.hpp"
#include "teasel/stats/entropy.hpp"
#include "teasel/stats/histogram.hpp"
#include "teasel/stats/linear_regression.hpp"
#include "teasel/stats/logistic_regression.hpp"
#include "teasel/stats/nearest.hpp"
#include "teasel/stats/scaling.hpp"

namespace teasel {
namespace {

struct InfomecOptions {
  int64_t samples = 10000, neighbours = 10, levels = 64, iterations = 100, rounds = 8;
  std::string latents = "auto", spread = "range";
  double min_share = 0.05, min_spread = 0;

  void describe(Fields& f) {
    f.field("samples", samples, "items drawn; 0: every item once", at_least(0));
    f.field("neighbours", neighbours, "the neighbour whose distance is taken, for continuous latents",
            between(1, 1000));
    f.field("latents", latents, "what latents are; auto: quantised where none takes more than `levels` values",
            one_of({"auto", "continuous", "quantised"}));
    f.field("levels", levels, "the most values that a quantised latent takes, for auto", at_least(2));
    f.field("spread", spread, "what makes a latent active: its range, or the range of its middle half",
            one_of({"range", "interquartile"}));
    f.field("min_share", min_share, "continuous latents with at most this share of the greatest spread are left out",
            between(0, 1));
    f.field("min_spread", min_spread, "quantised latents with at most this spread are left out", at_least(0));
    f.field("rounds", rounds, "further draws or groups for the intervals of InfoM and InfoC; below 3: none",
            between(0, 1000));
    f.field("iterations", iterations, "steps of the logistic regression, which has no minimum for separable classes",
            at_least(1));
  }
};

// The items where a factor is known, with it.
struct Known {
  int64_t n = 0;
  std::vector<double> z, value;  // [n, D]; [n], of a continuous factor
  std::vector<int32_t> labels;   // of one with classes
  int64_t classes = 0;           // 0: continuous
};

// Where the three numbers come from.
struct Parts {
  std::vector<double> nmi, active, spread;
  std::vector<int64_t> factors;
  bool quantised = false;
};

// The quantile q of sorted values, linear between neighbours as numpy's.
double quantile(const std::vector<double>& sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<size_t>(at);
  const double share = at - static_cast<double>(low);
  return low + 1 < sorted.size() ? sorted[low] + share * (sorted[low + 1] - sorted[low]) : sorted[low];
}

// (mean of max / sum over rows, less chance) / (1 - chance). `row(i)` gives the entries of row i.
template <class Row>
double concentration(int64_t rows, int64_t entries, const Row& row) {
  const double chance = 1 / static_cast<double>(entries);
  double mean = 0;
  for (int64_t i = 0; i < rows; ++i) {
    double greatest = 0, sum = 0;
    for (int64_t e = 0; e < entries; ++e) greatest = std::max(greatest, row(i, e)), sum += row(i, e);
    mean += (sum > 0 ? greatest / sum : chance) / static_cast<double>(rows);
  }
  return entries > 1 ? (mean - chance) / (1 - chance) : mean;
}

class Infomec : public Metric {
 public:
  using Options = InfomecOptions;
  Infomec(Options options, const Setup&) : o_(std::move(options)) {}

  Expected expected() const override {
    return {.perfect = 0.95,
            .noise = 0.7,
            .unchanged = {.order = true, .sign = true, .shift = true},
            .ranges = {{"infomec.explicitness", {-1, 1}}}};
  }
  Needs needs() const override { return {}; }
  bool slow() const override { return true; }

  Score compute(Evidence& evidence, uint64_t seed) const override {
    const auto varying = varying_factors(evidence.table());
    if (varying == 0) throw Error("infomec needs a factor that varies, and these codes have none");
    if (varying < 2)
      throw Error("infomec needs two factors that vary: of a single one there is nothing to be modular about");
    const Stream stream(seed, "infomec");
    Parts parts;
    const auto matrix_scores = [&](const CodeTable& table) {
      Parts here = look(table, seed);
      const auto out = read(here, table.d, table.k);
      if (parts.nmi.empty()) parts = std::move(here);
      return out;
    };
    auto estimates =
        estimate(evidence, o_.samples, stream, {"infomec.modularity", "infomec.compactness"}, matrix_scores, o_.rounds);
    Score score;
    score.outputs = std::move(estimates.outputs);
    score.outputs.push_back(explicitness_of(estimates.table, parts, stream.named("loss_groups"), score));
    score.samples = estimates.table.n;
    score.detail["nmi"] = parts.nmi;
    score.detail["active"] = parts.active;
    score.detail["spread"] = parts.spread;
    score.detail["quantised"] = {parts.quantised ? 1.0 : 0.0};
    score.detail["factors_used"].assign(parts.factors.begin(), parts.factors.end());
    return score;
  }

 private:
  static int64_t varying_factors(const CodeTable& table) {
    int64_t out = 0;
    for (int64_t k = 0; k < table.k; ++k) out += varies(known_items(table, k));
    return out;
  }

  Parts look(const CodeTable& table, uint64_t seed) const {
    Parts out{
        std::vector<double>(table.d * table.k), std::vector<double>(table.d), std::vector<double>(table.d), {}, false};
    out.quantised = o_.latents == "quantised" || (o_.latents == "auto" && few_levels(table));
    find_active(table, out);
    for (int64_t k = 0; k < table.k; ++k) {
      const Known known = known_items(table, k);
      if (!varies(known)) continue;
      out.factors.push_back(k);
#pragma omp parallel for schedule(dynamic)
      for (int64_t j = 0; j < table.d; ++j)
        if (out.active[j] > 0)
          out.nmi[j * table.k + k] = share(column(known.z, known.n, table.d, j), known, out, seed + j);
    }
    return out;
  }

  static std::vector<double> read(const Parts& parts, int64_t latents, int64_t factors) {
    std::vector<int64_t> active;
    for (int64_t j = 0; j < latents; ++j)
      if (parts.active[j] > 0) active.push_back(j);
    const auto used = static_cast<int64_t>(parts.factors.size()), open = static_cast<int64_t>(active.size());
    if (open == 0 || used < 2) return {0, 0};
    const auto entry = [&](int64_t j, int64_t k) { return parts.nmi[active[j] * factors + parts.factors[k]]; };
    return {concentration(open, used, entry),
            concentration(used, open, [&](int64_t k, int64_t j) { return entry(j, k); })};
  }

  bool few_levels(const CodeTable& table) const {
    for (int64_t j = 0; j < table.d; ++j) {
      std::set<double> levels;
      for (int64_t i = 0; i < table.n && static_cast<int64_t>(levels.size()) <= o_.levels; ++i)
        levels.insert(table.z[i * table.d + j]);
      if (static_cast<int64_t>(levels.size()) > o_.levels) return false;
    }
    return true;
  }

  void find_active(const CodeTable& table, Parts& out) const {
    for (int64_t j = 0; j < table.d; ++j) {
      auto values = column(table.z, table.n, table.d, j);
      std::ranges::sort(values);
      out.spread[j] =
          o_.spread == "range" ? values.back() - values.front() : quantile(values, 0.75) - quantile(values, 0.25);
    }
    const double threshold = out.quantised ? o_.min_spread : o_.min_share * std::ranges::max(out.spread);
    for (int64_t j = 0; j < table.d; ++j) out.active[j] = out.spread[j] > threshold;
  }

  static Known known_items(const CodeTable& table, int64_t k) {
    Known out;
    out.classes = table.factors[k].classes();
    if (table.factors[k].nuisance) return out;
    if (out.classes > 0) {
      auto known = labelled(table, k);
      return {known.n, std::move(known.z), {}, std::move(known.labels), known.classes};
    }
    std::vector<int64_t> rows;
    for (int64_t i = 0; i < table.n; ++i)
      if (!std::isnan(table.y[i * table.k + k])) rows.push_back(i), out.value.push_back(table.y[i * table.k + k]);
    out.n = static_cast<int64_t>(rows.size());
    out.z = take_rows(table.z, table.d, rows);
    return out;
  }

  static bool varies(const Known& known) {
    if (known.n < 2) return false;
    return known.classes > 0 ? known.classes > 1
                             : std::ranges::any_of(known.value, [&](double v) { return v != known.value[0]; });
  }

  // The share of a factor that one latent tells.
  double share(const std::vector<double>& z, const Known& known, const Parts& parts, uint64_t seed) const {
    const int64_t neighbours = std::min(o_.neighbours, known.n - 1);
    if (known.classes == 0) {
      const double information = nearest_information(jittered(z, seed), jittered(known.value, seed + 1), neighbours);
      return 1 - std::exp(-2 * information);
    }
    std::vector<int64_t> counts(known.classes);
    for (const auto label : known.labels) ++counts[label];
    if (!parts.quantised) return nearest_information(jittered(z, seed), 1, known.labels, neighbours) / entropy(counts);
    const OneHot levels = OneHot::of(z, 1);
    return mutual_information(contingency(levels.column, levels.width, known.labels, known.classes), levels.width,
                              known.classes) /
           entropy(counts);
  }

  // InfoE, for other items under the same models.
  Score::Output explicitness_of(const CodeTable& table, const Parts& parts, const Stream& stream, Score& score) const {
    auto& of_factor = score.detail["explicitness"];
    of_factor.assign(table.k, 0);
    GroupedShare mean;
    for (const auto k : parts.factors) {
      const Known known = known_items(table, k);
      const auto group = item_groups(table, k, stream);
      const auto share = known.classes > 0 ? explained_classes(known, table.d, parts.quantised, group)
                                           : explained_numbers(known, table.d, parts.quantised, group);
      of_factor[k] = share.all;
      mean.add(share, 1 / static_cast<double>(parts.factors.size()));
    }
    return mean.output("infomec.explicitness");
  }

  // The share of the entropy ln #classes that a logistic regression takes away.
  GroupedShare explained_classes(const Known& known, int64_t d, bool quantised,
                                 const std::vector<int32_t>& group) const {
    const LogisticSettings settings{
        .c = std::numeric_limits<double>::infinity(), .balanced = true, .iterations = o_.iterations, .tolerance = 1e-6};
    const auto fitted = [&](const auto& x) {
      return fit_logistic_regression(x, known.labels, known.classes, settings).probabilities(x);
    };
    const auto standard = standard_scaling(known.z, d).apply(known.z);
    const auto p = quantised ? fitted(OneHot::of(known.z, d)) : fitted(std::span<const double>(standard));
    const double entropy = std::log(static_cast<double>(known.classes));
    GroupedShare out{1 - log_loss(p, known.labels, known.classes) / entropy};
    std::vector<double> losses(GroupedShare::groups), items(GroupedShare::groups);
    for (int64_t i = 0; i < known.n; ++i) {
      losses[group[i]] +=
          log_loss({&p[i * known.classes], static_cast<size_t>(known.classes)}, {&known.labels[i], 1}, known.classes);
      ++items[group[i]];
    }
    const double all = (1 - out.all) * entropy * static_cast<double>(known.n);
    for (int64_t g = 0; g < GroupedShare::groups; ++g)
      out.without[g] = 1 - (all - losses[g]) / (static_cast<double>(known.n) - items[g]) / entropy;
    return out;
  }

  // The share of a number's variance that least squares take away.
  static GroupedShare explained_numbers(const Known& known, int64_t d, bool quantised,
                                        const std::vector<int32_t>& group) {
    const auto x = quantised ? dense(OneHot::of(known.z, d)) : known.z;
    const auto width = static_cast<int64_t>(x.size()) / known.n;
    GroupedShare out{determination(x, known.value)};
#pragma omp parallel for schedule(dynamic)
    for (int64_t g = 0; g < GroupedShare::groups; ++g) {
      std::vector<int64_t> rows;
      for (int64_t i = 0; i < known.n; ++i)
        if (group[i] != g) rows.push_back(i);
      out.without[g] = determination(take_rows(x, width, rows), take_rows(known.value, 1, rows));
    }
    return out;
  }

  static std::vector<double> dense(const OneHot& x) {
    std::vector<double> out(x.n * x.width);
    for (int64_t i = 0; i < x.n; ++i)
      for (int64_t j = 0; j < x.d; ++j) out[i * x.width + x.column[i * x.d + j]] = 1;
    return out;
  }

  Options o_;
};

TEASEL_REGISTER(Metric, Infomec, "InfoM, InfoC, InfoE: modularity, compactness and explicitness from information");

}  // namespace
}  // namespace teasel
