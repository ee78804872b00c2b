// Estimates of the aggregate posterior from a batch alone, as training uses them: M samples z_i ~ q(z|x_i) against the
// posteriors of the same M items, of N in all. The exact evaluation over all items is posterior_mixture.hpp.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace teasel {

// How the posteriors of a batch stand for those of all items.
// kde: all weigh 1/M, the sample's own item among them. Mutual information cannot pass ln M.
// mws: minibatch weighted sampling (Chen et al. 2018, appendix C.1), all weigh 1/(N M). Beside kde it is higher by ln N
//   in mutual information, which cannot pass ln(N M), and by (D - 1) ln N in total correlation, at the same gradient.
// mss: minibatch stratified sampling (ibid., C.2), whose mean over batches is q(z) (not so for ln q(z)). Its own item
//   weighs 1/N, the next one in the batch (N - M + 1) / (N (M - 1)), each other one 1 / (M - 1). Mutual information
//   cannot pass ln N.
enum class InBatch { kde, mws, mss };

// The weights [M, M]: row i belongs to sample i. Rows sum to 1; those of mws to 1/N. std::invalid_argument where M < 1,
// N < M, or M < 2 for mss.
std::vector<double> in_batch_weights(InBatch rule, int64_t m, int64_t n);

// Log densities of the samples under the estimated aggregate posterior, nats. One set of weights serves the joint and
// every marginal; it enters each sum once.
struct InBatchDensities {
  std::vector<double> joint;     // [M] ln q(z_i)
  std::vector<double> marginal;  // [M, D] ln q(z_id)
};

// density: [M, M, D], density[i, j, d] = ln q(z_id | x_j).
InBatchDensities in_batch_densities(InBatch rule, std::span<const double> density, int64_t m, int64_t d, int64_t n);

// Means over the batch, nats. Total correlation below 0 is an estimator's ordinary error near independence.
struct InBatchEstimates {
  double mutual_information = 0, total_correlation = 0;
};
InBatchEstimates in_batch_estimates(InBatch rule, std::span<const double> density, int64_t m, int64_t d, int64_t n);

}  // namespace teasel
