#include "teasel/stats/elbo.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "teasel/stats/columns.hpp"

namespace teasel {
namespace {

// The mean of term(sample) with its standard error.
template <class Term>
Estimate mean_of(int64_t samples, const Term& term) {
  double sum = 0, squares = 0;
  for (int64_t s = 0; s < samples; ++s) sum += term(s);
  const double mean = sum / static_cast<double>(samples);
  for (int64_t s = 0; s < samples; ++s) squares += (term(s) - mean) * (term(s) - mean);
  if (samples < 2) return {mean, std::numeric_limits<double>::infinity()};
  return {mean, std::sqrt(squares / static_cast<double>(samples - 1) / static_cast<double>(samples))};
}

// Sums of a row of [S, D] tables up to a column.
class Rows {
 public:
  explicit Rows(const PosteriorDensities& densities) : densities_(densities), d_(densities.d) {}
  double sum(const std::vector<double>& table, int64_t s, int64_t columns) const {
    double out = 0;
    for (int64_t i = 0; i < columns; ++i) out += table[s * d_ + i];
    return out;
  }
  double given(int64_t s, int64_t columns) const { return sum(densities_.given, s, columns); }
  double marginal(int64_t s, int64_t columns) const { return sum(densities_.marginal, s, columns); }
  double prior(int64_t s, int64_t columns) const { return sum(densities_.prior, s, columns); }
  double joint(int64_t s, int64_t columns) const { return columns == 0 ? 0 : densities_.prefix[s * d_ + columns - 1]; }

