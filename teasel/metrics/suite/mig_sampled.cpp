// Mutual information gap with sampled codes (Chen et al. 2018, "Isolating sources of disentanglement", section 4.1):
// MIG of the joint distribution of factors and of z ~ q(z|x), from densities instead of bins. With the aggregate
// posterior q(z_j) of all items and q(z_j | v_k) of those of each value, I(z_j; v_k) = H(z_j) - H(z_j | v_k); of every
// factor the gap between the two greatest is divided by the factor's entropy; the mean over factors.
//
// The authors estimate each entropy from 10,000 samples; here the densities of all items are integrated (to about
// 1e-6), which is the number that their estimate has on average. Range 0 to 1; noise reaches about 0. It is another
// number than `mig`, which reads means in bins, and lower where posteriors are wide. Chen et al. leave the shape of
// dSprites out. Values weigh as often as they occur (the authors take them as balanced, which they are on a full grid).
// Posteriors far narrower than nearly all others are widened (stats/soft_histogram.hpp). Needs Gaussian posteriors.
// Factors that are continuous, nuisances or constant are left out; a single latent is refused.
//
// Use it to compare with Chen et al. and the total-correlation VAEs that follow them, and where posteriors are known:
// nothing is cut into bins.
//
// Criticism: as for `mig`, two latents for a factor close the gap; the published estimate takes 10,000 samples for each
// entropy and so has noise that this one has not, and a much-used re-implementation gives about a thousandth through a
// fault of indexing, so that its numbers are no reference.
//
// detail: mutual_information [latents, factors] (nats), entropy [factors] (nats), gap [factors] (0 for factors that
// were left out), factors_used (factor numbers).
#include "teasel/metrics/soft_information.hpp"
#include "teasel/stats/columns.hpp"

namespace teasel {
namespace {

class MigSampled : public Metric {
 public:
  using Options = NoOptions;
  MigSampled(const Options&, const Setup&) {}

  Expected expected() const override {
    return {.perfect = 0.5, .noise = 0.05, .unchanged = {.order = true, .sign = true, .scale = true, .shift = true}};
  }
  Needs needs() const override { return {.spread = true}; }
  bool slow() const override { return true; }
  Score compute(Evidence& evidence, uint64_t seed) const override {
    return posterior_gap(evidence, "mig_sampled", seed, bins_of);
  }

 private:
  // The width of the bins takes itself off the difference of two entropies.
  static std::vector<FixedBins> bins_of(const CodeTable& table) {
    const std::vector<double> deviations(table.spread.begin(), table.spread.end());
    std::vector<FixedBins> bins(table.d);
#pragma omp parallel for
    for (int64_t j = 0; j < table.d; ++j)
      bins[j] = integration_bins(column(table.z, table.n, table.d, j), column(deviations, table.n, table.d, j));
    return bins;
  }
};

TEASEL_REGISTER(Metric, MigSampled, "mutual information gap of sampled codes, from exact densities");

}  // namespace
}  // namespace teasel
