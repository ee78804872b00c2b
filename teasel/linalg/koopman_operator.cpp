#include "teasel/linalg/koopman_operator.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

#include "teasel/linalg/batches.hpp"

namespace teasel::linalg {
namespace {

using at::Tensor;

Tensor before(const Tensor& z) { return z.narrow(1, 0, z.size(1) - 1); }
Tensor after(const Tensor& z) { return z.narrow(1, 1, z.size(1) - 1); }

Tensor solve_triangular(const Tensor& r, const Tensor& b, bool upper) {
  return at::linalg_solve_triangular(r, b, upper, /*left=*/true, /*unitriangular=*/false);
}

// X^+ Y by X = Q R or X' = Q R, for X of full rank: an orthogonal factorisation errs by the condition, not its square.
Tensor by_factorisation(const Tensor& x, const Tensor& y) {
  if (x.size(-2) < x.size(-1)) {
    const auto [q, r] = at::linalg_qr(x.mT());
    return q.matmul(solve_triangular(r.mT(), y, false));
  }
  const auto [q, r] = at::linalg_qr(x);
  return solve_triangular(r, q.mT().matmul(y), true);
}

bool full_rank(const Tensor& x, double tolerance) {
  const at::NoGradGuard no_gradient;
  const Tensor singular = at::linalg_svdvals(x);
  return (singular.select(-1, singular.size(-1) - 1) > tolerance * singular.select(-1, 0)).all().item<bool>();
}

Tensor minimum_norm(const Tensor& x, const Tensor& y, double tolerance) {
  if (full_rank(x, tolerance)) return by_factorisation(x, y);
  return at::linalg_pinv(x, std::nullopt, at::full({}, tolerance, x.options())).matmul(y);
}

// (X'X + a I)^-1 X' Y, by the factorisation of X with sqrt(a) I below it: no Gram matrix, whose condition is the
// square.
Tensor with_ridge(const Tensor& x, const Tensor& y, double ridge) {
  const int64_t m = x.size(-2), k = x.size(-1);
  const Tensor scale = (ridge * x.square().sum({-2, -1}, true) / static_cast<double>(std::min(m, k))).sqrt();
  const auto [q, r] = at::linalg_qr(at::cat({x, scale * at::eye(k, x.options())}, -2));
  return solve_triangular(r, q.narrow(-2, 0, m).mT().matmul(y), true);  // below Y there are zeros
}

// Through the rank greatest singular values: C = V_r S_r^-1 U_r' Y.
Tensor truncated(const Tensor& x, const Tensor& y, int64_t rank) {
  const auto [u, s, v] = at::linalg_svd(x, /*full_matrices=*/false);
  const int64_t r = std::min(rank, s.size(-1));
  const Tensor scaled = v.narrow(-2, 0, r).mT() / s.narrow(-1, 0, r).unsqueeze(-2);
  return scaled.matmul(u.narrow(-1, 0, r).mT().matmul(y));
}

Tensor solved(const Tensor& x, const Tensor& y, const FitOptions& options) {
  switch (options.fit) {
    case Fit::minimum_norm:
      return minimum_norm(x, y, options.tolerance);
    case Fit::ridge:
      return with_ridge(x, y, options.ridge);
    case Fit::truncated:
      return truncated(x, y, options.rank);
  }
  throw std::invalid_argument("linalg: no such fit");
}

void check(const Tensor& z) {
  expect_double(z, 3, "a batch of sequences [B, T, K]");
  expect(z.size(1) >= 2, "a Koopman operator needs two frames");
}

}  // namespace

Tensor koopman_operator(const Tensor& z, const FitOptions& options) {
  check(z);
  return solved(before(z), after(z), options);
}

Tensor common_koopman_operator(const Tensor& z, const FitOptions& options) {
  check(z);
  const int64_t width = z.size(2);
  return solved(before(z).reshape({-1, width}), after(z).reshape({-1, width}), options);
}

Tensor predict(const Tensor& z, const Tensor& koopman) {
  return at::cat({z.narrow(1, 0, 1), before(z).matmul(koopman)}, 1);
}

Tensor fit_condition(const Tensor& z) {
  check(z);
  const Tensor singular = at::linalg_svdvals(before(z));
  return singular.select(-1, 0) / singular.select(-1, singular.size(-1) - 1);
}

}  // namespace teasel::linalg
