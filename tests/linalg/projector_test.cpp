// Projectors, modes and operators: what defines them, LAPACK's pseudo-inverse, and finite differences.
#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "teasel/linalg/eigenvalues.hpp"
#include "teasel/linalg/koopman_operator.hpp"
#include "teasel/linalg/spectral_projector.hpp"
#include "tests/linalg/samples.hpp"

namespace teasel::linalg {
namespace {

using at::Tensor;
using namespace testing;

double largest(const Tensor& t) { return t.abs().max().item<double>(); }

// The s eigenvalues nearest to one, with the partners of complex ones: bool [B, n].
Tensor nearest_to_one(const Tensor& c, int64_t s) {
  const Spectrum all = eigenvalues(c);
  const Tensor distance = ((all.real - 1).square() + all.imaginary.square()).detach();
  const Tensor limit = std::get<0>(distance.sort(1)).narrow(1, s - 1, 1);
  return distance <= limit * (1 + 1e-9);
}

TEST(SpectralProjector, IsAProjectorThatCommutes) {
  for (const int64_t n : {2, 5, 15, 28})
    for (const int64_t s : {1, 2}) {
      const Tensor c = normal({3, n, n}, static_cast<uint64_t>(10 * n + s)) / std::sqrt(static_cast<double>(n));
      const Tensor chosen = nearest_to_one(c, s), p = spectral_projector(c, chosen);
      const Tensor others = spectral_projector(c, chosen.logical_not());
      EXPECT_LT(largest(p.matmul(p) - p), 1e-10 * (1 + largest(p))) << n;
      EXPECT_LT(largest(p.matmul(c) - c.matmul(p)), 1e-10 * (1 + largest(p))) << n;
      EXPECT_LT(largest(p + others - at::eye(n, doubles())), 1e-9 * (1 + largest(p))) << n;
      EXPECT_LT(largest(p.diagonal(0, 1, 2).sum(1) - chosen.sum(1)), 1e-9 * (1 + largest(p))) << n;  // its rank
    }
}

TEST(SpectralProjector, GradientEqualsFiniteDifferences) {
  for (const int64_t n : {3, 6})
    for (const int64_t s : {1, 2}) {
      const Tensor c = normal({2, n, n}, static_cast<uint64_t>(n + s)) / std::sqrt(static_cast<double>(n));
      const Tensor weights = normal({2, n, n}, 77);
      const Tensor chosen = nearest_to_one(c, s);
      const auto loss = [&](const Tensor& at) {
        const Tensor p = spectral_projector(at, nearest_to_one(at, s));
        return (weights * p).sum() + p.square().sum();
      };
      EXPECT_LT(relative(gradient(loss, c), differences(loss, c)), 1e-6) << n << " " << s;
    }
}

TEST(SpectralProjector, TheOtherModesMayBeDefective) {
  // One eigenvalue near one, and a Jordan block of five at .3: no basis of eigenvectors.
  Tensor j = 0.3 * at::eye(6, doubles()) + at::ones({6, 6}, doubles()).triu(1).tril(1);
  j[0][0] = 0.98, j[0][1] = 0;
  const Tensor c = similar(j, 3, 12).unsqueeze(0), chosen = nearest_to_one(c, 1);
  EXPECT_EQ(chosen.sum().item<int64_t>(), 1);
  const Tensor p = spectral_projector(c, chosen);
  EXPECT_LT(largest(p.matmul(p) - p), 1e-12);
  EXPECT_LT(largest(p.matmul(c) - c.matmul(p)), 1e-12);
  const auto loss = [&](const Tensor& at) { return spectral_projector(at, nearest_mode(at, 1, 200)).square().sum(); };
  EXPECT_LT(relative(gradient(loss, c), differences(loss, c)), 1e-6);
}

TEST(SpectralProjector, AConjugatePairIsTakenWhole) {
  const Tensor turn = at::tensor({0.6, -0.8, 0.0, 0.8, 0.6, 0.0, 0.0, 0.0, 0.1}, doubles()).view({1, 3, 3});
  const Spectrum all = eigenvalues(turn);
  const Tensor pair = all.imaginary != 0;
  const Tensor p = spectral_projector(turn, pair);
  EXPECT_LT(largest(p[0] - at::tensor({1.0, 1.0, 0.0}, doubles()).diag()), 1e-14);
  EXPECT_THROW(spectral_projector(turn, all.imaginary > 0), std::invalid_argument);
}

TEST(SpectralProjector, TheGapSeparatesChosenFromOthers) {
  const Tensor real = at::tensor({1.0, 0.5, 0.2}, doubles()).unsqueeze(0), imaginary = at::zeros({1, 3}, doubles());
  EXPECT_DOUBLE_EQ(spectral_gap(real, imaginary, real > 0.9).item<double>(), 0.5);
  EXPECT_TRUE(std::isinf(spectral_gap(real, imaginary, real > 0).item<double>()));
}

TEST(NearestMode, EqualsTheEigenvectorsOfLapack) {
  for (const int64_t n : {2, 8, 20}) {
    Tensor j = (0.1 + 0.6 * at::arange(n, doubles()) / static_cast<double>(n)).diag();
    j[n - 1][n - 1] = 0.97;
    const Tensor c = similar(j, 4, static_cast<uint64_t>(n)).unsqueeze(0);
    const Mode mode = nearest_mode(c);
    EXPECT_NEAR(mode.eigenvalue.item<double>(), 0.97, 1e-12);
    EXPECT_LT(mode.residual.item<double>(), 1e-12);
    EXPECT_NEAR(mode.right.square().sum().item<double>(), 1, 1e-12);
    EXPECT_NEAR((mode.right * mode.left).sum().item<double>(), 1, 1e-12);
    const Tensor p = mode.right.unsqueeze(2).matmul(mode.left.unsqueeze(1));
    EXPECT_LT(largest(p - spectral_projector(c, nearest_to_one(c, 1))), 1e-10);
    EXPECT_LT(largest(spectral_projector(c, mode) - p), 1e-12);
  }
}

TEST(NearestMode, WorksWithAnEigenvalueAtTheShift) {
  const Tensor c = similar(at::tensor({1.0, 0.5, 0.25}, doubles()).diag(), 3, 5).unsqueeze(0);
  const Mode mode = nearest_mode(c);
  EXPECT_NEAR(mode.eigenvalue.item<double>(), 1, 1e-12);
  EXPECT_LT(mode.residual.item<double>(), 1e-12);
}

TEST(NearestMode, AComplexPairShowsInTheResidual) {
  const Tensor c = at::tensor({0.8, -0.5, 0.0, 0.5, 0.8, 0.0, 0.0, 0.0, -0.9}, doubles()).view({1, 3, 3});
  EXPECT_GT(nearest_mode(c).residual.item<double>(), 0.1);
}

TEST(KoopmanOperator, IsThePseudoInverseTimesWhatFollows) {
  for (const int64_t frames : {2, 8, 20})
    for (const int64_t width : {3, 15}) {
      const Tensor z = normal({4, frames, width}, static_cast<uint64_t>(frames + width));
      const Tensor x = z.narrow(1, 0, frames - 1), y = z.narrow(1, 1, frames - 1);
      const Tensor c = koopman_operator(z);
      EXPECT_LT(largest(c - at::linalg_pinv(x).matmul(y)), 1e-10) << frames << " " << width;
      if (frames - 1 <= width) {
        EXPECT_LT(largest(predict(z, c) - z), 1e-11) << "fits exactly";
      }
    }
}

TEST(KoopmanOperator, RepeatedFramesLowerItsRank) {
  Tensor z = normal({2, 8, 15}, 4);
  z[0][4] = z[0][3];
  const Tensor x = z.narrow(1, 0, 7), y = z.narrow(1, 1, 7), c = koopman_operator(z);
  EXPECT_LT(largest(c - at::linalg_pinv(x, 1e-10).matmul(y)), 1e-10);
  EXPECT_EQ(at::linalg_matrix_rank(c[0], 1e-9).item<int64_t>(), 6);
  const auto loss = [](const Tensor& at) { return koopman_operator(at).square().sum(); };
  EXPECT_TRUE(gradient(loss, z).isfinite().all().item<bool>());
  EXPECT_TRUE(std::isinf(fit_condition(z)[0].item<double>()) || fit_condition(z)[0].item<double>() > 1e14);
}

TEST(KoopmanOperator, RidgeSolvesTheNormalEquations) {
  for (const int64_t frames : {5, 30}) {
    const Tensor z = normal({3, frames, 9}, 14), x = z.narrow(1, 0, frames - 1), y = z.narrow(1, 1, frames - 1);
    const double ridge = 0.05, directions = static_cast<double>(std::min<int64_t>(frames - 1, 9));
    const Tensor a = ridge * x.square().sum({1, 2}, true) / directions;
    const Tensor expected = at::linalg_solve(x.mT().matmul(x) + a * at::eye(9, doubles()), x.mT().matmul(y));
    EXPECT_LT(largest(koopman_operator(z, {.fit = Fit::ridge, .ridge = ridge}) - expected), 1e-12);
  }
}

TEST(KoopmanOperator, TruncatedKeepsTheGreatestSingularValues) {
  const Tensor z = normal({2, 10, 12}, 15), x = z.narrow(1, 0, 9), y = z.narrow(1, 1, 9);
  const auto [u, s, v] = at::linalg_svd(x, false);
  const Tensor cut = u.narrow(2, 0, 3).matmul(at::diag_embed(s.narrow(1, 0, 3))).matmul(v.narrow(1, 0, 3));
  const Tensor expected = at::linalg_pinv(cut, 1e-8).matmul(y);
  EXPECT_LT(largest(koopman_operator(z, {.fit = Fit::truncated, .rank = 3}) - expected), 1e-10);
  EXPECT_LT(largest(koopman_operator(z, {.fit = Fit::truncated, .rank = 99}) - koopman_operator(z)), 1e-10);
}

TEST(KoopmanOperator, GradientsEqualFiniteDifferences) {
  for (const FitOptions& options :
       {FitOptions{}, FitOptions{.fit = Fit::ridge, .ridge = 0.1}, FitOptions{.fit = Fit::truncated, .rank = 2}})
    for (const int64_t frames : {4, 9}) {
      const Tensor z = normal({2, frames, 5}, static_cast<uint64_t>(30 + frames)), weights = normal({2, 5, 5}, 3);
      const auto one = [&](const Tensor& at) { return (weights * koopman_operator(at, options)).sum(); };
      EXPECT_LT(relative(gradient(one, z), differences(one, z)), 1e-6);
      const auto common = [&](const Tensor& at) { return (weights[0] * common_koopman_operator(at, options)).sum(); };
      EXPECT_LT(relative(gradient(common, z), differences(common, z)), 1e-6);
    }
}

TEST(KoopmanOperator, TheCommonOneFitsAllRowsTogether) {
  const Tensor z = normal({6, 5, 4}, 19);
  const Tensor x = z.narrow(1, 0, 4).reshape({24, 4}), y = z.narrow(1, 1, 4).reshape({24, 4});
  EXPECT_LT(largest(common_koopman_operator(z) - at::linalg_pinv(x).matmul(y)), 1e-12);
}

}  // namespace
}  // namespace teasel::linalg
