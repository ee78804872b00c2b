// What traversals set latents to, read off the images of a model that decodes to its own latents.
#include <gtest/gtest.h>

#include <cmath>

#include "teasel/explore/encode.hpp"
#include "teasel/explore/traverse.hpp"
#include "tests/explore/toy.hpp"

namespace teasel {
namespace {

using namespace testing;

// Value `number` of a decoded item: z0, z1, l0, c0, c1, c2, 0, ...
double value(const Tensor& item, int64_t number) { return item.flatten()[number].item<double>(); }

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

TEST(TraversePoints, AreEvenlySpaced) {
  EXPECT_EQ(traverse_points({.low = -1, .high = 1, .steps = 5}), (std::vector<double>{-1, -0.5, 0, 0.5, 1}));
  EXPECT_EQ(traverse_points({.low = -1, .high = 1, .steps = 4, .open_end = true}),
            (std::vector<double>{-1, -0.5, 0, 0.5}));
  EXPECT_EQ(traverse_points({.low = 3, .high = 4, .steps = 1}), std::vector<double>{3});
}

TEST(TraverseValues, AreTheNormalQuantiles) {
  const TraverseOptions options{.mode = TraverseMode::quantile, .low = 0.05, .high = 0.95, .steps = 19};
  const auto values = traverse_values(options);
  ASSERT_EQ(values.size(), 19u);
  for (size_t i = 0; i < values.size(); ++i)
    EXPECT_NEAR(normal_cdf(values[i]), 0.05 + 0.05 * static_cast<double>(i), 1e-12);
  EXPECT_NEAR(values.back(), 1.6448536269514722, 1e-12);  // tables of the normal law
  TraverseOptions wrong = options;
  wrong.low = 0;
  EXPECT_THROW(traverse_values(wrong), Error);
  EXPECT_THROW(traverse_values(options, LatentLaw::laplace), Error);
}

TEST(TraverseStyles, AreAsPublished) {
  const auto cascade = traverse_points(traverse_style("cascade_vae").options);
  EXPECT_EQ(cascade.size(), 50u);
  EXPECT_NEAR(cascade[1] - cascade[0], 0.04, 1e-12);
  EXPECT_DOUBLE_EQ(cascade.back(), 0.96);
  const auto konny = traverse_points(traverse_style("konny").options);
  ASSERT_EQ(konny.size(), 10u);
  for (size_t i = 0; i < konny.size(); ++i) EXPECT_NEAR(konny[i], -3 + 2.0 / 3 * static_cast<double>(i), 1e-12);
  const auto nar = traverse_points(traverse_style("nar").options);
  ASSERT_EQ(nar.size(), 11u);
  EXPECT_DOUBLE_EQ(nar[5], 0) << "the sixth column is the item itself";
  EXPECT_NEAR(traverse_points(traverse_style("nar_positive").options)[3], 0.3, 1e-12);
  EXPECT_THROW(traverse_style("cascade"), Error);
}

class Modes : public ::testing::Test {
 protected:
  Tensor moved(const Latents& anchor, const TraverseOptions& options) const {
    return traverse(model, anchor, traverse_axes(model.latents()), options);
  }
  ToyModel model;
  ToyImages data;
};

TEST_F(Modes, AxesAreLatentsAndBlocksOfClasses) {
  const auto axes = traverse_axes(model.latents());
  ASSERT_EQ(axes.size(), 4u);
  const char* names[] = {"z0", "z1", "l0", "c"};
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(axes[i].text, names[i]);
  EXPECT_EQ(axes[3].classes, 3);
  EXPECT_EQ(traverse_axis(model.latents(), "l0").block, 2u);
  EXPECT_THROW(traverse_axis(model.latents(), "h0"), Error) << "the decoder never sees it";
}

TEST_F(Modes, AbsoluteReplacesAndAdditiveAdds) {
  const Latents anchor = posterior_mean(model, data, 4);  // means .40 .41 .42
  const Tensor set = moved(anchor, {.low = -1, .high = 1, .steps = 3});
  const Tensor added = moved(anchor, {.mode = TraverseMode::additive, .low = -1, .high = 1, .steps = 3});
  ASSERT_EQ(set.sizes().vec(), (std::vector<int64_t>{4, 3, 3, 1, 4}));
  for (int64_t axis = 0; axis < 3; ++axis)
    for (int64_t step = 0; step < 3; ++step)
      for (int64_t number = 0; number < 3; ++number) {
        const double mean = 0.4 + 0.01 * static_cast<double>(number), move = static_cast<double>(step) - 1;
        EXPECT_NEAR(value(set[axis][step], number), number == axis ? move : mean, 1e-6);
        EXPECT_NEAR(value(added[axis][step], number), number == axis ? mean + move : mean, 1e-6);
      }
}

TEST_F(Modes, ClassesTakeTurns) {
  const Tensor images = moved(prior_mean(model), {.steps = 5});
  for (int64_t step = 0; step < 5; ++step)
    for (int64_t c = 0; c < 3; ++c) EXPECT_EQ(value(images[3][step], 3 + c), c == step % 3) << step << " " << c;
  EXPECT_EQ(value(images[0][2], 3), 1) << "the others keep class 0";
  EXPECT_EQ(value(decoded(model, prior_mean(model, 5)), 5), 1) << "class 5 of three is class 2";
}

TEST_F(Modes, PairsMoveBoth) {
  const auto& layout = model.latents();
  const Tensor grid = traverse_pair(model, prior_mean(model), traverse_axis(layout, "c"), traverse_axis(layout, "z1"),
                                    {.low = 0, .high = 3, .steps = 4});
  ASSERT_EQ(grid.sizes().vec(), (std::vector<int64_t>{3, 4, 3, 1, 4}));
  for (int64_t row = 0; row < 3; ++row)
    for (int64_t column = 0; column < 4; ++column) {
      EXPECT_EQ(value(grid[row][column], 1), static_cast<double>(column));
      for (int64_t c = 0; c < 3; ++c) EXPECT_EQ(value(grid[row][column], 3 + c), c == row);
    }
}

TEST_F(Modes, DrawsFromThePriorAreWhatTheModelSamples) {
  HostContext context(9, false);
  const auto expected = model.sample(1, context);
  const Latents drawn = prior_sample(model, 9);
  EXPECT_TRUE(at::equal(drawn.location[0], expected->location[0]));
  const Tensor images = moved(drawn, {.steps = 2});
  EXPECT_NEAR(value(images[1][0], 0), expected->location[0][0][0].item<double>(), 1e-6);
  EXPECT_EQ(value(images[1][0], 5), 1) << "the drawn class";
}

// Moments and frequencies over many seeds: 4 standard errors of 4000 draws.
TEST_F(Modes, DrawsFromThePosteriorFollowItsLaw) {
  constexpr int draws = 4000;
  double sum[2] = {}, squares[2] = {}, absolute = 0;
  int classes[3] = {};
  for (uint64_t seed = 0; seed < draws; ++seed) {
    const Tensor image = decoded(model, posterior_sample(model, data, 2, seed)).flatten();
    const float* v = image.const_data_ptr<float>();
    const double z = (v[0] - 0.20) / 0.5, l = (v[2] - 0.22) / 0.25;
    sum[0] += z, squares[0] += z * z, sum[1] += l, squares[1] += l * l, absolute += std::abs(l);
    for (int c = 0; c < 3; ++c) classes[c] += v[3 + c] == 1;
    ASSERT_FLOAT_EQ(v[3] + v[4] + v[5], 1);
  }
  const double n = draws, error = 4 / std::sqrt(n);
  for (int k = 0; k < 2; ++k) EXPECT_NEAR(sum[k] / n, 0, error);
  EXPECT_NEAR(squares[0] / n, 1, error * std::sqrt(2.0));  // the fourth moment of a normal law is 3
  EXPECT_NEAR(squares[1] / n, 1, error * std::sqrt(5.0));  // of a Laplace law with variance 1 it is 6
  EXPECT_NEAR(absolute / n, std::sqrt(0.5), error * std::sqrt(0.5)) << "a normal law would have .798";
  const double parts[] = {0.2, 0.5, 0.3};
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(classes[c] / n, parts[c], error * std::sqrt(parts[c] * (1 - parts[c])));
  EXPECT_TRUE(at::equal(decoded(model, posterior_sample(model, data, 2, 1)),
                        decoded(model, posterior_sample(model, data, 2, 1))));
}

TEST(LatentMoments, AreTheVarianceOfMeansAndTheMeanVariance) {
  LatentLayout layout;
  layout.blocks = {{.name = "h", .size = 1, .role = LatentRole::unseen}, {.name = "z", .size = 1}};
  CodeTable table;
  table.n = 4, table.d = 2;
  table.z = {9, 1, 9, 2, 9, 3, 9, 6};
  table.spread = {7, 1, 7, 2, 7, 0, 7, 1};
  const auto moments = latent_moments(layout, table);
  ASSERT_EQ(moments.size(), 1u);
  EXPECT_DOUBLE_EQ(moments[0].mean_variance, 3.5);
  EXPECT_DOUBLE_EQ(moments[0].posterior_variance, 1.5);
  table.spread.clear();
  EXPECT_TRUE(std::isnan(latent_moments(layout, table)[0].posterior_variance));
}

}  // namespace
}  // namespace teasel
