#include "teasel/stats/lasso.hpp"

#include <algorithm>
#include <cmath>

namespace teasel {
namespace {

constexpr int64_t most_rounds = 100000;  // a bound for columns that are nearly multiples of each other
constexpr double settled = 1e-9;

// Columns [d, n] less their means.
struct Centred {
  std::vector<double> columns, means;
};

Centred centre(std::span<const double> table, int64_t n, int64_t d) {
  Centred out{std::vector<double>(d * n), std::vector<double>(d)};
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < d; ++j) {
      out.columns[j * n + i] = table[i * d + j];
      out.means[j] += table[i * d + j];
    }
  for (int64_t j = 0; j < d; ++j) {
    out.means[j] /= static_cast<double>(n);
    for (int64_t i = 0; i < n; ++i) out.columns[j * n + i] -= out.means[j];
  }
  return out;
}

double mean_product(const double* a, const double* b, int64_t n) {
  double sum = 0;
  for (int64_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum / static_cast<double>(n);
}

// Coordinate descent on gram [d, d] and the products of the columns with one target; `scale`: its standard deviation.
std::vector<double> descend(std::span<const double> gram, std::span<const double> with_target, double scale,
                            double alpha) {
  const auto d = static_cast<int64_t>(with_target.size());
  std::vector<double> w(d), rest(with_target.begin(), with_target.end());  // rest: products with the residual
  for (int64_t round = 0; round < most_rounds; ++round) {
    double greatest = 0;
    for (int64_t j = 0; j < d; ++j) {
      const double own = gram[j * d + j];
      if (own <= 0) continue;
      const double free = rest[j] + own * w[j];
      const double next = std::copysign(std::max(std::abs(free) - alpha, 0.0), free) / own, step = next - w[j];
      if (step == 0) continue;
      for (int64_t i = 0; i < d; ++i) rest[i] -= gram[j * d + i] * step;
      w[j] = next;
      greatest = std::max(greatest, std::abs(step) * std::sqrt(own));
    }
    if (greatest <= settled * scale) break;
  }
  return w;
}

}  // namespace

Lasso fit_lasso(std::span<const double> x, int64_t n, int64_t d, std::span<const double> y, int64_t targets,
                double alpha) {
  const Centred inputs = centre(x, n, d), outputs = centre(y, n, targets);
  const auto input = [&](int64_t j) { return inputs.columns.data() + j * n; };
  std::vector<double> gram(d * d), products(d);
  for (int64_t i = 0; i < d; ++i)
    for (int64_t j = 0; j <= i; ++j) gram[i * d + j] = gram[j * d + i] = mean_product(input(i), input(j), n);
  Lasso out{std::vector<double>(d * targets), outputs.means};
  for (int64_t t = 0; t < targets; ++t) {
    const double* target = outputs.columns.data() + t * n;
    for (int64_t j = 0; j < d; ++j) products[j] = mean_product(input(j), target, n);
    const auto w = descend(gram, products, std::sqrt(mean_product(target, target, n)), alpha);
    for (int64_t j = 0; j < d; ++j) {
      out.coefficients[j * targets + t] = w[j];
      out.intercepts[t] -= w[j] * inputs.means[j];
    }
  }
  return out;
}

}  // namespace teasel
