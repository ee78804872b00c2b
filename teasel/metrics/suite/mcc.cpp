// MCC, mean correlation coefficient (Hyvarinen and Morioka 2016, "Unsupervised feature extraction by time-contrastive
// learning and nonlinear ICA"; Klindt et al. 2021, "Towards nonlinear disentanglement in natural data with temporal
// sparse coding"): each factor is matched with a latent of its own so that the sum of absolute correlations is
// greatest; their mean over factors, for Pearson's and for Spearman's correlation.
//
// Range 0 to 1. Noise: the greatest of many correlations of N items, near 0 for thousands. Made for continuous factors;
// classes count as their numbers, so that categories without an order have no meaning here, and cyclic factors
// correlate weakly. Only lines (Pearson) or rising maps (Spearman) are seen. The matching is rectangular, which is what
// padding the factors with noise approaches; with fewer latents than factors, those without a latent count 0. A
// constant latent correlates with nothing. Items whose value of a factor is not known are left out for that factor.
// Factors that are nuisances or constant are left out.
//
// detail: pearson and spearman [latents, factors] (signed), pearson_latent and spearman_latent [factors] (the matched
// latent; -1: none), factors_used (factor numbers).
#include <cmath>
#include <map>
#include <utility>

#include "teasel/metrics/estimate.hpp"
#include "teasel/metrics/metric.hpp"
#include "teasel/stats/assignment.hpp"
#include "teasel/stats/columns.hpp"
#include "teasel/stats/correlation.hpp"

namespace teasel {
namespace {

struct MccOptions {
  int64_t samples = 0;

  void describe(Fields& f) { f.field("samples", samples, "items drawn; 0: every item once", at_least(0)); }
};

double pearson_of(std::span<const double> a, std::span<const double> b) {
  const auto n = static_cast<double>(a.size());
  double mean_a = 0, mean_b = 0, aa = 0, bb = 0, ab = 0;
  for (size_t i = 0; i < a.size(); ++i) mean_a += a[i] / n, mean_b += b[i] / n;
  for (size_t i = 0; i < a.size(); ++i) {
    const double x = a[i] - mean_a, y = b[i] - mean_b;
    aa += x * x, bb += y * y, ab += x * y;
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

struct Matched {
  std::vector<double> matrix, latent;  // [latents, factors], [factors]
  double mean = 0;
};

// The best one-to-one matching of absolute values.
Matched match(std::vector<double> matrix, const CodeTable& table, const std::vector<int64_t>& factors) {
  const auto used = static_cast<int64_t>(factors.size());
  std::vector<double> weight;
  for (const auto k : factors)
    for (int64_t j = 0; j < table.d; ++j) weight.push_back(std::abs(matrix[j * table.k + k]));
  const auto latent = greatest_weight_assignment(weight, used, table.d);
  Matched out{std::move(matrix), std::vector<double>(table.k, -1)};
  for (int64_t f = 0; f < used; ++f) {
    out.latent[factors[f]] = static_cast<double>(latent[f]);
    if (latent[f] >= 0) out.mean += weight[f * table.d + latent[f]] / static_cast<double>(used);
  }
  return out;
}

class Mcc : public Metric {
 public:
  using Options = MccOptions;
  Mcc(const Options& options, const Setup&) : o_(options) {}

  Expected expected() const override {
    return {.perfect = 0.999, .noise = 0.05, .unchanged = {.order = true, .sign = true, .scale = true, .shift = true}};
  }
  Needs needs() const override { return {}; }

  Score compute(Evidence& evidence, uint64_t seed) const override {
    if (varying_factors(evidence.table()).empty())
      throw Error("mcc needs a factor that varies, and these codes have none");
    auto estimates = estimate(evidence, o_.samples, Stream(seed, "mcc"), {"mcc_pearson", "mcc_spearman"},
                              [](const CodeTable& table) { return means(table, nullptr); });
    Score score;
    score.outputs = std::move(estimates.outputs);
    score.samples = estimates.table.n;
    means(estimates.table, &score.detail);
    return score;
  }

 private:
  static std::vector<double> means(const CodeTable& table, std::map<std::string, std::vector<double>>* detail) {
    const auto factors = varying_factors(table);
    std::vector<double> pearson(table.d * table.k), spearman(table.d * table.k);
    std::vector<Column> of_factors(factors.size());
#pragma omp parallel for schedule(dynamic)
    for (size_t f = 0; f < factors.size(); ++f) of_factors[f] = known_column(table, factors[f]);
#pragma omp parallel for schedule(dynamic)
    for (int64_t j = 0; j < table.d; ++j) correlate(table, j, factors, of_factors, pearson, spearman);
    const auto linear = match(std::move(pearson), table, factors), ranked = match(std::move(spearman), table, factors);
    if (detail) {
      (*detail)["pearson"] = linear.matrix;
      (*detail)["spearman"] = ranked.matrix;
      (*detail)["pearson_latent"] = linear.latent;
      (*detail)["spearman_latent"] = ranked.latent;
      (*detail)["factors_used"].assign(factors.begin(), factors.end());
    }
    return {linear.mean, ranked.mean};
  }

  // A factor where it is known: the items, its values and their ranks.
  struct Column {
    std::vector<int64_t> rows;
    std::vector<double> values, ranks;
  };
  static Column known_column(const CodeTable& table, int64_t k) {
    Column out;
    for (int64_t i = 0; i < table.n; ++i) {
      const double value = table.y[i * table.k + k];
      if (std::isnan(value)) continue;
      out.rows.push_back(i);
      out.values.push_back(value);
    }
    out.ranks = average_ranks(out.values);
    return out;
  }

  // One latent with all factors; its ranks are made once for those that are known for all items.
  static void correlate(const CodeTable& table, int64_t j, const std::vector<int64_t>& factors,
                        const std::vector<Column>& of_factors, std::vector<double>& pearson,
                        std::vector<double>& spearman) {
    const auto z = column(table.z, table.n, table.d, j);
    const auto ranks = average_ranks(z);
    for (size_t f = 0; f < factors.size(); ++f) {
      const Column& y = of_factors[f];
      const int64_t at = j * table.k + factors[f];
      if (static_cast<int64_t>(y.rows.size()) == table.n) {
        pearson[at] = pearson_of(z, y.values);
        spearman[at] = pearson_of(ranks, y.ranks);
      } else {
        const auto known = take_rows(z, 1, y.rows);
        pearson[at] = pearson_of(known, y.values);
        spearman[at] = pearson_of(average_ranks(known), y.ranks);
      }
    }
  }

  Options o_;
};

TEASEL_REGISTER(Metric, Mcc, "MCC: correlations of factors with latents matched one to one, Pearson's and Spearman's");

}  // namespace
}  // namespace teasel
