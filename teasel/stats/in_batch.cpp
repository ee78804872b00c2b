#include "teasel/stats/in_batch.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace teasel {
namespace {

// ln sum_j exp(log_weight[j] + term[j]).
double weighted_log_sum(std::span<const double> log_weight, std::span<const double> term) {
  double peak = log_weight[0] + term[0], sum = 0;
  for (size_t j = 0; j < term.size(); ++j) peak = std::max(peak, log_weight[j] + term[j]);
  if (!std::isfinite(peak)) return peak;
  for (size_t j = 0; j < term.size(); ++j) sum += std::exp(log_weight[j] + term[j] - peak);
  return peak + std::log(sum);
}

}  // namespace

std::vector<double> in_batch_weights(InBatch rule, int64_t m, int64_t n) {
  if (m < 1 || n < m || (rule == InBatch::mss && m < 2))
    throw std::invalid_argument("a batch has at least one item (two for mss), and no more than there are");
  const auto batch = static_cast<double>(m), all = static_cast<double>(n), others = batch - 1;
  if (rule != InBatch::mss) return std::vector<double>(m * m, rule == InBatch::kde ? 1 / batch : 1 / (all * batch));
  std::vector<double> out(m * m, 1 / others);
  for (int64_t i = 0; i < m; ++i) {
    out[i * m + i] = 1 / all;
    out[i * m + (i + 1) % m] = (all - others) / (all * others);
  }
  return out;
}

InBatchDensities in_batch_densities(InBatch rule, std::span<const double> density, int64_t m, int64_t d, int64_t n) {
  auto log_weight = in_batch_weights(rule, m, n);
  for (auto& weight : log_weight) weight = std::log(weight);
  InBatchDensities out{std::vector<double>(m), std::vector<double>(m * d)};
  std::vector<double> joint(m), marginal(m);
  for (int64_t i = 0; i < m; ++i) {
    const auto weights = std::span(log_weight).subspan(i * m, m);
    std::ranges::fill(joint, 0.0);
    for (int64_t k = 0; k < d; ++k) {
      for (int64_t j = 0; j < m; ++j) {
        marginal[j] = density[(i * m + j) * d + k];
        joint[j] += marginal[j];
      }
      out.marginal[i * d + k] = weighted_log_sum(weights, marginal);
    }
    out.joint[i] = weighted_log_sum(weights, joint);
  }
  return out;
}

InBatchEstimates in_batch_estimates(InBatch rule, std::span<const double> density, int64_t m, int64_t d, int64_t n) {
  const auto densities = in_batch_densities(rule, density, m, d, n);
  InBatchEstimates out;
  for (int64_t i = 0; i < m; ++i) {
    double given = 0, marginals = 0;
    for (int64_t k = 0; k < d; ++k) {
      given += density[(i * m + i) * d + k];
      marginals += densities.marginal[i * d + k];
    }
    out.mutual_information += (given - densities.joint[i]) / static_cast<double>(m);
    out.total_correlation += (densities.joint[i] - marginals) / static_cast<double>(m);
  }
  return out;
}

}  // namespace teasel
