// Nearest-neighbour information, assignment, principal components, least squares, k-means, random features and the
// perceptron against scikit-learn, scipy, closed forms and brute force.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "teasel/core/random.hpp"
#include "teasel/stats/assignment.hpp"
#include "teasel/stats/k_means.hpp"
#include "teasel/stats/kernels/dense_kernel.hpp"
#include "teasel/stats/linear_regression.hpp"
#include "teasel/stats/nearest.hpp"
#include "teasel/stats/pca.hpp"
#include "teasel/stats/perceptron.hpp"
#include "teasel/stats/random_features.hpp"
#include "teasel/stats/symmetric.hpp"
#include "tests/stats/linear_table.hpp"

namespace teasel {
namespace {

using testing::flat_golden;
using testing::linear_table;

std::vector<float> normals(int64_t n, const char* name, int64_t step = 0) {
  std::vector<float> out(n);
  Stream(5, name, step).normal(0, 1, out);
  return out;
}
std::vector<double> doubles(const std::vector<float>& values) { return {values.begin(), values.end()}; }

TEST(NearestInformation, EqualsScikitLearn) {
  const auto table = linear_table();
  const auto classes = flat_golden("information_classes"), pairs = flat_golden("information_numbers");
  size_t at = 0;
  for (const int64_t j : {0, 2, 3})
    for (const int64_t k : {3, 10})
      EXPECT_NEAR(nearest_information(table.column(j), 1, table.labels, k), classes[at++], 1e-9) << j << ", " << k;
  EXPECT_NEAR(nearest_information(table.column(0), table.column(3), 3), pairs[0], 1e-9);
  EXPECT_NEAR(nearest_information(table.column(0), table.column(3), 10), pairs[1], 1e-9);
}

// The definition, with all distances.
double by_brute_force(const std::vector<double>& x, int64_t d, const std::vector<int32_t>& labels, int64_t k) {
  const auto n = static_cast<int64_t>(labels.size());
  const auto psi = [](int64_t m) {
    double sum = -0.57721566490153286;
    for (int64_t i = 1; i < m; ++i) sum += 1.0 / static_cast<double>(i);
    return sum;
  };
  const auto distance = [&](int64_t a, int64_t b) {
    double out = 0;
    for (int64_t j = 0; j < d; ++j) out = std::max(out, std::abs(x[a * d + j] - x[b * d + j]));
    return out;
  };
  double sum = 0;
  for (int64_t i = 0; i < n; ++i) {
    std::vector<double> own;
    for (int64_t m = 0; m < n; ++m)
      if (m != i && labels[m] == labels[i]) own.push_back(distance(i, m));
    std::ranges::sort(own);
    const double radius = std::nextafter(own[std::min<size_t>(k, own.size()) - 1], 0.0);
    int64_t within = 0;
    for (int64_t m = 0; m < n; ++m) within += distance(i, m) <= radius;
    sum += psi(std::min<int64_t>(k, static_cast<int64_t>(own.size()))) - psi(static_cast<int64_t>(own.size()) + 1) -
           psi(within);
  }
  return std::max(0.0, psi(n) + sum / static_cast<double>(n));
}

TEST(NearestInformation, OfVectorsEqualsBruteForce) {
  for (const int64_t d : {1, 2, 5}) {
    const int64_t n = 300;
    auto x = doubles(normals(n * d, "vectors", d));
    std::vector<int32_t> labels(n);
    for (int64_t i = 0; i < n; ++i) {
      labels[i] = static_cast<int32_t>(i % 4);
      x[i * d] += labels[i];
    }
    EXPECT_NEAR(nearest_information(x, d, labels, 3), by_brute_force(x, d, labels, 3), 1e-9) << d;
    for (auto& value : x) value = std::round(4 * value) / 4;  // ties
    EXPECT_NEAR(nearest_information(x, d, labels, 3), by_brute_force(x, d, labels, 3), 1e-9) << d << ", ties";
  }
}

TEST(NearestInformation, MeetsClosedForms) {
  // Correlated Gaussians: -ln(1 - r^2) / 2 nats.
  const int64_t n = 5000;
  const auto a = normals(n, "a"), b = normals(n, "b");
  for (const double r : {0.0, 0.6, 0.95}) {
    std::vector<double> x = doubles(a), y(n);
    for (int64_t i = 0; i < n; ++i) y[i] = r * a[i] + std::sqrt(1 - r * r) * b[i];
    EXPECT_NEAR(nearest_information(x, y, 3), -std::log(1 - r * r) / 2, 0.04) << r;
  }
  // Classes that do not overlap: ln 3.
  std::vector<int32_t> labels(n);
  std::vector<double> apart(n);
  for (int64_t i = 0; i < n; ++i) labels[i] = static_cast<int32_t>(i % 3), apart[i] = a[i] + 100.0 * labels[i];
  EXPECT_NEAR(nearest_information(apart, 1, labels, 3), std::log(3), 0.01);
}

TEST(NearestInformation, JitterBreaksTiesAndNothingElse) {
  std::vector<double> values(500);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i % 5);
  auto jitter = jittered(values, 1);
  for (size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(jitter[i], values[i] / std::sqrt(2), 1e-8);
  std::ranges::sort(jitter);
  EXPECT_EQ(std::ranges::adjacent_find(jitter), jitter.end());
}

// ---- assignment ---------------------------------------------------------------------------------------------------

TEST(Assignment, EqualsScipy) {
  const auto cost = flat_golden("cost");
  const auto as_integers = [](const std::vector<double>& v) { return std::vector<int64_t>(v.begin(), v.end()); };
  EXPECT_EQ(least_cost_assignment(cost, 5, 8), as_integers(flat_golden("assignment")));
  EXPECT_EQ(greatest_weight_assignment(cost, 5, 8), as_integers(flat_golden("greatest")));
  std::vector<double> turned(cost.size());
  for (int64_t r = 0; r < 5; ++r)
    for (int64_t c = 0; c < 8; ++c) turned[c * 5 + r] = cost[r * 8 + c];
  const auto rows = least_cost_assignment(turned, 8, 5);
  std::vector<int64_t> matched;
  for (int64_t r = 0; r < 8; ++r)
    if (rows[r] >= 0) matched.push_back(r);
  EXPECT_EQ(matched, as_integers(flat_golden("assignment_turned")));
}

TEST(Assignment, IsTheBestOfAllPermutations) {
  for (int trial = 0; trial < 50; ++trial) {
    const int64_t rows = 1 + trial % 5, columns = rows + trial % 3;
    const auto cost = doubles(normals(rows * columns, "cost", trial));
    const auto found = least_cost_assignment(cost, rows, columns);
    double sum = 0, least = 1e9;
    for (int64_t r = 0; r < rows; ++r) sum += cost[r * columns + found[r]];
    std::vector<int64_t> order(columns);
    std::iota(order.begin(), order.end(), 0);
    do {
      double here = 0;
      for (int64_t r = 0; r < rows; ++r) here += cost[r * columns + order[r]];
      least = std::min(least, here);
    } while (std::ranges::next_permutation(order).found);
    EXPECT_NEAR(sum, least, 1e-12);
  }
  EXPECT_TRUE(least_cost_assignment({}, 0, 3).empty());
}

// ---- small matrices -----------------------------------------------------------------------------------------------

TEST(Symmetric, EigenvectorsAndFactorsRebuildTheMatrix) {
  for (const int64_t n : {1, 2, 3, 8, 30}) {
    const auto root = doubles(normals(n * n, "root", n));
    std::vector<double> a(n * n);
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < n; ++j)
        for (int64_t m = 0; m < n; ++m) a[i * n + j] += root[i * n + m] * root[j * n + m];
    const auto eigen = symmetric_eigen(a, n);
    const auto factor = cholesky(a, n);
    EXPECT_TRUE(std::ranges::is_sorted(eigen.values, std::greater()));
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < n; ++j) {
        double rebuilt = 0, product = 0, unit = 0;
        for (int64_t m = 0; m < n; ++m) {
          rebuilt += eigen.values[m] * eigen.vectors[m * n + i] * eigen.vectors[m * n + j];
          product += factor[i * n + m] * factor[j * n + m];
          unit += eigen.vectors[i * n + m] * eigen.vectors[j * n + m];
        }
        EXPECT_NEAR(rebuilt, a[i * n + j], 1e-11 * n * n);
        EXPECT_NEAR(product, a[i * n + j], 1e-11 * n * n);
        EXPECT_NEAR(unit, i == j, 1e-12);
      }
    std::vector<double> x(n, 1), b(n);
    for (int64_t i = 0; i < n; ++i) b[i] = std::accumulate(&a[i * n], &a[i * n] + n, 0.0);
    cholesky_solve(factor, n, b);
    for (int64_t i = 0; i < n; ++i) EXPECT_NEAR(b[i], 1, 1e-6);
  }
  EXPECT_TRUE(cholesky(std::vector<double>{1, 2, 2, 1}, 2).empty());
}

