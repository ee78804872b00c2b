#include "teasel/metrics/information.hpp"

#include <cmath>

#include "teasel/stats/columns.hpp"
#include "teasel/stats/histogram.hpp"

namespace teasel {
namespace {

std::vector<int32_t> bins_of(const std::vector<double>& values, int64_t bins) {
  return bin_labels(values, equal_width_edges(values, bins));
}

FactorClasses known_items(const CodeTable& table, int64_t k) {
  FactorClasses out{.factor = k};
  for (int64_t i = 0; i < table.n; ++i)
    if (!std::isnan(table.y[i * table.k + k])) out.rows.push_back(i);
  out.all = static_cast<int64_t>(out.rows.size()) == table.n;
  return out;
}

FactorClasses classes_of(const CodeTable& table, int64_t k, int64_t factor_bins) {
  FactorClasses out = known_items(table, k);
  std::vector<double> values;
  for (const auto i : out.rows) values.push_back(table.y[i * table.k + k]);
  if (factor_bins > 0) {
    out.classes = factor_bins;
    out.labels = bins_of(values, factor_bins);
  } else {
    out.classes = table.factors[k].classes();
    out.labels.assign(values.begin(), values.end());
  }
  if (out.all) out.rows.clear();
  return out;
}

std::vector<int64_t> counts_of(const std::vector<int32_t>& labels, int64_t classes) {
  std::vector<int64_t> out(classes);
  for (const auto label : labels) ++out[label];
  return out;
}

std::vector<std::vector<int32_t>> all_bins(const CodeTable& table, int64_t bins) {
  std::vector<std::vector<int32_t>> out(table.d);
#pragma omp parallel for
  for (int64_t j = 0; j < table.d; ++j) out[j] = bins_of(column(table.z, table.n, table.d, j), bins);
  return out;
}

// What `value` makes of the contingency table [bins, classes] of every latent and factor: [latents, factors].
template <class F>
std::vector<double> of_tables(const CodeTable& table, const std::vector<FactorClasses>& factors, int64_t bins,
                              const F& value) {
  std::vector<double> out(table.d * table.k);
#pragma omp parallel for
  for (int64_t j = 0; j < table.d; ++j) {
    const auto codes = column(table.z, table.n, table.d, j);
    const auto all = bins_of(codes, bins);
    for (auto& factor : factors) {
      const auto own = factor.all ? std::vector<int32_t>() : binned_codes(codes, factor, bins);
      out[j * table.k + factor.factor] =
          value(contingency(factor.all ? all : own, bins, factor.labels, factor.classes), factor.classes);
    }
  }
  return out;
}

void describe_samples(Fields& f, int64_t& samples) {
  f.field("samples", samples, "items drawn with replacement; 0: every item once", at_least(0));
}

}  // namespace

void InformationOptions::describe(Fields& f) {
  f.field("bins", bins, "equal-width bins of every latent", between(2, 10000));
  f.field("factor_bins", factor_bins,
          "equal-width bins of every factor, which lets continuous ones in; 0: the classes as they are",
          between(0, 10000));
  f.field("estimator", estimator,
          "of entropies: of the shares themselves, with Miller and Madow's correction, with it unless every item of a "
          "full grid is counted (auto), or plug_in and, as a score of its own, auto",
          one_of({"plug_in", "miller_madow", "auto", "both"}));
}

Value InformationOptions::value() const {
  InformationOptions copy = *this;
  return write_options([&](Fields& f) { copy.describe(f); });
}

void SampledInformationOptions::describe(Fields& f) {
  InformationOptions::describe(f);
  describe_samples(f, samples);
}

void NormalisedInformationOptions::describe(Fields& f) {
  InformationOptions::describe(f);
  f.field("normalise", normalise, "whose entropy information is divided by", one_of({"factor", "latent"}));
  describe_samples(f, samples);
}

Value NormalisedInformationOptions::matrix_options() const {
  Value out = value();
  if (normalise == "latent") out.set("normalise", "latent");
  return out;
}

EntropyEstimator InformationOptions::estimator_for(const CodeTable& table) const {
  const bool corrects = estimator == "miller_madow" || (estimator == "auto" && !table.full_grid);
  return corrects ? EntropyEstimator::miller_madow : EntropyEstimator::plug_in;
}

std::vector<FactorClasses> factor_classes(const CodeTable& table, int64_t factor_bins) {
  const auto factors = factor_bins == 0 ? scored_factors(table) : varying_factors(table);
  std::vector<FactorClasses> out;
  for (const auto k : factors) out.push_back(classes_of(table, k, factor_bins));
  return out;
}

std::vector<int32_t> binned_codes(const std::vector<double>& codes, const FactorClasses& factor, int64_t bins) {
  if (factor.all) return bins_of(codes, bins);
  std::vector<double> known;
  known.reserve(factor.rows.size());
  for (const auto i : factor.rows) known.push_back(codes[i]);
  return bins_of(known, bins);
}

ScoreMatrix information_matrix(const CodeTable& table, const InformationOptions& options) {
  ScoreMatrix out{.latents = table.d, .factors = table.k};
  out.entropy.assign(table.k, 0);
  const auto estimator = options.estimator_for(table);
  const auto factors = factor_classes(table, options.factor_bins);
  for (auto& factor : factors) {
    out.used.push_back(factor.factor);
    out.entropy[factor.factor] = entropy(counts_of(factor.labels, factor.classes), estimator);
  }
  out.values = of_tables(table, factors, options.bins, [&](const std::vector<int64_t>& counts, int64_t classes) {
    return mutual_information(counts, options.bins, classes, estimator);
  });
  return out;
}

std::vector<double> joint_entropies(const CodeTable& table, const InformationOptions& options) {
  const auto estimator = options.estimator_for(table);
  return of_tables(table, factor_classes(table, options.factor_bins), options.bins,
                   [&](const std::vector<int64_t>& counts, int64_t) { return entropy(counts, estimator); });
}

std::vector<double> latent_entropies(const CodeTable& table, const InformationOptions& options) {
  std::vector<double> out;
  for (auto& bins : all_bins(table, options.bins))
    out.push_back(entropy(counts_of(bins, options.bins), options.estimator_for(table)));
  return out;
}

std::vector<double> latent_information(const CodeTable& table, const InformationOptions& options) {
  const auto bins = all_bins(table, options.bins);
  const auto estimator = options.estimator_for(table);
  std::vector<double> out(table.d * table.d);
#pragma omp parallel for schedule(dynamic)
  for (int64_t i = 0; i < table.d; ++i)
    for (int64_t j = 0; j <= i; ++j)
      out[i * table.d + j] = out[j * table.d + i] = mutual_information(
          contingency(bins[i], options.bins, bins[j], options.bins), options.bins, options.bins, estimator);
  return out;
}

}  // namespace teasel
