// Mutual information of latents and factors with the posteriors spread over bins (Do and Tran 2020).
#pragma once
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

// `bins`: of every latent. The table has spreads. Factors as scored_factors gives them; items whose value is not known do
// not count.
SoftInformation soft_information(const CodeTable& table, const std::vector<FixedBins>& bins);

}  // namespace teasel
