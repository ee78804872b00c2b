#include "teasel/metrics/soft_information.hpp"

#include "teasel/stats/entropy.hpp"

namespace teasel {
namespace {

// Tables [classes, bins] of one latent with each factor.
std::vector<std::vector<double>> tables_of(const CodeTable& table, int64_t j, const FixedBins& bins,
                                           const std::vector<int64_t>& factors,
                                           const std::vector<std::vector<int32_t>>& labels) {
  std::vector<std::vector<double>> out;
  for (const auto k : factors) out.emplace_back(table.factors[k].classes() * bins.bins);
  std::vector<double> shares(bins.bins);
  for (int64_t i = 0; i < table.n; ++i) {
    const auto range = soft_bins(bins, table.z[i * table.d + j], table.spread[i * table.d + j], shares);
    for (size_t f = 0; f < factors.size(); ++f) {
      if (labels[f][i] < 0) continue;
      double* row = &out[f][labels[f][i] * bins.bins];
      for (int64_t bin = range.first; bin < range.last; ++bin) row[bin] += shares[bin];
    }
  }
  return out;
}

}  // namespace

SoftInformation soft_information(const CodeTable& table, const std::vector<FixedBins>& bins) {
  SoftInformation out{empty_matrix(table), std::vector<double>(table.d * table.k)};
  const auto& factors = out.information.used;
  std::vector<std::vector<int32_t>> labels;
  for (const auto k : factors) labels.push_back(class_labels(table, k));
#pragma omp parallel for schedule(dynamic)
  for (int64_t j = 0; j < table.d; ++j) {
    const auto tables = tables_of(table, j, bins[j], factors, labels);
    for (size_t f = 0; f < factors.size(); ++f) {
      const int64_t at = j * table.k + factors[f], classes = table.factors[factors[f]].classes();
      out.information.values[at] = mutual_information_of_weights(tables[f], classes, bins[j].bins);
      out.joint[at] = entropy_of_weights(tables[f]);
    }
  }
  return out;
}

}  // namespace teasel
