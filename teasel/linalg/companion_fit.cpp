#include "teasel/linalg/companion_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "teasel/linalg/hessenberg.hpp"

namespace teasel::linalg {
namespace {

double dot(const double* a, const double* b, int64_t n) {
  double sum = 0;
  for (int64_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

void subtract(double* a, double factor, const double* b, int64_t n) {
  for (int64_t i = 0; i < n; ++i) a[i] -= factor * b[i];
}

// Row k of X against the rows of Q before it, twice: once leaves errors of the size of the condition (Giraud et al.
// 2005, "The loss of orthogonality in the Gram-Schmidt orthogonalization process").
void orthogonalise(double* row, const double* q, double* r, int64_t k, int64_t m, int64_t width) {
  for (int pass = 0; pass < 2; ++pass)
    for (int64_t i = 0; i < k; ++i) {
      const double part = dot(q + i * width, row, width);
      r[i * m + k] += part;
      subtract(row, part, q + i * width, width);
    }
}

// R x = b, in place.
void solve_upper(const double* r, double* b, int64_t m) {
  for (int64_t i = m - 1; i >= 0; --i) {
    for (int64_t j = i + 1; j < m; ++j) b[i] -= r[i * m + j] * b[j];
    b[i] /= r[i * m + i];
  }
}

// R' x = b, in place.
void solve_lower(const double* r, double* b, int64_t m) {
  for (int64_t i = 0; i < m; ++i) {
    for (int64_t j = 0; j < i; ++j) b[i] -= r[j * m + i] * b[j];
    b[i] /= r[i * m + i];
  }
}

double frobenius_condition(const double* r, int64_t m) {
  double norm = 0, inverse = 0;
  std::vector<double> column(static_cast<size_t>(m));
  for (int64_t k = 0; k < m; ++k) {
    std::ranges::fill(column, 0.0);
    column[static_cast<size_t>(k)] = 1;
    solve_upper(r, column.data(), m);
    inverse += dot(column.data(), column.data(), m);
    norm += dot(r + k * m, r + k * m, m);
  }
  const double out = std::sqrt(norm * inverse);
  return std::isfinite(out) ? out : std::numeric_limits<double>::infinity();
}

}  // namespace

double CompanionFit::fit(const double* z, double* buffer) const {
  const int64_t m = frames;
  double *Q = q(buffer), *R = r(buffer), *c = coefficients(buffer), *rest = residual(buffer);
  std::copy(z, z + m * width, Q);
  std::fill(R, R + m * m, 0.0);
  for (int64_t k = 0; k < m; ++k) {
    double* row = Q + k * width;
    orthogonalise(row, Q, R, k, m, width);
    const double length = std::sqrt(dot(row, row, width));
    R[k * m + k] = length;
    for (int64_t i = 0; i < width; ++i) row[i] /= length;
  }
  std::copy(z + m * width, z + (m + 1) * width, rest);
  std::fill(c, c + m, 0.0);
  for (int pass = 0; pass < 2; ++pass)
    for (int64_t i = 0; i < m; ++i) {
      const double part = dot(Q + i * width, rest, width);
      c[i] += part;
      subtract(rest, part, Q + i * width, width);
    }
  solve_upper(R, c, m);
  return frobenius_condition(R, m);
}

std::complex<double> companion_derivative(const double* c, int64_t m, std::complex<double> x) {
  std::complex<double> out = static_cast<double>(m);
  for (int64_t k = m - 1; k > 0; --k) out = out * x - static_cast<double>(k) * c[k];
  return out;
}

bool CompanionFit::roots(const double* c, std::complex<double>* roots, double* condition) const {
  const int64_t m = frames;
  std::vector<double> matrix(static_cast<size_t>(m * m), 0.0);  // transposed and turned round: upper Hessenberg
  for (int64_t k = 0; k < m; ++k) matrix[static_cast<size_t>(k)] = c[m - 1 - k];
  for (int64_t k = 1; k < m; ++k) matrix[static_cast<size_t>(k * m + k - 1)] = 1;
  balance(matrix.data(), m);
  if (!hessenberg_eigenvalues(matrix.data(), m, roots)) return false;
  for (int64_t j = 0; j < m; ++j) {
    double powers = 0, power = 1;
    for (int64_t k = 0; k < m; ++k, power *= std::norm(roots[j])) powers += power;
    condition[j] = std::sqrt(powers) / std::abs(companion_derivative(c, m, roots[j]));
  }
  return true;
}

// c minimises |A c - b| with A = X', b the last frame: dc = (A'A)^-1 (dA' rest - A' dA c + A' db).
void CompanionFit::backward(const double* buffer, const double* gradient, double* z_gradient) const {
  const int64_t m = frames;
  double* at = const_cast<double*>(buffer);
  const double *Q = q(at), *R = r(at), *c = coefficients(at), *rest = residual(at);
  std::vector<double> solved(gradient, gradient + m), of_last(static_cast<size_t>(width), 0.0);
  solve_lower(R, solved.data(), m);
  for (int64_t i = 0; i < m; ++i) subtract(of_last.data(), -solved[static_cast<size_t>(i)], Q + i * width, width);
  solve_upper(R, solved.data(), m);
  for (int64_t k = 0; k < m; ++k) {
    subtract(z_gradient + k * width, -solved[static_cast<size_t>(k)], rest, width);
    subtract(z_gradient + k * width, c[k], of_last.data(), width);
  }
  subtract(z_gradient + m * width, -1, of_last.data(), width);
}

}  // namespace teasel::linalg
