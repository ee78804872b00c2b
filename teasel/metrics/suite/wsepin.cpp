// Informativeness, separability and independence of latents without labels (Do and Tran 2020, "Theory and evaluation
// metrics for learning disentangled representations", section 4.1, and the authors' code), from the exact aggregate
// posterior q(z) of all items. With I(x; z_i) and its share rho_i of their sum:
// - sepin: the mean over latents of SEPIN_i = I(x; z) - I(x; z without z_i), what only latent i tells of the item;
// - wsepin: the sum of rho_i SEPIN_i;
// - indin: the mean of INDIN_i = I(x; z_i) - SEP_i with SEP_i = I(z_i; z without z_i), what latent i tells less what it
//   shares with the others; windin: the sum of rho_i INDIN_i.
//
// All in nats; wsepin and sepin are at least 0 but for sampling, and none is above ln #items; indin may be negative.
// Higher is better, and wsepin and windin leave latents that tell nothing out. They know no factors: a latent that
// holds several at once still scores. Needs Gaussian posteriors. Information is estimated from samples of q(z), each
// evaluated against the posteriors of all items.
//
// Use it without labels, where posteriors are Gaussian: whether each latent tells something of its own.
//
// Criticism: it knows no factors, so that independent mixtures score as well as factors; near ln N everything told is a
// statement on the number of items.
//
// detail: information [latents] (I(x; z_i), nats), sepin_of_latent, indin_of_latent, separability [latents] (SEP_i, at
// least 0), weight [latents] (rho_i), joint_information (I(x; z), nats), without_information [latents] (I(x; z without
// z_i), nats).
#include <algorithm>
#include <limits>

#include "teasel/metrics/metric.hpp"
#include "teasel/metrics/posteriors.hpp"
#include "teasel/stats/jackknife.hpp"

namespace teasel {
namespace {

struct WsepinOptions {
  int64_t samples = 500;

  void describe(Fields& f) { f.field("samples", samples, "draws from the aggregate posterior", at_least(30)); }
};

struct Parts {
  double joint = 0;
  std::vector<double> information, without, separability, sepin, indin, weight;  // [D]
};

// `mean`: of given - marginal, of (all given - given) - without, and of without + marginal - joint, for each latent,
// then of all given - joint.
Parts parts_of(const std::vector<double>& mean) {
  const auto d = (mean.size() - 1) / 3;
  Parts out;
  out.joint = std::max(0.0, mean.back());
  double sum = 0;
  for (size_t i = 0; i < d; ++i) {
    out.information.push_back(std::max(0.0, mean[i]));
    out.without.push_back(std::max(0.0, mean[d + i]));
    // H(z_i) + H(z without z_i) - H(z): the negative of the mean of the densities' difference.
    out.separability.push_back(std::max(0.0, -mean[2 * d + i]));
    out.sepin.push_back(out.joint - out.without[i]);
    out.indin.push_back(out.information[i] - out.separability[i]);
    sum += out.information[i];
  }
  for (const double information : out.information) out.weight.push_back(sum > 0 ? information / sum : 0);
  return out;
}

std::vector<double> scores_of(const Parts& parts) {
  double wsepin = 0, windin = 0, sepin = 0, indin = 0;
  const auto d = static_cast<double>(parts.weight.size());
  for (size_t i = 0; i < parts.weight.size(); ++i) {
    wsepin += parts.weight[i] * parts.sepin[i];
    windin += parts.weight[i] * parts.indin[i];
    sepin += parts.sepin[i] / d;
    indin += parts.indin[i] / d;
  }
  return {wsepin, windin, sepin, indin};
}

// The terms whose means `parts_of` reads, a row for each sample.
std::vector<double> terms_of(const PosteriorDensities& densities) {
  const int64_t d = densities.d;
  std::vector<double> out;
  out.reserve(densities.samples * (3 * d + 1));
  for (int64_t s = 0; s < densities.samples; ++s) {
    const double *given = &densities.given[s * d], *marginal = &densities.marginal[s * d],
                 *without = &densities.without[s * d], joint = densities.prefix[s * d + d - 1];
    double all = 0;
    for (int64_t i = 0; i < d; ++i) all += given[i];
    for (int64_t i = 0; i < d; ++i) out.push_back(given[i] - marginal[i]);
    for (int64_t i = 0; i < d; ++i) out.push_back(all - given[i] - without[i]);
    for (int64_t i = 0; i < d; ++i) out.push_back(without[i] + marginal[i] - joint);
    out.push_back(all - joint);
  }
  return out;
}

class Wsepin : public Metric {
 public:
  using Options = WsepinOptions;
  Wsepin(const Options& options, const Setup&) : o_(options) {}

  Expected expected() const override {
    return {.better = Expected::Better::neither,
            .low = -std::numeric_limits<double>::infinity(),
            .high = std::numeric_limits<double>::infinity(),
            .unchanged = {.order = true, .sign = true, .scale = true, .shift = true}};
  }
  Needs needs() const override { return {.factors = false, .spread = true}; }
  bool slow() const override { return true; }
  Score compute(Evidence& evidence, uint64_t seed) const override {
    const auto posteriors = posteriors_of(evidence, "wsepin");
    const auto evaluated = evaluate_posteriors(posteriors.table, o_.samples, seed, {}, DensityParts::without);
    constexpr int64_t groups = 30;
    const auto terms = terms_of(evaluated.densities);
    const GroupedMeans means(terms, 3 * posteriors.table.d + 1, groups);
    const auto found = jackknife(groups, [&](int64_t g) { return scores_of(parts_of(means.mean(g))); });
    Score score;
    const char* names[] = {"wsepin", "windin", "sepin", "indin"};
    for (size_t i = 0; i < std::size(names); ++i)
      score.outputs.push_back({names[i], found.value[i], found.interval[i].low, found.interval[i].high});
    const auto parts = parts_of(means.mean());
    score.detail = {{"information", parts.information},   {"without_information", parts.without},
                    {"separability", parts.separability}, {"sepin_of_latent", parts.sepin},
                    {"indin_of_latent", parts.indin},     {"weight", parts.weight},
                    {"joint_information", {parts.joint}}};
    score.samples = o_.samples;
    return score;
  }

 private:
  Options o_;
};

TEASEL_REGISTER(Metric, Wsepin, "what latents tell of items, each alone and apart from the others, without labels");

}  // namespace
}  // namespace teasel
