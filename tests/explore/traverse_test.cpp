// Pictures of latents against decoding by hand.
#include "teasel/explore/traverse.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/models/small.hpp"

namespace teasel {
namespace {

using namespace testing;

class Traverse : public ::testing::Test {
 protected:
  Tensor decoded(const Tensor& z) const {
    c10::NoGradGuard no_gradients;
    return model->decode({.location = {z}, .spread = {Tensor()}, .carrier = {}, .unit = {}});
  }
  std::shared_ptr<const Dataset> data = eight_items();
  std::unique_ptr<Model> model = small_model("beta_vae", *data);
};

float difference(const Tensor& a, const Tensor& b) { return (a - b).abs().max().item<float>(); }

TEST_F(Traverse, FromThePriorMovesOneLatentAndKeepsTheOthersAtZero) {
  const auto axes = traverse_axes(model->latents());
  const Tensor images = traverse(*model, prior_mean(*model), axes, {.low = -3, .high = 1, .steps = 5});
  ASSERT_EQ(images.sizes().vec(), (std::vector<int64_t>{10, 5, 1, 16, 16}));
  for (int64_t latent : {0, 3, 9})
    for (int64_t step = 0; step < 5; ++step) {
      Tensor z = at::zeros({1, 10});
      z[0][latent] = -3 + static_cast<double>(step);
      EXPECT_LT(difference(images[latent][step], decoded(z)[0]), 1e-5) << latent << " " << step;
    }
  EXPECT_GT(difference(images[0][0], images[0][4]), 1e-6);
}

TEST_F(Traverse, FromAnItemKeepsTheOthersAtItsMeans) {
  c10::NoGradGuard no_gradients;
  const Latents anchor = posterior_mean(*model, *data, 5);
  const Tensor mean = model->encode(gather_batch(*data, {"x"}, {5}, {})).location[0];
  const auto axes = traverse_axes(model->latents());
  for (const TraverseMode mode : {TraverseMode::absolute, TraverseMode::additive}) {
    const Tensor images = traverse(*model, anchor, axes, {.mode = mode, .low = -2, .high = 2, .steps = 3});
    for (int64_t latent : {0, 7})
      for (int64_t step = 0; step < 3; ++step) {
        Tensor z = mean.clone();
        const double value = -2 + 2 * static_cast<double>(step);
        z[0][latent] = mode == TraverseMode::additive ? z[0][latent].item<double>() + value : value;
        EXPECT_LT(difference(images[latent][step], decoded(z)[0]), 1e-5);
      }
  }
  EXPECT_TRUE(at::equal(anchor.location[0], mean)) << "an anchor stays as it is";
}

TEST_F(Traverse, ReconstructionsStandBesideTheirItems) {
  c10::NoGradGuard no_gradients;
  const Tensor pairs = reconstructions(*model, *data, {1, 6});
  const Batch batch = gather_batch(*data, {"x"}, {1, 6}, {});
  ASSERT_EQ(pairs.sizes().vec(), (std::vector<int64_t>{2, 2, 1, 16, 16}));
  EXPECT_TRUE(at::equal(pairs[0], batch["x"]));
  EXPECT_LT(difference(pairs[1], model->decode(model->encode(batch))), 1e-6);
}

TEST_F(Traverse, SamplesAreAFunctionOfTheSeed) {
  EXPECT_TRUE(at::equal(samples(*model, 3, 1), samples(*model, 3, 1)));
  EXPECT_FALSE(at::equal(samples(*model, 3, 1), samples(*model, 3, 2)));
  EXPECT_EQ(samples(*model, 3, 1).size(0), 3);
}

TEST(LatentNames, FollowTheLayoutAndLeaveOutWhatDecodingNeverSees) {
  LatentLayout layout;
  layout.blocks = {
      {.name = "z", .size = 2}, {.name = "hidden", .size = 3, .role = LatentRole::unseen}, {.name = "c", .size = 1}};
  const auto names = latent_names(layout);
  ASSERT_EQ(names.size(), 3u);
  EXPECT_EQ(names[1].text, "z1");
  EXPECT_EQ(names[2].text, "c0");
  EXPECT_EQ(names[2].block, 2u);
}

TEST(MeanKl, FindsEachLatentsColumnWhateverStandsBeforeIt) {
  LatentLayout layout;
  layout.blocks = {{.name = "c", .size = 2, .law = LatentLaw::categorical},
                   {.name = "hidden", .size = 1, .role = LatentRole::unseen},
                   {.name = "z", .size = 2}};
  Codes codes;
  codes.samples = 2;
  codes.blocks = {{layout.blocks[0], {1, 0, 0, 1}, {}},
                  {layout.blocks[1], {0, 0}, {1, 1}},
                  {layout.blocks[2], {0, 0, 0, 0}, {1, 1, 1, 1}}};
  codes.kl = {7, 0, 5, 9, 1, 3};
  const auto kl = mean_kl(layout, codes);
  ASSERT_EQ(kl.size(), 4u);
  EXPECT_TRUE(std::isnan(kl[0]) && std::isnan(kl[1]));
  EXPECT_DOUBLE_EQ(kl[2], 0.5);
  EXPECT_DOUBLE_EQ(kl[3], 4);
  EXPECT_EQ(by_falling_kl(kl), (std::vector<size_t>{3, 2, 0, 1}));
  EXPECT_EQ(latent_names(layout)[2].table, 3);
}

TEST(FactorMap, IsTheMeanOfEachCell) {
  CodeTable table;
  table.n = 5, table.d = 2, table.k = 2;
  table.factors = {{.name = "a", .values = {0, 1}}, {.name = "b", .values = {0, 1, 2}}};
  table.y = {0, 0, 0, 0, 1, 2, 1, 0, 0, 1};
  table.z = {9, 1, 9, 2, 9, 5, 9, -4, 9, 7};
  EXPECT_EQ(factor_map(table, 1, 0, 1), (std::vector<float>{1.5f, 7, 0, -4, 0, 5}));
  EXPECT_EQ(factor_map(table, 1, 1, 0), (std::vector<float>{1.5f, -4, 7, 0, 0, 5}));
}

}  // namespace
}  // namespace teasel
