// Robust mutual information gap (Do and Tran 2020, "Theory and evaluation metrics for learning disentangled
// representations", section 4.2): MIG with posteriors instead of their means. Each posterior is spread over bins of
// equal width on a fixed range, in proportion to its density at their centres; information of bins and factors is
// counted over all items; of every factor the gap between the two latents that tell most about it is divided by its
// entropy; the mean over factors.
//
// Range 0 to 1; noise reaches about 0. Unlike `mig` it sees when a latent's posterior is too wide to tell values apart.
// The range is that of a standard normal prior: codes of other models must be brought to it, and what lies outside is
// pressed into the bins at the ends. Posteriors far narrower than a bin count as lying in one. Needs Gaussian
// posteriors. Factors that are continuous, nuisances or constant are left out; a single latent is refused.
//
// Use it for MIG of codes whose posteriors differ in width: what a posterior cannot tell apart counts as not known.
//
// Criticism: the range of the bins is that of a standard normal prior, and codes outside of it are pressed into the
// last bins; number and range of bins are part of the score, as for `mig`, and two latents for a factor close the gap.
//
// detail: mutual_information [latents, factors] (nats), entropy [factors] (nats), gap [factors] (0 for factors that
// were left out), factors_used (factor numbers).
#include "teasel/metrics/soft_information.hpp"

namespace teasel {
namespace {

struct RmigOptions {
  int64_t bins = 100;
  double low = -4, high = 4;

  void describe(Fields& f) {
    f.field("bins", bins, "equal-width bins of every latent", between(2, 10000));
    f.field("low", low, "where the first bin begins");
    f.field("high", high, "where the last bin ends");
  }
};

class Rmig : public Metric {
 public:
  using Options = RmigOptions;
  Rmig(const Options& options, const Setup&) : bins_{options.bins, options.low, options.high} {
    if (!(options.low < options.high)) throw Error("rmig.low is not below rmig.high", "The bins lie between the two.");
  }

  Expected expected() const override { return {.perfect = 0.5, .noise = 0.05, .unchanged = {.order = true}}; }
  Needs needs() const override { return {.spread = true}; }
  Score compute(Evidence& evidence, uint64_t seed) const override {
    return posterior_gap(evidence, "rmig", seed, [&](const CodeTable& table) { return std::vector(table.d, bins_); });
  }

 private:
  FixedBins bins_;
};

TEASEL_REGISTER(Metric, Rmig, "robust mutual information gap: MIG with posteriors instead of their means");

}  // namespace
}  // namespace teasel
