#include "teasel/stats/symmetric.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace teasel {
namespace {

struct Rotation {
  double cosine, sine;
};

// The rotation that zeroes the off-diagonal entry of [[p, off], [off, q]].
Rotation rotation_for(double p, double q, double off) {
  const double theta = (q - p) / (2 * off);
  const double tangent = (theta >= 0 ? 1 : -1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
  const double cosine = 1 / std::sqrt(tangent * tangent + 1);
  return {cosine, tangent * cosine};
}

void rotate(double& x, double& y, Rotation r) {
  const double turned = r.cosine * x - r.sine * y;
  y = r.sine * x + r.cosine * y;
  x = turned;
}

// One pass over all pairs; false where nothing was left to do.
bool sweep(std::vector<double>& m, std::vector<double>& vectors, int64_t n) {
  bool turned = false;
  for (int64_t p = 0; p < n; ++p)
    for (int64_t q = p + 1; q < n; ++q) {
      const double off = m[p * n + q];
      if (std::abs(off) <= 1e-17 * std::sqrt(std::abs(m[p * n + p] * m[q * n + q])) || off == 0) continue;
      const Rotation r = rotation_for(m[p * n + p], m[q * n + q], off);
      for (int64_t i = 0; i < n; ++i) rotate(m[i * n + p], m[i * n + q], r);
      for (int64_t i = 0; i < n; ++i) rotate(m[p * n + i], m[q * n + i], r);
      for (int64_t i = 0; i < n; ++i) rotate(vectors[p * n + i], vectors[q * n + i], r);
      m[p * n + q] = m[q * n + p] = 0;
      turned = true;
    }
  return turned;
}

}  // namespace

std::vector<double> cholesky(std::span<const double> a, int64_t n) {
  std::vector<double> factor(n * n);
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j <= i; ++j) {
      double sum = a[i * n + j];
      for (int64_t m = 0; m < j; ++m) sum -= factor[i * n + m] * factor[j * n + m];
      if (i == j && !(sum > 0)) return {};
      factor[i * n + j] = i == j ? std::sqrt(sum) : sum / factor[j * n + j];
    }
  return factor;
}

void cholesky_solve(std::span<const double> factor, int64_t n, std::span<double> b) {
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j < i; ++j) b[i] -= factor[i * n + j] * b[j];
    b[i] /= factor[i * n + i];
  }
  for (int64_t i = n - 1; i >= 0; --i) {
    for (int64_t j = i + 1; j < n; ++j) b[i] -= factor[j * n + i] * b[j];
    b[i] /= factor[i * n + i];
  }
}

SymmetricEigen symmetric_eigen(std::span<const double> a, int64_t n) {
  std::vector<double> m(a.begin(), a.end()), vectors(n * n);
  for (int64_t i = 0; i < n; ++i) vectors[i * n + i] = 1;
  for (int round = 0; round < 64 && sweep(m, vectors, n); ++round) continue;

  std::vector<int64_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::greater(), [&](int64_t i) { return m[i * n + i]; });
  SymmetricEigen out;
  for (const auto i : order) {
    out.values.push_back(m[i * n + i]);
    const std::span row(&vectors[i * n], n);
    const double greatest = *std::ranges::max_element(row, {}, [](double v) { return std::abs(v); });
    for (const double v : row) out.vectors.push_back(greatest < 0 ? -v : v);
  }
  return out;
}

}  // namespace teasel