TEST(PrincipalComponents, EqualScikitLearn) {
  const auto table = linear_table();
  const auto& x = table.x;
  const auto found = principal_components(x, table.n, table.d);
  const auto variance = flat_golden("variance"), components = flat_golden("components");
  for (int64_t c = 0; c < table.d; ++c) {
    EXPECT_NEAR(found.variance[c], variance[c], 1e-9);
    double product = 0;  // scikit-learn may turn a component's sign
    for (int64_t j = 0; j < table.d; ++j) product += found.components[c * 4 + j] * components[c * 4 + j];
    EXPECT_NEAR(std::abs(product), 1, 1e-10);
  }
  const auto first = found.project(x, table.n, 1);
  double squares = 0;
  for (const double value : first) squares += value * value;
  EXPECT_NEAR(squares / static_cast<double>(table.n - 1) / variance[0], 1, 1e-9);
}

TEST(LeastSquares, DeterminationEqualsScikitLearn) {
  const auto table = linear_table();
  std::vector<double> x, doubled;
  for (int64_t i = 0; i < table.n; ++i) {
    for (int64_t j = 0; j < 3; ++j) x.push_back(table.x[i * 4 + j]), doubled.push_back(table.x[i * 4 + j]);
    doubled.push_back(x[i * 3] + x[i * 3 + 2]);
    doubled.push_back(7);
  }
  EXPECT_NEAR(determination(x, table.column(3)), flat_golden("determination")[0], 1e-9);
  EXPECT_NEAR(determination(doubled, table.column(3)), flat_golden("determination")[0], 1e-9);
  EXPECT_NEAR(determination(x, table.column(2)), 1, 1e-12);
  EXPECT_EQ(determination(x, std::vector<double>(table.n, 3)), 0);
}

