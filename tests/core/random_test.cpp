#include "teasel/core/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>

namespace teasel {
namespace {

using Words = std::array<uint32_t, 4>;

std::vector<float> normals(const Stream& stream, int64_t first, int64_t per_sample, size_t count) {
  std::vector<float> out(count);
  stream.normal(first, per_sample, out);
  return out;
}

std::vector<float> uniforms(const Stream& stream, int64_t first, int64_t per_sample, size_t count) {
  std::vector<float> out(count);
  stream.uniform(first, per_sample, out);
  return out;
}

double correlation(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0, squares_a = 0, squares_b = 0;
  for (size_t i = 0; i < a.size(); ++i)
    sum += double(a[i]) * b[i], squares_a += double(a[i]) * a[i], squares_b += double(b[i]) * b[i];
  return sum / std::sqrt(squares_a * squares_b);
}

// The Kolmogorov-Smirnov statistic times sqrt(n); it exceeds 1.95 once in 1,000 times.
template <class Distribution>
double kolmogorov_smirnov(std::vector<float> values, Distribution&& distribution) {
  std::ranges::sort(values);
  double worst = 0, n = static_cast<double>(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    double p = distribution(values[i]);
    worst = std::max({worst, p - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - p});
  }
  return worst * std::sqrt(n);
}

double chi_square(const std::vector<int64_t>& counts) {
  double expected = static_cast<double>(std::accumulate(counts.begin(), counts.end(), int64_t{0})) /
                    static_cast<double>(counts.size()),
         sum = 0;
  for (int64_t count : counts)
    sum += (static_cast<double>(count) - expected) * (static_cast<double>(count) - expected) / expected;
  return sum;
}

// kat_vectors of Random123 1.14 (D. E. Shaw Research), philox4x32 with 10 rounds.
TEST(Philox, KnownAnswers) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  uint32_t ones = 0xffffffff;
  EXPECT_EQ(philox4x32({ones, ones, ones, ones}, {ones, ones}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

// The filling of buffers is another piece of code than words(): element e of a sample comes from block e / 4.
TEST(Stream, UniformsAreTheWordsOfTheirBlocks) {
  Stream stream(5, "noise", 17, 1);
  auto values = uniforms(stream, 1000, 37, 37 * 50);
  for (int64_t sample = 0; sample < 50; ++sample)
    for (uint32_t e = 0; e < 37; ++e) {
      double expected = (double(stream.words(1000 + sample, e / 4)[e % 4] >> 9) + .5) / double(1 << 23);
      ASSERT_EQ(values[static_cast<size_t>(sample) * 37 + e], expected) << sample << " " << e;
    }
}

TEST(Stream, NormalsAreBoxMullerOfTheWords) {
  Stream stream(5, "noise");
  auto values = normals(stream, 0, 400, 400 * 500);
  for (int64_t sample = 0; sample < 500; ++sample)
    for (uint32_t e = 0; e < 400; ++e) {
      auto words = stream.words(sample, e / 4);
      double u = (double(words[e % 4 / 2 * 2] >> 1) + .5) / 0x1p31,
             angle = double(words[e % 4 / 2 * 2 + 1]) / 0x1p32 * 2 * std::numbers::pi;
      double radius = std::sqrt(-2 * std::log(u)), expected = radius * (e % 2 ? std::sin(angle) : std::cos(angle));
      // A float near 1 is known to 2^-25, which the root of the logarithm turns into 2^-25 / radius.
      ASSERT_NEAR(values[static_cast<size_t>(sample) * 400 + e], expected, 1e-6 + 0x1p-24 / radius)
          << sample << " " << e;
    }
}

// A later version that draws other numbers would resume a run to other weights. Fused multiply-add would round
// otherwise.
TEST(Stream, NumbersStayWhatTheyWere) {
  auto hash = [](const std::vector<float>& values) {
    uint64_t h = 0xcbf29ce484222325;
    for (float v : values) h = (h ^ std::bit_cast<uint32_t>(v)) * 0x100000001b3;
    return h;
  };
  EXPECT_EQ(Stream(0, "").words(0, 0), (Words{0x0baf1814, 0xa07b4474, 0x5207165e, 0xdd758dd0}));
  EXPECT_EQ(hash(uniforms(Stream(1, "a", 2, 3), 4, 5, 5 * 1000)), 0x53769090a11ac9ef);
#if defined(__x86_64__) && !defined(__FMA__)
  EXPECT_EQ(hash(normals(Stream(1, "a", 2, 3), 4, 5, 5 * 1000)), 0x93f89fe8f339cca5);
#endif
  EXPECT_EQ(Stream(1, "a").permutation(10), (std::vector<int64_t>{9, 4, 0, 7, 2, 8, 5, 3, 1, 6}));
}

TEST(Stream, PartsOfARangeGiveTheSameNumbers) {
  Stream stream(3, "eps", 9);
  for (int64_t per_sample : {1, 3, 4, 10, 64, 129, 1000}) {
    const auto n = static_cast<size_t>(per_sample);
    auto whole = normals(stream, 0, per_sample, 10 * n), flat = uniforms(stream, 0, per_sample, 10 * n);
    for (int64_t cut = 1; cut < 10; ++cut) {
      auto head = normals(stream, 0, per_sample, static_cast<size_t>(cut) * n),
           tail = normals(stream, cut, per_sample, static_cast<size_t>(10 - cut) * n);
      head.insert(head.end(), tail.begin(), tail.end());
      ASSERT_EQ(head, whole) << per_sample << " " << cut;
      auto last = uniforms(stream, cut, per_sample, n);
      ASSERT_TRUE(std::equal(last.begin(), last.end(), flat.begin() + cut * per_sample)) << per_sample << " " << cut;
    }
  }
}

TEST(Stream, MomentsOfNormals) {
  constexpr size_t n = 1 << 22;
  auto values = normals(Stream(11, "moments"), 0, 1 << 10, n);
  std::array<double, 5> moment{};
  for (double x : values)
    for (int k = 1; k <= 4; ++k) moment[k] += std::pow(x, k) / n;
  // Standard errors of the raw moments of N(0, 1): 1, sqrt 2, sqrt 15, sqrt 96, over sqrt n. Four of them.
  const double unit = 4 / std::sqrt(double(n));
  EXPECT_NEAR(moment[1], 0, unit);
  EXPECT_NEAR(moment[2], 1, unit * std::sqrt(2));
  EXPECT_NEAR(moment[3], 0, unit * std::sqrt(15));
  EXPECT_NEAR(moment[4], 3, unit * std::sqrt(96));
  // P(|x| > 4.5) = 6.8e-6: 28.5 expected among 4 million.
  auto far = std::ranges::count_if(values, [](float x) { return std::abs(x) > 4.5f; });
  EXPECT_GT(far, 8);
  EXPECT_LT(far, 60);
}

TEST(Stream, KolmogorovSmirnov) {
  auto gaussian = [](double x) { return .5 * std::erfc(-x / std::numbers::sqrt2); };
  EXPECT_LT(kolmogorov_smirnov(normals(Stream(1, "ks"), 0, 10, 200'000), gaussian), 1.95);
  auto values = uniforms(Stream(2, "ks"), 0, 10, 200'000);
  EXPECT_LT(kolmogorov_smirnov(values, [](double x) { return x; }), 1.95);
  EXPECT_GT(std::ranges::min(values), 0);
  EXPECT_LT(std::ranges::max(values), 1);
  // The two normals of a pair are independent, and so are their squares.
  auto pairs = normals(Stream(3, "ks"), 0, 2, 200'000);
  std::vector<float> radii;
  for (size_t i = 0; i < pairs.size(); i += 2) radii.push_back(pairs[i] * pairs[i] + pairs[i + 1] * pairs[i + 1]);
  EXPECT_LT(kolmogorov_smirnov(radii, [](double r) { return 1 - std::exp(-r / 2); }), 1.95);
}

TEST(Stream, SeedsNamesStepsAttemptsAndSamplesAreIndependent) {
  constexpr size_t n = 1 << 16;
  auto of = [](uint64_t seed, const char* name, int64_t step, int64_t attempt, int64_t first = 0) {
    return normals(Stream(seed, name, step, attempt), first, 16, n);
  };
  std::vector<std::vector<float>> streams = {of(0, "eps", 0, 0),           of(1, "eps", 0, 0),
                                             of(0, "epsilon", 0, 0),       of(0, "", 0, 0),
                                             of(0, "eps", 1, 0),           of(0, "eps", 1LL << 32, 0),
                                             of(0, "eps", 0, 1),           of(1, "eps", 1, 1),
                                             of(0, "eps", 0, 0, 1 << 20),  of(0, "eps", 0, 0, 1LL << 32),
                                             of(0, "eps", 0, 0, 1LL << 47)};
  for (size_t i = 0; i < streams.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      EXPECT_LT(std::abs(correlation(streams[i], streams[j])), 4.5 / std::sqrt(double(n))) << i << " " << j;
}

TEST(Stream, TheSameStreamIsTheSame) {
  EXPECT_EQ(normals(Stream(7, "w", 3, 2), 5, 3, 300), normals(Stream(7, "w", 3, 2), 5, 3, 300));
}

TEST(Stream, RefusesBuffersThatHoldNoWholeSamples) {
  std::vector<float> out(7);
  EXPECT_THROW(Stream(0, "x").normal(0, 2, out), std::invalid_argument);
  EXPECT_THROW(Stream(0, "x").uniform(0, 0, out), std::invalid_argument);
  EXPECT_NO_THROW(Stream(0, "x").uniform(0, 3, std::span(out).first(0)));
}

TEST(Stream, BelowIsUniform) {
  Stream stream(4, "below");
  std::vector<int64_t> counts(7);
  for (int64_t i = 0; i < 70'000; ++i) ++counts.at(static_cast<size_t>(stream.below(7, i)));
  EXPECT_LT(chi_square(counts), 22.5);  // 6 degrees of freedom, p = .001
  EXPECT_EQ(stream.below(1, 3), 0);
  EXPECT_THROW(stream.below(0, 0), std::invalid_argument);
}

// 2^64 / n = 8/3: without rejection the residues 0, 1, 2 would come with 3/8, 3/8, 2/8.
TEST(Stream, BelowHasNoBiasForLargeNumbers) {
  Stream stream(4, "large");
  std::vector<int64_t> residues(3), thirds(3);
  constexpr int64_t unit = int64_t{1} << 61, n = 3 * unit;
  for (int64_t i = 0; i < 60'000; ++i) {
    int64_t value = stream.below(n, i);
    ASSERT_GE(value, 0);
    ++residues[static_cast<size_t>(value % 3)];
    ++thirds.at(static_cast<size_t>(value / unit));
  }
  EXPECT_LT(chi_square(residues), 13.8);  // 2 degrees of freedom, p = .001
  EXPECT_LT(chi_square(thirds), 13.8);
}

TEST(Stream, PermutationHoldsEveryNumberOnce) {
  for (int64_t n : {0, 1, 2, 10, 737'280}) {
    auto order = Stream(0, "order", n).permutation(n);
    std::vector<int64_t> sorted = order, expected(static_cast<size_t>(n));
    std::iota(expected.begin(), expected.end(), 0);
    std::ranges::sort(sorted);
    ASSERT_EQ(sorted, expected);
  }
}

TEST(Stream, PermutationsAreUniform) {
  std::vector<int64_t> counts(120);
  for (int64_t step = 0; step < 60'000; ++step) {
    auto order = Stream(2, "order", step).permutation(5);
    int64_t number = 0;  // in the factorial number system
    for (size_t i = 0; i < 5; ++i) {
      int64_t smaller = std::count_if(order.begin() + static_cast<std::ptrdiff_t>(i), order.end(),
                                      [&](int64_t v) { return v < order[i]; });
      number = number * static_cast<int64_t>(5 - i) + smaller;
    }
    ++counts.at(static_cast<size_t>(number));
  }
  EXPECT_LT(chi_square(counts), 171);  // 119 degrees of freedom, p = .001
  EXPECT_NE(Stream(2, "order", 0).permutation(100), Stream(2, "order", 1).permutation(100));
}

}  // namespace
}  // namespace teasel
