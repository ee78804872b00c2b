// Reconstruction error: the mean negative log-likelihood of an item when it is decoded from its posterior mean (nats
// per item, summed over its elements), over the items whose reconstruction was measured. Where the codes hold the KL
// divergence of every latent, `reconstruction_error.kl_total` is their sum over latents, as a mean over all items
// (nats).
//
// The interval is that of a mean of a sample (normal approximation); where all items of a full grid were measured there
// is no chance in it. Likelihoods of different laws (Bernoulli, Gaussian) cannot be compared, and a Gaussian one may be
// below 0.
//
// Use it beside every score of disentanglement: codes that reconstruct badly are cheap to disentangle.
//
// Criticism: it compares models of one likelihood on one data set alone, and says nothing of how codes are arranged.
//
// detail: none.
#include <limits>

#include "teasel/metrics/metric.hpp"
#include "teasel/stats/interval.hpp"

namespace teasel {
namespace {

class ReconstructionError : public Metric {
 public:
  using Options = NoOptions;
  ReconstructionError(const Options&, const Setup&) {}

  // Codes alone decide nothing here, so neither perfect codes nor noise is held to anything.
  Expected expected() const override {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    return {
        .better = Expected::Better::lower, .low = -infinity, .high = infinity, .perfect = infinity, .noise = -infinity};
  }
  Needs needs() const override { return {.factors = false, .distortion = true}; }
  Score compute(Evidence& evidence, uint64_t) const override {
    const Codes& codes = evidence.codes();
    Score score;
    score.samples = static_cast<int64_t>(codes.distortion.size());
    add_mean(score, "reconstruction_error", codes.distortion, codes.full_grid && score.samples == codes.samples);
    if (codes.kl.empty()) return score;
    std::vector<float> totals(codes.samples);
    const size_t width = codes.kl.size() / totals.size();
    for (size_t i = 0; i < codes.kl.size(); ++i) totals[i / width] += codes.kl[i];
    add_mean(score, "reconstruction_error.kl_total", totals, codes.full_grid);
    return score;
  }

 private:
  static void add_mean(Score& score, const char* name, const std::vector<float>& values, bool all) {
    const Mean mean = mean_with_interval(values);
    score.outputs.push_back(
        {name, mean.value, all ? mean.value : mean.interval.low, all ? mean.value : mean.interval.high});
  }
};

TEASEL_REGISTER(Metric, ReconstructionError,
                "reconstruction error: negative log-likelihood at the posterior mean, and the KL divergence beside it");

}  // namespace
}  // namespace teasel
