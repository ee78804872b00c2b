// How far latents depend on one another, without labels (the unsupervised scores of Locatello et al. 2019), of the
// codes' covariance S:
// - gaussian_total_correlation: KL(N(0, S) || N(0, diag S)) = (sum_j ln S_jj - ln det S) / 2, nats. Infinite where
//   latents determine one another; here at most 13.8 nats for each latent that others determine.
// - gaussian_wasserstein_correlation: the squared 2-Wasserstein distance of the same two, in squared units of the
//   codes; gaussian_wasserstein_correlation_normalised: that over tr S.
// - mutual_information_score: the mean mutual information of two different latents, in equal-width bins, nats. It also
//   sees what is not linear. mutual_information_score.corrected is with Miller and Madow's correction.
//
// All are at least 0, 0 for independent latents, and lower is more independent: not more disentangled, since constant
// codes reach 0 as well. Of means they may rise while those of sampled codes fall. Constant latents are left out of the
// first and tell nothing in the others.
//
// Use it without labels, to see whether latents depend on one another; read means and sampled codes side by side.
//
// Criticism: Locatello et al. 2019: for means it rises where for samples it falls, and unsupervised scores do not
// predict disentanglement. Only linear dependence is seen, and rotated or meaningless codes may be independent.
//
// detail: covariance [latents, latents], latent_information [latents, latents] (nats; the diagonal holds the entropies
// of the binned latents).
#include <limits>

#include "teasel/metrics/estimate.hpp"
#include "teasel/metrics/information.hpp"
#include "teasel/stats/covariance.hpp"
#include "teasel/stats/elbo.hpp"

namespace teasel {
namespace {

struct GaussianOptions {
  int64_t bins = 20, samples = 0;
  std::string estimator = "both";

  void describe(Fields& f) {
    f.field("bins", bins, "equal-width bins of every latent, for mutual information", between(2, 10000));
    f.field("estimator", estimator,
            "of mutual information: of the shares themselves, with Miller and Madow's correction, with it unless every "
            "item of a full grid is counted (auto), or plug_in and, as a score of its own, auto",
            one_of({"plug_in", "miller_madow", "auto", "both"}));
    f.field("samples", samples, "items drawn with replacement; 0: every item once", at_least(0));
  }
};

class GaussianTotalCorrelation : public Metric {
 public:
  using Options = GaussianOptions;
  GaussianTotalCorrelation(const Options& options, const Setup&)
      : o_(options), information_{options.bins, 0, options.estimator} {}

  Expected expected() const override {
    return {.better = Expected::Better::lower,
            .low = 0,
            .high = std::numeric_limits<double>::infinity(),
            .perfect = 1e-6,
            .noise = 0,
            .unchanged = {.order = true, .sign = true, .shift = true}};
  }
  Needs needs() const override { return {.factors = false}; }
  Score compute(Evidence& evidence, uint64_t seed) const override {
    if (evidence.table().n < 2) throw Error("gaussian_total_correlation needs at least two items, and there is one");
    std::vector<std::string> names{"gaussian_total_correlation", "gaussian_wasserstein_correlation",
                                   "gaussian_wasserstein_correlation_normalised", "mutual_information_score"};
    if (information_.both()) names.emplace_back("mutual_information_score.corrected");
    const auto values = [&](const CodeTable& items) { return values_of(items); };
    auto estimates = estimate(evidence, o_.samples, Stream(seed, names[0]), names, values);
    const CodeTable& table = estimates.table;
    Score score;
    score.outputs = std::move(estimates.outputs);
    score.detail = {{"covariance", covariance(table.z, table.n, table.d)},
                    {"latent_information", latent_information(table, information_.published())}};
    score.samples = table.n;
    return score;
  }

 private:
  std::vector<double> values_of(const CodeTable& table) const {
    const auto matrix = covariance(table.z, table.n, table.d);
    double trace = 0;
    for (int64_t j = 0; j < table.d; ++j) trace += matrix[j * table.d + j];
    const double wasserstein = gaussian_wasserstein_correlation(matrix, table.d);
    std::vector<double> out{gaussian_total_correlation(matrix, table.d, least_share), wasserstein,
                            trace > 0 ? wasserstein / trace : 0, mean_information(table, information_.published())};
    if (information_.both()) out.push_back(mean_information(table, information_.corrected()));
    return out;
  }

  // The mean over pairs of different latents.
  static double mean_information(const CodeTable& table, const InformationOptions& options) {
    double mean = 0;
    const auto pairs = latent_information(table, options);
    for (int64_t i = 0; i < table.d; ++i)
      for (int64_t j = 0; j < table.d; ++j)
        if (i != j) mean += pairs[i * table.d + j] / static_cast<double>(table.d * (table.d - 1));
    return mean;
  }

  static constexpr double least_share = 1e-12;
  Options o_;
  InformationOptions information_;
};

TEASEL_REGISTER(Metric, GaussianTotalCorrelation, "dependence of latents on one another, without labels");

}  // namespace
}  // namespace teasel
