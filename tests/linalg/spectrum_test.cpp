// Eigenvalues against LAPACK's through libtorch, known roots and finite differences.
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <vector>

#include "teasel/linalg/companion.hpp"
#include "teasel/linalg/eigenvalues.hpp"
#include "teasel/linalg/hessenberg.hpp"
#include "tests/linalg/samples.hpp"

namespace teasel::linalg {
namespace {

using at::Tensor;
using namespace testing;

Tensor values_of(const Spectrum& s, int64_t b = 0) { return at::complex(s.real[b], s.imaginary[b]).detach(); }

Tensor francis(const Tensor& matrix) {
  Tensor h = matrix.contiguous().clone();
  const int64_t n = h.size(0);
  std::vector<std::complex<double>> out(static_cast<size_t>(n));
  balance(h.data_ptr<double>(), n);
  EXPECT_TRUE(hessenberg_eigenvalues(h.data_ptr<double>(), n, out.data()));
  return at::from_blob(out.data(), {n}, doubles().dtype(at::kComplexDouble)).clone();
}

TEST(Hessenberg, EqualsLapackOnRandomMatrices) {
  for (int64_t n = 1; n <= 40; ++n) {
    const Tensor h = normal({n, n}, 100 + static_cast<uint64_t>(n)).triu(-1);
    EXPECT_LT(distance(francis(h), at::linalg_eigvals(h)), 1e-11 * static_cast<double>(n)) << n;
  }
}

TEST(Hessenberg, PairsAreExactlyConjugate) {
  for (int64_t n = 2; n <= 30; ++n) {
    const Tensor values = francis(normal({n, n}, 900 + static_cast<uint64_t>(n)).triu(-1));
    const auto* v = reinterpret_cast<const std::complex<double>*>(values.const_data_ptr());
    for (int64_t i = 0; i < n; ++i) {
      if (v[i].imag() == 0) continue;
      EXPECT_GT(v[i].imag(), 0) << n;
      ASSERT_LT(i + 1, n);
      EXPECT_EQ(v[i + 1], std::conj(v[i])) << n;
      ++i;
    }
  }
}

TEST(Hessenberg, MatricesThatAreHard) {
  EXPECT_EQ(francis(at::zeros({5, 5}, doubles())).abs().max().item<double>(), 0);
  // A cyclic shift: sixth roots of one, on which unshifted steps would stand still.
  Tensor shift = at::zeros({6, 6}, doubles());
  for (int64_t i = 0; i < 6; ++i) shift.index_put_({at::tensor((i + 1) % 6), at::tensor(i)}, at::ones({}, doubles()));
  EXPECT_NEAR(francis(shift).abs().sub(1).abs().max().item<double>(), 0, 1e-14);
  // A Jordan block: defective, and exact as it stands.
  const Tensor jordan = (0.5 * at::eye(4, doubles()) + at::ones({4, 4}, doubles()).triu(1).tril(1)).mT().contiguous();
  EXPECT_LT(francis(jordan).sub(0.5).abs().max().item<double>(), 1e-3);  // epsilon^(1/4)
  // Entries of very different sizes.
  const Tensor uneven = at::tensor({1.0, 1e8, 0.0, 1e-8, 2.0, 1e8, 0.0, 1e-8, 3.0}, doubles()).view({3, 3});
  const Tensor even = at::tensor({1.0, 1.0, 0.0, 1.0, 2.0, 1.0, 0.0, 1.0, 3.0}, doubles()).view({3, 3});
  EXPECT_LT(distance(francis(uneven), at::linalg_eigvals(even)), 1e-14);
}

TEST(Hessenberg, SaysWhereItDoesNotConverge) {
  std::vector<double> h{1, std::numeric_limits<double>::quiet_NaN(), 2, 3};
  std::vector<std::complex<double>> out(2);
  EXPECT_FALSE(hessenberg_eigenvalues(h.data(), 2, out.data()));
}

TEST(Companion, FindsTheMultipliersOfASequenceThatHasThem) {
  // z_t = sum_j lambda_j^t a_j.
  const std::vector<double> multipliers{1.0, 0.9, 0.5, -0.3};
  const Tensor a = normal({4, 9}, 3);
  Tensor z = at::zeros({1, 5, 9}, doubles());
  for (int64_t t = 0; t < 5; ++t)
    for (int64_t j = 0; j < 4; ++j)
      z[0][t] += std::pow(multipliers[static_cast<size_t>(j)], static_cast<double>(t)) * a[j];
  const auto found = companion_spectrum(z);
  EXPECT_LT(distance(values_of(found.spectrum), at::tensor(multipliers, doubles()).to(at::kComplexDouble)), 1e-10);
}

TEST(Companion, FindsTheSpectrumThatASequenceHas) {
  for (const int64_t frames : {2, 3, 4, 6, 8, 10, 16, 24, 32})
    for (const int64_t width : {6, 8, 15, 28, 40})
      for (const double condition : {1e0, 1e2, 1e4, 1e6, 1e8}) {
        if (frames - 1 > width) continue;
        const auto made = sequences(1, frames, width, condition, static_cast<uint64_t>(frames * 100 + width));
        const auto found = companion_spectrum(made.z).spectrum;
        // Coefficients err by the condition of the fit; a root by that times its own.
        const double size = 1 + made.coefficients.square().sum().sqrt().item<double>();
        const double allowed = 1e-14 * condition * size * found.condition.max().item<double>();
        EXPECT_LT(distance(values_of(found), made.spectrum[0]), allowed)
            << frames << " frames of " << width << ", condition " << condition;
      }
}

TEST(Companion, StatesTheConditionOfItsFit) {
  for (const double condition : {1e1, 1e4, 1e8}) {
    const double found = companion_spectrum(sequences(1, 8, 15, condition, 7).z).fit_condition.item<double>();
    EXPECT_GE(found, 0.99 * condition);
    EXPECT_LE(found, 7.1 * condition);
  }
  Tensor stalled = sequences(1, 8, 15, 10, 7).z;
  stalled[0][3] = stalled[0][2];
  EXPECT_GT(companion_spectrum(stalled).fit_condition.item<double>(), 1e14);
}

// The eigenvalue nearest to one and the real parts of the others above .5, as the Koopman models' loss has them.
Tensor spectral_loss(const Tensor& real, const Tensor& imaginary) {
  const Tensor squared = (real - 1).square() + imaginary.square();
  const Tensor order = squared.detach().argsort(/*stable=*/true, 1, false);
  const Tensor nearest = squared.gather(1, order.narrow(1, 0, 1));
  const Tensor others = real.gather(1, order.narrow(1, 1, order.size(1) - 1));
  return nearest.sum() + (others * (others > 0.5)).sum() + 0.1 * imaginary.square().sum();
}

TEST(Companion, GradientEqualsFiniteDifferences) {
  for (const int64_t frames : {2, 3, 8})
    for (const int64_t width : {7, 15}) {
      const Tensor z = sequences(2, frames, width, 4, static_cast<uint64_t>(frames + width)).z;
      // Sums of the roots' powers: smooth even where roots meet.
      const auto loss = [](const Tensor& at) {
        const auto s = companion_spectrum(at).spectrum;
        const Tensor roots = at::complex(s.real, s.imaginary);
        return at::real(roots.pow(3) + roots.pow(4)).sum();
      };
      EXPECT_LT(relative(gradient(loss, z), differences(loss, z)), 1e-7) << frames << " frames of " << width;
    }
}

// At higher conditions it is the dense way that loses the digits: its matrix errs by the condition, and once more its
// eigenvalues, which FindsTheSpectrumThatASequenceHas tells apart up to 1e8.
TEST(Companion, LossAndGradientEqualThoseOfTheDenseWay) {
  for (const int64_t frames : {4, 6, 8, 12})
    for (const int64_t width : {12, 20, 40})
      for (const double condition : {1e0, 1e2, 1e4}) {
        if (frames == 12 && condition > 1e2) continue;
        const Tensor z = sequences(1, frames, width, condition, static_cast<uint64_t>(frames * width)).z;
        const auto ours = [](const Tensor& at) {
          const auto s = companion_spectrum(at).spectrum;
          return spectral_loss(s.real, s.imaginary);
        };
        const auto dense = [](const Tensor& at) {
          const int64_t m = at.size(1) - 1;
          const Tensor c = at::linalg_pinv(at.narrow(1, 0, m)).matmul(at.narrow(1, 1, m));
          const Spectrum all = eigenvalues(c);
          const Tensor keep = (all.real.square() + all.imaginary.square()).argsort(true, 1, true).narrow(1, 0, m);
          return spectral_loss(all.real.gather(1, keep), all.imaginary.gather(1, keep));
        };
        EXPECT_NEAR(ours(z).item<double>() / dense(z).item<double>(), 1, 1e-8)
            << frames << " " << width << " " << condition;
        EXPECT_LT(relative(gradient(ours, z), gradient(dense, z)), 1e-6) << frames << " " << width << " " << condition;
      }
}

TEST(Companion, RepeatedRootsHaveABoundedGradient) {
  // z_t = (1 + t) a + b ... : the root one twice, as near as rounding lets it.
  const Tensor a = normal({2, 5}, 9);
  Tensor z = at::zeros({1, 3, 5}, doubles());
  for (int64_t t = 0; t < 3; ++t) z[0][t] = a[0] + static_cast<double>(t) * a[1];
  const auto loss = [](const Tensor& at) { return companion_spectrum(at).spectrum.real.sum(); };
  const Tensor g = gradient(loss, z);
  EXPECT_TRUE(g.isfinite().all().item<bool>());
  EXPECT_LT(g.abs().max().item<double>(), 1e2 * greatest_condition);
  EXPECT_GT(companion_spectrum(z).spectrum.condition.max().item<double>(), 1e6);
}

TEST(Companion, LatentsThatAreNotFiniteStayToldApart) {
  Tensor z = sequences(2, 8, 15, 10, 5).z;
  z[1][3][2] = std::numeric_limits<double>::infinity();
  const auto found = companion_spectrum(z).spectrum;
  EXPECT_TRUE(found.real[0].isfinite().all().item<bool>());
  EXPECT_TRUE(found.real[1].isnan().all().item<bool>());
}

TEST(Companion, SameBytesWithAnyNumberOfThreads) {
  const Tensor z = sequences(33, 8, 15, 50, 6).z;
  const auto run = [&](int threads) {
    at::set_num_threads(threads);
    return gradient(
        [](const Tensor& at) {
          const auto s = companion_spectrum(at).spectrum;
          return spectral_loss(s.real, s.imaginary);
        },
        z);
  };
  const Tensor one = run(1), two = run(2);
  at::set_num_threads(1);
  EXPECT_TRUE(at::equal(one, two));
}

TEST(Eigenvalues, EqualLapackAndTheirGradientFiniteDifferences) {
  for (const int64_t n : {1, 2, 5, 12}) {
    const Tensor c = normal({2, n, n}, static_cast<uint64_t>(n)) / std::sqrt(static_cast<double>(n));
    const Spectrum found = eigenvalues(c);
    for (int64_t b = 0; b < 2; ++b) EXPECT_LT(distance(values_of(found, b), at::linalg_eigvals(c[b])), 1e-12);
    const auto loss = [n](const Tensor& at) {
      const Spectrum s = eigenvalues(at);
      return n > 1 ? spectral_loss(s.real, s.imaginary) : s.real.square().sum();
    };
    EXPECT_LT(relative(gradient(loss, c), differences(loss, c)), 1e-7) << n;
  }
}

TEST(Eigenvalues, ADefectiveMatrixHasABoundedGradientAndSaysSo) {
  Tensor jordan = 0.5 * at::eye(3, doubles());
  jordan[0][1] = 1;
  const Tensor c = similar(jordan, 5, 4).unsqueeze(0);
  const auto loss = [](const Tensor& at) { return eigenvalues(at).real.square().sum(); };
  EXPECT_GT(eigenvalues(c).condition.max().item<double>(), 1e6);
  const Tensor g = gradient(loss, c);
  EXPECT_TRUE(g.isfinite().all().item<bool>());
  EXPECT_LT(g.abs().max().item<double>(), 10 * greatest_condition);
}

TEST(Eigenvalues, AMatrixThatIsNotFiniteSpoilsNoOther) {
  Tensor c = normal({2, 4, 4}, 8);
  c[0][1][1] = std::numeric_limits<double>::quiet_NaN();
  const Spectrum found = eigenvalues(c);
  EXPECT_TRUE(found.real[0].isnan().all().item<bool>());
  EXPECT_LT(distance(values_of(found, 1), at::linalg_eigvals(c[1])), 1e-12);
}

}  // namespace
}  // namespace teasel::linalg
