#include "teasel/metrics/posteriors.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "teasel/stats/interval.hpp"

namespace teasel {

Posteriors posteriors_of(Evidence& evidence, const std::string& metric) {
  for (auto& block : evidence.codes().blocks)
    if (!block.location.empty() && block.about.law != LatentLaw::gaussian)
      throw Error(metric + " needs Gaussian posteriors, and those of '" + block.about.name + "' are not",
                  "It is defined for variational autoencoders with Gaussian latents.");
  const CodeTable& codes = evidence.table();
  Posteriors out{{codes.z.begin(), codes.z.end()}, {}};
  out.table = {out.mean, codes.spread, codes.n, codes.d};
  check_posteriors(out.table);
  return out;
}

PosteriorEvidence::PosteriorEvidence(Evidence& evidence) : evidence_(evidence) {
  if (!evidence.table().sampled) return;
  means_ = evidence.table();
  means_->sampled = false;
}

EvaluatedPosteriors evaluate_posteriors(const PosteriorTable& table, int64_t samples, uint64_t seed,
                                        std::span<const int64_t> order, DensityParts parts) {
  EvaluatedPosteriors out{sample_posteriors(table, samples, seed), {}, 0};
  out.densities = posterior_densities(table, out.samples, order, parts);
  constexpr int64_t checked = 2;
  constexpr double promised = 1e-3;
  out.error = density_error(table, out.samples, out.densities, checked);
  if (!(out.error < promised))
    throw std::runtime_error(fmt::format("densities of the aggregate posterior are wrong by {} nats", out.error));
  return out;
}

Score::Output output_of(std::string name, const Estimate& estimate) {
  const double half = normal_975 * estimate.standard_error;
  return {std::move(name), estimate.value, estimate.value - half, estimate.value + half};
}

void put_estimates(Score& score, const std::string& name, const std::vector<Estimate>& estimates) {
  auto &values = score.detail[name], &errors = score.detail[name + "_error"];
  for (auto& estimate : estimates) {
    values.push_back(estimate.value);
    errors.push_back(estimate.standard_error);
  }
}

}  // namespace teasel
