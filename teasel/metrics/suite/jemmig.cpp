// JEMMIG (Do and Tran 2020, "Theory and evaluation metrics for learning disentangled representations", section 4.2):
// the joint entropy of a factor with the latent i that tells most about it, less what that latent tells, plus what the
// next latent j tells: H(z_i, v_k) - I(z_i; v_k) + I(z_j; v_k), divided by H(v_k) + ln #bins; the mean over factors.
// Unlike the gap of `mig` it rises where the latent holds something else besides the factor.
//
// LOWER is better: 0 to 1, and noise comes near 1. Zaidi et al. 2020 report one less it (`reversed`). By default codes
// are cut into equal-width bins over each latent's range; with `posterior` each posterior is spread over bins of a
// fixed range as in `rmig`, which is what the authors do and which needs Gaussian posteriors. 20 bins cannot hold 32 or
// 40 values, so that the factors of dSprites themselves are at about .05. Factors that are continuous (unless cut into
// bins), nuisances or constant are left out; a single latent is refused.
//
// jemmig.corrected is the same from entropies with Miller and Madow's correction for few items (`estimator = "both"`).
//
// Use it in place of `mig` where a latent that also holds something else is to cost; it is modular and compact at once.
//
// Criticism: bins and the number of factor values set its floor, and it is divided by an entropy of bins that no code
// fills, so that values of different bins do not compare; published numbers point both ways (`reversed`).
//
// detail: mutual_information, joint_entropy [latents, factors] (nats), entropy [factors] (nats), jemmig_of_factor
// [factors] (nats, not divided), factors_used (factor numbers).
#include <algorithm>
#include <cmath>
#include <utility>

#include "teasel/metrics/estimate.hpp"
#include "teasel/metrics/information.hpp"
#include "teasel/metrics/posteriors.hpp"
#include "teasel/metrics/soft_information.hpp"

namespace teasel {
namespace {

struct JemmigOptions : InformationOptions {
  bool posterior = false, reversed = false;
  double low = -4, high = 4;
  int64_t samples = 0;

  void describe(Fields& f) {
    InformationOptions::describe(f);
    f.field("posterior", posterior, "spread posteriors over bins of a fixed range instead of cutting the codes");
    f.field("low", low, "where the first bin of posteriors begins");
    f.field("high", high, "where the last bin of posteriors ends");
    f.field("reversed", reversed, "report one less the score, so that higher is better");
    f.field("samples", samples, "items drawn with replacement; 0: every item once", at_least(0));
  }
};

class Jemmig : public Metric {
 public:
  using Options = JemmigOptions;
  Jemmig(const Options& options, const Setup&) : o_(options) {
    if (!(o_.low < o_.high)) throw Error("jemmig.low is not below jemmig.high", "The bins lie between the two.");
  }

  Expected expected() const override {
    Expected out{.better = o_.reversed ? Expected::Better::higher : Expected::Better::lower,
                 .perfect = 0.06,
                 .noise = 0.8,
                 .unchanged = {.order = true, .sign = !o_.posterior, .scale = !o_.posterior, .shift = !o_.posterior}};
    if (o_.reversed) out.perfect = 1 - out.perfect, out.noise = 1 - out.noise;
    return out;
  }
  Needs needs() const override { return {.spread = o_.posterior}; }
  Score compute(Evidence& evidence, uint64_t seed) const override;

 private:
  SoftInformation information_of(const CodeTable& table) const {
    if (o_.posterior) return soft_information(table, std::vector(table.d, FixedBins{o_.bins, o_.low, o_.high}));
    return from_histograms(table, o_.published());
  }
  static SoftInformation from_histograms(const CodeTable& table, const InformationOptions& options) {
    return {information_matrix(table, options), joint_entropies(table, options)};
  }
  // The values of the outputs.
  std::vector<double> values_of(const CodeTable& items) const {
    std::vector<double> out{mean_of(information_of(items))};
    if (corrects()) out.push_back(mean_of(from_histograms(items, o_.corrected())));
    return out;
  }
  bool corrects() const { return o_.both() && !o_.posterior; }
  // Of each factor, in nats; 0 for those that were left out.
  std::vector<double> of_factors(const SoftInformation& found) const;
  double mean_of(const SoftInformation& found) const;

  Options o_;
};

std::vector<double> Jemmig::of_factors(const SoftInformation& found) const {
  const ScoreMatrix& matrix = found.information;
  std::vector<double> out(matrix.factors);
  for (const auto k : matrix.used) {
    const auto column = matrix.column(k);
    const auto top = top_two(column);
    const auto best = std::ranges::max_element(column) - column.begin();
    out[k] = found.joint[best * matrix.factors + k] - top.first + top.second;
  }
  return out;
}

double Jemmig::mean_of(const SoftInformation& found) const {
  const ScoreMatrix& matrix = found.information;
  const auto values = of_factors(found);
  double mean = 0;
  for (const auto k : matrix.used)
    mean += values[k] / (matrix.entropy[k] + std::log(static_cast<double>(o_.bins))) /
            static_cast<double>(matrix.used.size());
  return o_.reversed ? 1 - mean : mean;
}

Score Jemmig::compute(Evidence& evidence, uint64_t seed) const {
  if (o_.posterior) posteriors_of(evidence, "jemmig");
  if (evidence.table().d < 2)
    throw Error("jemmig compares the two latents that tell most about a factor, and these codes have one");
  std::vector<std::string> names{"jemmig"};
  if (corrects()) names.emplace_back("jemmig.corrected");
  const auto values = [&](const CodeTable& items) { return values_of(items); };
  PosteriorEvidence posteriors(evidence);
  Evidence& read = o_.posterior ? posteriors : evidence;
  auto estimates = estimate(read, o_.samples, Stream(seed, "jemmig"), names, values);
  const auto found = information_of(estimates.table);
  if (found.information.used.empty())
    throw Error("jemmig needs a factor with classes of which at least two occur, and these codes have none");
  Score score;
  score.outputs = std::move(estimates.outputs);
  put_matrix(score, "mutual_information", found.information);
  score.detail["joint_entropy"] = found.joint;
  score.detail["jemmig_of_factor"] = of_factors(found);
  score.samples = estimates.table.n;
  return score;
}

TEASEL_REGISTER(Metric, Jemmig, "JEMMIG: what a factor's latent holds besides it, and others of it; lower is better");

}  // namespace
}  // namespace teasel
