#include "teasel/stats/pearson.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace teasel {
namespace {

constexpr double least_variance = 1e-12;

}  // namespace

std::vector<double> unit_deviations(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  double sum = 0, squares = 0;
  for (const double value : values) sum += value;
  const double mean = sum / n;
  std::vector<double> out(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    out[i] = values[i] - mean;
    squares += out[i] * out[i];
  }
  const double scale = squares > least_variance * n ? 1 / std::sqrt(squares) : 0;
  for (auto& value : out) value *= scale;
  return out;
}

double unit_product(std::span<const double> a, std::span<const double> b) {
  std::array<double, 4> sums{};  // so that additions need not wait for one another
  size_t i = 0;
  for (; i + 4 <= a.size(); i += 4)
    for (size_t lane = 0; lane < 4; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  for (; i < a.size(); ++i) sums[0] += a[i] * b[i];
  return std::clamp((sums[0] + sums[1]) + (sums[2] + sums[3]), -1.0, 1.0);
}

double pearson(std::span<const double> x, std::span<const double> y) {
  return unit_product(unit_deviations(x), unit_deviations(y));
}

double circular_correlation(std::span<const double> x, std::span<const double> angle) {
  std::vector<double> cosine, sine;
  for (const double a : angle) cosine.push_back(std::cos(a)), sine.push_back(std::sin(a));
  const auto of_x = unit_deviations(x), c = unit_deviations(cosine), s = unit_deviations(sine);
  return circular_correlation(unit_product(of_x, c), unit_product(of_x, s), unit_product(c, s));
}

double circular_correlation(double xc, double xs, double cs) {
  // Angles that lie on one line through the circle's centre: one of the two says everything.
  if (1 - cs * cs < least_variance) return std::max(std::abs(xc), std::abs(xs));
  return std::sqrt(std::clamp((xc * xc + xs * xs - 2 * xc * xs * cs) / (1 - cs * cs), 0.0, 1.0));
}

}  // namespace teasel
