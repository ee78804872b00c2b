// The telescope of total correlation (Jeong and Song 2019, "Learning discrete and continuous factors of data via
// alternating disentanglement", propositions 1 and 2), in nats, for Gaussian posteriors: latents z_1, z_2, ... are
// taken one after the other, and I(z_1..z_{i-1}; z_i) = TC(z_1..z_i) - TC(z_1..z_{i-1}) says how much each shares with
// those before it; they sum to TC(z). I(x; z_1..z_i), how much the first i tell of the item, grows by I(x; z_i) less
// what is shared: latents of a posterior are independent given x. (Where they are not, this fails: two fair coins with
// x = z_1 XOR z_2 tell ln 2 of x together, and each alone tells nothing and shares nothing.)
//
// Everything comes from the exact aggregate posterior over all items, as in elbo_decomposition; intervals are those of
// the samples. The sum does not depend on the order, its parts do.
//
// Use it to see in which latents the dependence sits, and how information grows latent by latent, as for models that
// open their latents in stages.
//
// Criticism: its parts depend on the order that is chosen, and the total is bounded by the number of items through ln N
// as in `elbo_decomposition`.
//
// detail, [latents] in the order taken: order (latent numbers), latent_kl (E_x KL(q(z_i|x) || p(z_i))),
// latent_information (I(x; z_i)), shared (I(z_1..z_{i-1}; z_i); 0 for the first), total_correlation (TC(z_1..z_i)),
// information (I(x; z_1..z_i)), and the standard error of each as NAME_error; bound (ln N).
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "teasel/metrics/metric.hpp"
#include "teasel/metrics/posteriors.hpp"
#include "teasel/stats/elbo.hpp"

namespace teasel {
namespace {

struct TelescopingOptions {
  int64_t samples = 1000;
  std::string order = "falling_kl";

  void describe(Fields& f) {
    f.field("samples", samples, "samples of the aggregate posterior; each meets every item", at_least(2));
    f.field("order", order, "which latent comes next: as the model lists them, or that with the greatest KL divergence",
            one_of({"falling_kl", "layout"}));
  }
};

class Telescoping : public Metric {
 public:
  using Options = TelescopingOptions;
  Telescoping(Options options, const Setup&) : o_(std::move(options)) {}

  Expected expected() const override {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    return {.better = Expected::Better::neither,
            .low = -infinity,
            .high = infinity,
            .unchanged = {.order = o_.order == "falling_kl", .sign = true}};
  }
  Needs needs() const override { return {.factors = false, .spread = true}; }

  Score compute(Evidence& evidence, uint64_t seed) const override {
    const Posteriors posteriors = posteriors_of(evidence, "telescoping");
    const PosteriorTable& table = posteriors.table;
    const auto kl = mean_kl(table);
    std::vector<int64_t> order(table.d);
    std::iota(order.begin(), order.end(), 0);
    if (o_.order == "falling_kl")
      std::ranges::stable_sort(order, std::ranges::greater(), [&](int64_t j) { return kl[j]; });
    const EvaluatedPosteriors evaluated = evaluate_posteriors(table, o_.samples, seed, order);
    const Telescope chain = telescope(evaluated.densities);
    Score score;
    score.samples = o_.samples;
    score.outputs = {output_of("telescoping.total_correlation", chain.total_correlation.back()),
                     output_of("telescoping.mutual_information", chain.information.back())};
    score.detail["order"].assign(order.begin(), order.end());
    score.detail["bound"] = {std::log(static_cast<double>(table.n))};
    for (const auto j : order) score.detail["latent_kl"].push_back(kl[j]);
    put_estimates(score, "latent_information", chain.latent_information);
    put_estimates(score, "shared", chain.shared);
    put_estimates(score, "total_correlation", chain.total_correlation);
    put_estimates(score, "information", chain.information);
    return score;
  }

 private:
  Options o_;
};

TEASEL_REGISTER(Metric, Telescoping,
                "telescoping: what each latent shares with those before it, and what the first i tell of an item");

}  // namespace
}  // namespace teasel