TEST(KMeans, FindsClustersThatLieApart) {
  const int64_t n = 600, d = 3, k = 5;
  auto points = doubles(normals(n * d, "points"));
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < d; ++j) points[i * d + j] += 20 * std::cos(static_cast<double>(i % k * (j + 1)));
  const auto found = k_means(points, d, k, 10, 1);
  for (int64_t i = k; i < n; ++i) EXPECT_EQ(found.label[i], found.label[i % k]);
  double inertia = 0;  // around the means of the true clusters
  for (int64_t c = 0; c < k; ++c)
    for (int64_t j = 0; j < d; ++j) {
      double mean = 0, squares = 0;
      for (int64_t i = c; i < n; i += k) mean += points[i * d + j] / (n / k);
      for (int64_t i = c; i < n; i += k) squares += (points[i * d + j] - mean) * (points[i * d + j] - mean);
      inertia += squares;
    }
  EXPECT_NEAR(found.inertia, inertia, 1e-6);
  EXPECT_EQ(k_means(points, d, k, 3, 7).label, k_means(points, d, k, 3, 7).label);
  EXPECT_EQ(k_means(std::vector<double>(12, 1.0), 3, 3, 2, 1).inertia, 0);  // all points alike
}

// E[cos(2 pi b.(x - y))] over b ~ N(0, sigma^2) is exp(-2 pi^2 sigma^2 |x - y|^2).
TEST(RandomFeatures, ProductsApproachTheGaussianKernel) {
  const int64_t n = 40, d = 2, count = 40000;
  const double sigma = 0.1;
  const auto x = doubles(normals(n * d, "features"));
  const auto features = random_fourier_features(x, d, count, sigma, 3);
  for (int64_t i = 1; i < n; ++i) {
    double product = 0, square = 0;
    for (int64_t m = 0; m < count; ++m) product += features[m] * features[i * count + m] / (count / 2);
    for (int64_t j = 0; j < d; ++j) square += (x[j] - x[i * d + j]) * (x[j] - x[i * d + j]);
    EXPECT_NEAR(product, std::exp(-2 * M_PI * M_PI * sigma * sigma * square), 0.03);
  }
}