 private:
  const PosteriorDensities& densities_;
  int64_t d_;
};

double closed_kl(double mean, double deviation) {
  return (mean * mean + deviation * deviation - 1) / 2 - std::log(deviation);
}

// The variance of ln q(z|x) - ln p(z) - KL(q(z|x) || p(z)) over z ~ q(z|x), as a mean over items. With z = m + s e and
// e standard normal that is the sum over latents of m s e + (s^2 - 1) (e^2 - 1) / 2.
double residual_variance(const PosteriorTable& table) {
  double sum = 0;
  for (int64_t i = 0; i < table.n * table.d; ++i) {
    const double mean = table.mean[i], square = static_cast<double>(table.deviation[i]) * table.deviation[i];
    sum += mean * mean * square + (square - 1) * (square - 1) / 2;
  }
  return sum / static_cast<double>(table.n);
}

std::vector<double> covariance_of_means(const PosteriorTable& table, const std::vector<double>& mean) {
  const int64_t d = table.d;
  std::vector<double> out(d * d), off(d);
  for (int64_t n = 0; n < table.n; ++n) {
    for (int64_t j = 0; j < d; ++j) off[j] = table.mean[n * d + j] - mean[j];
    for (int64_t j = 0; j < d; ++j)
      for (int64_t k = 0; k <= j; ++k) out[j * d + k] += off[j] * off[k];
  }
  for (int64_t j = 0; j < d; ++j)
    for (int64_t k = 0; k <= j; ++k) out[k * d + j] = out[j * d + k] = out[j * d + k] / static_cast<double>(table.n);
  return out;
}

void add_gaussian(const PosteriorTable& table, ElboDecomposition& out) {
  auto covariance = covariance_of_means(table, column_moments(table.mean, table.n, table.d).mean);
  out.gaussian_total_correlation_of_means = gaussian_total_correlation(covariance, table.d);
  for (int64_t j = 0; j < table.d; ++j) {
    double sum = 0;
    for (int64_t n = 0; n < table.n; ++n) {
      const double deviation = table.deviation[n * table.d + j];
      sum += deviation * deviation;
    }
    covariance[j * table.d + j] += sum / static_cast<double>(table.n);
  }
  out.gaussian_total_correlation_of_samples = gaussian_total_correlation(covariance, table.d);
}

void add_latents(const PosteriorTable& table, const PosteriorDensities& densities, ElboDecomposition& out) {
  const int64_t d = table.d;
  out.latent_kl = mean_kl(table);
  for (const double kl : out.latent_kl) out.kl += kl;
  out.latent_mutual_information.resize(d);
  out.latent_marginal_kl.resize(d);
  for (int64_t i = 0; i < d; ++i) {
    const int64_t j = densities.order[i];
    const auto at = [&](const std::vector<double>& list) {
      return [&list, d, i](int64_t s) { return list[s * d + i]; };
    };
    const auto given = at(densities.given), marginal = at(densities.marginal), prior = at(densities.prior);
    out.latent_mutual_information[j] = mean_of(densities.samples, [&](int64_t s) { return given(s) - marginal(s); });
    out.latent_marginal_kl[j] = mean_of(densities.samples, [&](int64_t s) { return marginal(s) - prior(s); });
  }
}

}  // namespace

std::vector<double> mean_kl(const PosteriorTable& table) {
  std::vector<double> out(table.d);
  for (int64_t n = 0; n < table.n; ++n)
    for (int64_t j = 0; j < table.d; ++j)
      out[j] += closed_kl(table.mean[n * table.d + j], table.deviation[n * table.d + j]);
  for (auto& kl : out) kl /= static_cast<double>(table.n);
  return out;
}

ElboDecomposition decompose_elbo(const PosteriorTable& table, const PosteriorSamples& samples,
                                 const PosteriorDensities& densities) {
  const int64_t d = table.d, count = densities.samples;
  const Rows rows(densities);
  ElboDecomposition out;
  add_latents(table, densities, out);
  add_gaussian(table, out);
  out.mutual_information = mean_of(count, [&](int64_t s) { return rows.given(s, d) - rows.joint(s, d); });
  out.total_correlation = mean_of(count, [&](int64_t s) { return rows.joint(s, d) - rows.marginal(s, d); });
  out.dimension_wise_kl = mean_of(count, [&](int64_t s) { return rows.marginal(s, d) - rows.prior(s, d); });
  const auto kl_of_item = [&](int64_t s) {
    double kl = 0;
    for (int64_t j = 0; j < d; ++j)
      kl += closed_kl(table.mean[samples.item[s] * d + j], table.deviation[samples.item[s] * d + j]);
    return kl;
  };
  const auto total = [&](int64_t s) {
    const double information = rows.given(s, d) - rows.joint(s, d),
                 correlation = rows.joint(s, d) - rows.marginal(s, d),
                 marginal = rows.marginal(s, d) - rows.prior(s, d);
    return information + correlation + marginal;
  };
  out.gap = mean_of(count, [&](int64_t s) { return total(s) - out.kl; });
  out.residual = {mean_of(count, [&](int64_t s) { return total(s) - kl_of_item(s); }).value,
                  std::sqrt(residual_variance(table) / static_cast<double>(count))};
  out.tolerance = 6 * out.residual.standard_error + 1e-4 * (1 + out.kl);
  out.bound = std::log(static_cast<double>(table.n));
  return out;
}

bool holds(const ElboDecomposition& decomposition, const PosteriorDensities& densities) {
  const Rows rows(densities);
  constexpr double rounding = 1e-3;
  for (int64_t s = 0; s < densities.samples; ++s)
    for (int64_t i = 0; i < densities.d; ++i) {
      const double of_latent = densities.given[s * densities.d + i] - densities.marginal[s * densities.d + i];
      const double of_prefix = rows.given(s, i + 1) - rows.joint(s, i + 1);
      if (!(std::max(of_latent, of_prefix) <= decomposition.bound + rounding)) return false;
    }
  return std::abs(decomposition.residual.value) <= decomposition.tolerance;
}

Telescope telescope(const PosteriorDensities& densities) {
  const Rows rows(densities);
  Telescope out{densities.order, {}, {}, {}, {}};
  const auto estimate = [&](const auto& term) { return mean_of(densities.samples, term); };
  for (int64_t i = 0; i < densities.d; ++i) {
    const auto at = [&, i](const std::vector<double>& table, int64_t s) { return table[s * densities.d + i]; };
    out.latent_information.push_back(
        estimate([&](int64_t s) { return at(densities.given, s) - at(densities.marginal, s); }));
    out.shared.push_back(
        estimate([&](int64_t s) { return rows.joint(s, i + 1) - rows.joint(s, i) - at(densities.marginal, s); }));
    out.total_correlation.push_back(
        estimate([&](int64_t s) { return rows.joint(s, i + 1) - rows.marginal(s, i + 1); }));
    out.information.push_back(estimate([&](int64_t s) { return rows.given(s, i + 1) - rows.joint(s, i + 1); }));
  }
  return out;
}

double gaussian_total_correlation(std::span<const double> covariance, int64_t d, double least_share) {
  std::vector<int64_t> kept;
  for (int64_t j = 0; j < d; ++j)
    if (covariance[j * d + j] > 0) kept.push_back(j);
  // Cholesky of the correlation matrix: ln det is twice the sum of the diagonal's logarithms.
  const auto size = static_cast<int64_t>(kept.size());
  std::vector<double> lower(size * size);
  double total = 0;
  for (int64_t r = 0; r < size; ++r)
    for (int64_t c = 0; c <= r; ++c) {
      const double scale = std::sqrt(covariance[kept[r] * d + kept[r]] * covariance[kept[c] * d + kept[c]]);
      double rest = r == c ? 1 : covariance[kept[r] * d + kept[c]] / scale;
      for (int64_t i = 0; i < c; ++i) rest -= lower[r * size + i] * lower[c * size + i];
      if (r == c) {
        // What rounding leaves of a variable that the earlier ones determine.
        if (least_share > 0) rest = std::max(rest, least_share);
        if (rest < 1e-12) return std::numeric_limits<double>::infinity();
        lower[r * size + r] = std::sqrt(rest);
        total -= std::log(rest) / 2;
      } else {
        lower[r * size + c] = rest / lower[c * size + c];
      }
    }
  return total;
}

}  // namespace teasel
