#include "teasel/metrics/soft_information.hpp"

#include <optional>
#include <utility>

#include "teasel/metrics/estimate.hpp"
#include "teasel/metrics/posteriors.hpp"
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

Score posterior_gap(Evidence& evidence, const std::string& metric, uint64_t seed,
                    const std::function<std::vector<FixedBins>(const CodeTable&)>& bins) {
  posteriors_of(evidence, metric);
  if (evidence.table().d < 2)
    throw Error(metric + " compares the two latents that tell most about a factor, and these codes have one");
  if (scored_factors(evidence.table()).empty())
    throw Error(metric + " needs a factor with classes of which at least two occur, and these codes have none");
  const auto gap = Registry<Aggregation>::get().make("mig", Value(), {});
  std::optional<ScoreMatrix> of_all;  // the first matrix that is made is that of the score itself
  const auto values = [&](const CodeTable& items) {
    auto matrix = soft_information(items, bins(items)).information;
    const double value = gap->aggregate(matrix).front().value;
    if (!of_all) of_all = std::move(matrix);
    return std::vector<double>{value};
  };
  PosteriorEvidence posteriors(evidence);
  auto estimates = estimate(posteriors, 0, Stream(seed, metric), {metric}, values);
  Score score;
  score.outputs = std::move(estimates.outputs);
  score.detail = gap->parts(*of_all);
  put_matrix(score, "mutual_information", *of_all);
  score.samples = estimates.table.n;
  return score;
}

}  // namespace teasel