// ---- perceptron ---------------------------------------------------------------------------------------------------

TEST(DenseKernel, EqualsTheDefinition) {
  for (const auto& [rows, columns, inner] :
       std::vector<std::array<int64_t, 3>>{{1, 1, 1}, {5, 33, 7}, {8, 64, 10}, {3, 5, 40}})
    for (const bool turned : {false, true}) {
      const auto a = normals(rows * inner, "left", rows), b = normals(inner * columns, "right", columns);
      std::vector<float> c(rows * columns);
      dense_product(a.data(), turned ? 1 : inner, turned ? rows : 1, b.data(), c.data(), rows, columns, inner);
      for (int64_t i = 0; i < rows; ++i)
        for (int64_t j = 0; j < columns; ++j) {
          double sum = 0;
          for (int64_t m = 0; m < inner; ++m) sum += a[turned ? m * rows + i : i * inner + m] * b[m * columns + j];
          EXPECT_NEAR(c[i * columns + j], sum, 1e-4);
        }
    }
}

TEST(Perceptron, LearnsWhatNoLineSeparates) {
  const int64_t n = 4000;
  const auto x = normals(2 * n, "xor");
  std::vector<int32_t> labels(n);
  for (int64_t i = 0; i < n; ++i) labels[i] = (x[2 * i] > 0) != (x[2 * i + 1] > 0);
  const auto right = [&](const Perceptron& net) {
    const auto predicted = net.predict(x);
    return static_cast<double>(
               std::inner_product(labels.begin(), labels.end(), predicted.begin(), 0, std::plus(), std::equal_to())) /
           static_cast<double>(n);
  };
  const PerceptronSettings settings{.hidden = {64}, .batch = 200, .epochs = 40, .decay = 0.9};
  const auto net = Perceptron::classifier(x, labels, 2, settings, 1);
  EXPECT_GT(right(net), 0.97);
  EXPECT_EQ(net.parameters(), 2 * 64 + 64 + 64 * 2 + 2);
  EXPECT_EQ(net.forward(x), Perceptron::classifier(x, labels, 2, settings, 1).forward(x));
  PerceptronSettings linear = settings;
  linear.hidden = {};
  EXPECT_LT(right(Perceptron::classifier(x, labels, 2, linear, 1)), 0.65);
}

TEST(Perceptron, RegressesACurve) {
  const int64_t n = 4000;
  const auto x = normals(n, "curve");
  std::vector<float> y(n);
  for (int64_t i = 0; i < n; ++i) y[i] = std::sin(2 * x[i]);
  const PerceptronSettings settings{.hidden = {32, 32}, .batch = 100, .epochs = 30, .decay = 0.9, .enough = 2};
  const auto fit = Perceptron::regressor(x, y, settings, 1).forward(x);
  double squares = 0, total = 0;
  for (int64_t i = 0; i < n; ++i) squares += (fit[i] - y[i]) * (fit[i] - y[i]), total += y[i] * y[i];
  EXPECT_LT(squares / total, 0.02);
}

}  // namespace
}  // namespace teasel
