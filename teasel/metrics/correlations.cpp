#include "teasel/metrics/correlations.hpp"

#include <cmath>
#include <numbers>
#include <utility>

#include "teasel/stats/columns.hpp"
#include "teasel/stats/correlation.hpp"
#include "teasel/stats/pearson.hpp"

namespace teasel {

double factor_angle(const FactorSpec& factor, double value) {
  constexpr double turn = 2 * std::numbers::pi;
  const int64_t classes = factor.classes();
  if (classes == 0) return value;
  const double span = std::abs(factor.values.back() - factor.values.front());
  const bool closed = classes > 2 && (std::abs(span - turn) < 1e-3 || std::abs(span - 360) < 1e-3);
  return turn * value / static_cast<double>(closed ? classes - 1 : classes);
}

namespace {

// A factor as the columns that latents are multiplied with: its deviations, or those of its cosine and sine.
struct FactorColumns {
  int64_t factor = 0;
  std::vector<int64_t> known;  // items; empty: all of them
  std::vector<double> first, second;
  double both = 0;  // the correlation of cosine and sine
};

std::vector<double> deviations_of(std::vector<double> values, bool ranks) {
  if (ranks) values = average_ranks(values);
  return unit_deviations(values);
}

FactorColumns columns_of(const CodeTable& table, int64_t k, bool ranks, bool cyclic) {
  FactorColumns out{.factor = k};
  std::vector<double> values, cosine, sine;
  for (int64_t i = 0; i < table.n; ++i) {
    const double value = table.y[i * table.k + k];
    if (std::isnan(value)) continue;
    out.known.push_back(i);
    values.push_back(value);
  }
  if (static_cast<int64_t>(out.known.size()) == table.n) out.known.clear();
  if (!cyclic || !table.factors[k].cyclic) {
    out.first = deviations_of(std::move(values), ranks);
    return out;
  }
  for (const double value : values) {
    const double angle = factor_angle(table.factors[k], value);
    cosine.push_back(std::cos(angle));
    sine.push_back(std::sin(angle));
  }
  out.first = unit_deviations(cosine);
  out.second = unit_deviations(sine);
  out.both = unit_product(out.first, out.second);
  return out;
}

double correlation_with(const FactorColumns& factor, std::span<const double> latent) {
  const double first = unit_product(latent, factor.first);
  return factor.second.empty() ? first : circular_correlation(first, unit_product(latent, factor.second), factor.both);
}

std::vector<double> taken(const std::vector<double>& values, const std::vector<int64_t>& rows) {
  std::vector<double> out;
  out.reserve(rows.size());
  for (const auto i : rows) out.push_back(values[i]);
  return out;
}

}  // namespace

std::vector<double> correlations(const CodeTable& table, std::span<const int64_t> factors, bool ranks, bool cyclic) {
  std::vector<FactorColumns> columns(factors.size());
#pragma omp parallel for schedule(dynamic)
  for (size_t f = 0; f < factors.size(); ++f) columns[f] = columns_of(table, factors[f], ranks, cyclic);
  std::vector<double> out(table.d * table.k);
#pragma omp parallel for schedule(dynamic)
  for (int64_t j = 0; j < table.d; ++j) {
    const auto codes = column(table.z, table.n, table.d, j);
    const auto all = deviations_of(codes, ranks);
    for (auto& factor : columns)
      out[j * table.k + factor.factor] =
          correlation_with(factor, factor.known.empty() ? all : deviations_of(taken(codes, factor.known), ranks));
  }
  return out;
}

}  // namespace teasel
