// Posteriors of evidence, for metrics on densities.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "teasel/metrics/metric.hpp"
#include "teasel/stats/elbo.hpp"
#include "teasel/stats/posterior_mixture.hpp"

namespace teasel {

// All latents of all items as Gaussian posteriors. `table` points into `mean` and into the evidence's table.
struct Posteriors {
  std::vector<float> mean;
  PosteriorTable table;
};
// The evidence needs a spread (Needs). Error where a block has another law, or a posterior is no density. `metric`: who
// asks.
Posteriors posteriors_of(Evidence& evidence, const std::string& metric);

// Evidence for metrics that read posteriors as they are: never sampled, whatever a protocol makes of codes. Keeps a
// reference to the other.
class PosteriorEvidence : public Evidence {
 public:
  explicit PosteriorEvidence(Evidence& evidence);
  const CodeTable& table() override { return means_ ? *means_ : evidence_.table(); }
  const Codes& codes() override { return evidence_.codes(); }
  std::optional<Split> split() const override { return evidence_.split(); }

 private:
  Evidence& evidence_;
  std::optional<CodeTable> means_;
};

// Samples of the posteriors with their exact densities. The first of them are evaluated a second time in double
// precision; a difference is a fault of the program: std::runtime_error.
struct EvaluatedPosteriors {
  PosteriorSamples samples;
  PosteriorDensities densities;
  double error = 0;  // the greatest difference seen, nats
};
EvaluatedPosteriors evaluate_posteriors(const PosteriorTable& table, int64_t samples, uint64_t seed,
                                        std::span<const int64_t> order = {}, DensityParts parts = DensityParts::prefix);

// An estimate with its interval of 95 % by the normal approximation.
Score::Output output_of(std::string name, const Estimate& estimate);
// detail[name] and, with the standard errors, detail[name + "_error"].
void put_estimates(Score& score, const std::string& name, const std::vector<Estimate>& estimates);

}  // namespace teasel
