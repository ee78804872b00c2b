#include "teasel/metrics/dci_scores.hpp"

#include <cmath>
#include <numeric>

namespace teasel {
namespace {

// 1 less the entropy of shares, in units of that of even ones.
double concentration(std::vector<double> shares) {
  double sum = 0, entropy = 0;
  for (double& share : shares) sum += share += 1e-11;
  for (const double share : shares) entropy -= share / sum * std::log(share / sum);
  return shares.size() < 2 ? std::nan("") : 1 - entropy / std::log(static_cast<double>(shares.size()));
}

double weighted_mean(const std::vector<double>& values, const std::vector<double>& weights) {
  const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
  double sum = 0;
  for (size_t i = 0; i < values.size(); ++i)
    sum += values[i] * (all > 0 ? weights[i] / all : 1 / static_cast<double>(values.size()));
  return sum;
}

}  // namespace

DciScores dci_scores(const ScoreMatrix& matrix, bool equal_weights) {
  DciScores out;
  out.by_factor.assign(matrix.factors, 0);
  std::vector<double> latent_mass, factor_mass, of_used;
  for (int64_t j = 0; j < matrix.latents; ++j) {
    std::vector<double> row;
    for (const auto k : matrix.used) row.push_back(matrix.at(j, k));
    latent_mass.push_back(std::accumulate(row.begin(), row.end(), 0.0));
    out.by_latent.push_back(concentration(std::move(row)));
  }
  for (const auto k : matrix.used) {
    std::vector<double> column;
    for (int64_t j = 0; j < matrix.latents; ++j) column.push_back(matrix.at(j, k));
    factor_mass.push_back(equal_weights ? 1 : std::accumulate(column.begin(), column.end(), 0.0));
    of_used.push_back(out.by_factor[k] = concentration(std::move(column)));
  }
  out.disentanglement = weighted_mean(out.by_latent, latent_mass);
  out.completeness = weighted_mean(of_used, factor_mass);
  return out;
}

}  // namespace teasel
