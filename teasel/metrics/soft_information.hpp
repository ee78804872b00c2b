// Mutual information of latents and factors with the posteriors spread over bins (Do and Tran 2020).
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "teasel/metrics/matrix.hpp"
#include "teasel/stats/soft_histogram.hpp"

namespace teasel {

// Q(s, v) = 1/N sum_x Q(s|x) 1[v = v(x)] for every latent and factor, where Q(s|x) are the soft bins of the posterior:
// what they say in nats.
struct SoftInformation {
  ScoreMatrix information;
  std::vector<double> joint;  // [latents, factors] H(z_j, v_k)
};

// `bins`: of every latent. The table has spreads. Factors as scored_factors gives them; items whose value is not known
// do not count.
SoftInformation soft_information(const CodeTable& table, const std::vector<FixedBins>& bins);

// The score of a metric that is the gap (aggregation `mig`) of what posteriors in bins tell of factors, over all items,
// with its detail. `bins`: of every latent of these items. Error where the evidence has no Gaussian posteriors, a
// single latent or no factor with classes.
Score posterior_gap(Evidence& evidence, const std::string& metric, uint64_t seed,
                    const std::function<std::vector<FixedBins>(const CodeTable&)>& bins);

}  // namespace teasel
