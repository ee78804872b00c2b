// The terms of the models against their papers' formulas, computed here from encodings and parameters.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/models/stepped.hpp"

namespace teasel {
namespace {

using namespace testing;

TEST(Vae, LossIsReconstructionAndWarmedUpKl) {
  const Value options = with("vae", "kl_weight", "{kind = 'linear', from = 0, to = 1, start = 0, steps = 100}");
  for (const auto& [step, weight] : std::vector<std::pair<int64_t, double>>{{0, 0}, {25, 0.25}, {100, 1}, {1000, 1}}) {
    const auto s = step_of("vae", options, step);
    EXPECT_NEAR(number(term(s.terms, "reconstruction").value), s.own.reconstruction, 1e-3);
    EXPECT_NEAR(number(term(s.terms, "kl").value), number(s.own.kl.sum()), 1e-5);
    EXPECT_NEAR(number(s.terms.loss()), s.own.reconstruction + weight * number(s.own.kl.sum()), 1e-3) << step;
  }
}

TEST(BetaVae, OneBetaWeighsTheWholeKl) {
  const auto s = step_of("beta_vae", with("beta_vae", "beta", "6.5"), 3);
  EXPECT_NEAR(number(s.terms.loss()), s.own.reconstruction + 6.5 * number(s.own.kl.sum()), 1e-3);
  EXPECT_FALSE(term(s.terms, "kl_per_latent").in_loss);
  EXPECT_LT((term(s.terms, "kl_per_latent").value - s.own.kl).abs().max().item<float>(), 1e-5);
}

TEST(BetaVae, ABetaForEachLatentWeighsItsOwnKl) {
  const std::vector<double> betas{10, 4, 2, 0.5};
  const auto s = step_of("beta_vae", with("beta_vae", "beta", "[10, 4, 2, 0.5]"), 3);
  double kl = 0;
  for (int64_t j = 0; j < 4; ++j) kl += betas[static_cast<size_t>(j)] * number(s.own.kl[j]);
  EXPECT_NEAR(number(s.terms.loss()), s.own.reconstruction + kl, 1e-3);
  EXPECT_NEAR(number(term(s.terms, "kl").value), number(s.own.kl.sum()), 1e-5);
}

// CascadeVAE's stage table: one latent after the other falls from the high weight to the low one.
TEST(BetaVae, StagesLetOneLatentInAfterTheOther) {
  const Value options = with("beta_vae", "beta", "{kind = 'stages', from = 10, to = 1, start = 100, steps = 50}");
  for (const auto& [step, open] : std::vector<std::pair<int64_t, int>>{
           {0, 0}, {99, 0}, {100, 1}, {149, 1}, {150, 2}, {249, 3}, {250, 4}, {9999, 4}}) {
    const auto s = step_of("beta_vae", options, step);
    double kl = 0;
    for (int j = 0; j < 4; ++j) kl += (j < open ? 1 : 10) * number(s.own.kl[j]);
    EXPECT_NEAR(number(s.terms.loss()), s.own.reconstruction + kl, 1e-3) << step;
  }
}

TEST(BetaVae, RefusesAnotherNumberOfBetasThanLatents) {
  EXPECT_THROW(
      Registry<Model>::get().make("beta_vae", with("beta_vae", "beta", "[1, 2, 3]"), {small_data()->spec(), 0}), Error);
  EXPECT_NO_THROW(
      Registry<Model>::get().make("beta_vae", with("beta_vae", "beta", "[1, 2, 3, 4]"), {small_data()->spec(), 0}));
}

TEST(FactorVae, AddsTheMeanDifferenceOfTheDiscriminatorsLogits) {
  Value options = with("factor_vae", "gamma", "35");
  options.set("discriminator.initialisation", Value("kaiming_normal"));
  const auto s = step_of("factor_vae", options, 0);
  c10::NoGradGuard no_gradients;
  const Tensor logits = logits_of(*s.model, s.own.z);
  const double total_correlation = number((logits.select(1, 0) - logits.select(1, 1)).mean());
  EXPECT_GT(std::abs(total_correlation), 1e-3);
  EXPECT_NEAR(number(term(s.terms, "total_correlation").value), total_correlation, 1e-4);
  EXPECT_NEAR(number(s.terms.loss()), s.own.reconstruction + number(s.own.kl.sum()) + 35 * total_correlation, 2e-3);
}

TEST(FactorVae, TheDiscriminatorLearnsJointCodesFromPermutedOnes) {
  Value options = with("factor_vae", "gamma", "35");
  options.set("discriminator.initialisation", Value("kaiming_normal"));
  auto s = step_of("factor_vae", options, 0);
  c10::NoGradGuard no_gradients;
  const Phase phase = s.model->phases()[1];
  for (auto& segment : phase.before) segment.run(s.context);
  const Terms terms = phase.terms(s.context);
  const Tensor permuted = s.context.keep("z_permuted");

  // The permuted codes are those of the second batch, column by column in another order.
  const Latents q = s.model->encode(s.context.batch(1));
  const Tensor z = q.location[0] + q.spread[0] * s.context.normal(q.location[0].sizes(), "noise of the second batch");
  EXPECT_LT((std::get<0>(z.sort(0)) - std::get<0>(permuted.sort(0))).abs().max().item<float>(), 1e-5);
  EXPECT_FALSE(at::allclose(z, permuted));

  // Cross-entropy: class 0 for joint codes, class 1 for permuted ones, half of the sum of both means.
  const Tensor joint_log = logits_of(*s.model, s.own.z).log_softmax(1),
               permuted_log = logits_of(*s.model, permuted).log_softmax(1);
  EXPECT_NEAR(number(terms.loss()),
              -0.5 * (number(joint_log.select(1, 0).mean()) + number(permuted_log.select(1, 1).mean())), 1e-5);
  const double right = number((joint_log.select(1, 0) > joint_log.select(1, 1)).sum()) +
                       number((permuted_log.select(1, 1) > permuted_log.select(1, 0)).sum());
  EXPECT_NEAR(number(term(terms, "discriminator_accuracy").value), right / 16, 1e-6);
}

TEST(FactorVae, PublishedDefaults) {
  const Value options = Registry<Model>::get().resolve("factor_vae", Value(), "model");
  EXPECT_EQ(*options.find("discriminator.layers"), Value(5));
  EXPECT_EQ(*options.find("discriminator.width"), Value(1000));
  EXPECT_EQ(*options.find("latents"), Value(10));
}

TEST(Terms, LossSumsAddedTermsTimesWeights) {
  Terms terms;
  EXPECT_FALSE(terms.loss().defined());
  terms.add("a", at::scalar_tensor(2.0));
  terms.add("b", at::tensor({1.0, 2.0}), at::tensor({10.0, 100.0}));
  terms.log("c", at::scalar_tensor(1000.0));
  EXPECT_EQ(number(terms.loss()), 212);
}

TEST(HostContext, NoiseIsAFunctionOfSeedStreamStepAndAttempt) {
  const auto noise = [](uint64_t seed, int64_t step, int64_t attempt, const char* stream) {
    HostContext context(seed);
    context.begin(step, attempt, {});
    return bytes_of(context.normal({3, 4}, stream));
  };
  const auto one = noise(1, 2, 0, "a");
  EXPECT_EQ(one, noise(1, 2, 0, "a"));
  EXPECT_NE(one, noise(2, 2, 0, "a"));
  EXPECT_NE(one, noise(1, 3, 0, "a"));
  EXPECT_NE(one, noise(1, 2, 1, "a"));
  EXPECT_NE(one, noise(1, 2, 0, "b"));
}

// Row i of the noise belongs to sample i: a larger batch adds rows and changes none.
TEST(HostContext, ALargerBatchKeepsTheRowsOfASmallerOne) {
  HostContext context(1);
  context.begin(0, 0, {});
  EXPECT_TRUE(at::equal(context.normal({9, 5}, "a").slice(0, 0, 4), context.normal({4, 5}, "a")));
}

TEST(HostContext, SlotsLastForAStep) {
  HostContext context(1);
  context.begin(0, 0, {});
  EXPECT_FALSE(context.keep("z").defined());
  context.keep("z") = at::ones({2});
  EXPECT_TRUE(context.keep("z").defined());
  context.begin(1, 0, {});
  EXPECT_FALSE(context.keep("z").defined());
}

TEST(GatherBatch, HoldsFieldsPackedAndFactors) {
  const auto data = small_data();
  const std::vector<int64_t> index{5, 4000, 5};
  const Batch batch = gather_batch(*data, {"x", "factors"}, index, {});
  EXPECT_EQ(batch.size(), 3);
  EXPECT_EQ(batch.x().stored.sizes().vec(), (std::vector<int64_t>{3, 32}));
  EXPECT_EQ(batch["x"].sizes().vec(), (std::vector<int64_t>{3, 1, 16, 16}));
  EXPECT_TRUE(at::equal(batch["x"][0], batch["x"][2]));
  std::vector<float> factors(12);
  data->factors(index, factors);
  EXPECT_TRUE(at::equal(batch["factors"], at::from_blob(factors.data(), {3, 4})));
  EXPECT_THROW(gather_batch(*data, {"mask"}, index, {}), Error);
  EXPECT_THROW(batch.items("mask"), std::logic_error);
}

}  // namespace
}  // namespace teasel
