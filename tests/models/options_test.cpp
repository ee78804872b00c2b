// The options of the variational autoencoders: every published variant against its formula, and the mistakes of
// published code that must not come back.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <numbers>

#include "tests/models/gradients.hpp"
#include "tests/models/stepped.hpp"

namespace teasel {
namespace {

using namespace testing;

std::unique_ptr<Model> make(const std::string& name, const std::string& toml) {
  return Registry<Model>::get().make(name, options_with(name, toml), {small_data()->spec(), 5});
}

// ---- every variant --------------------------------------------------------------------------------------------------

struct Variant {
  const char *label, *model, *options;
};

void PrintTo(const Variant& v, std::ostream* out) { *out << v.label; }

const Variant variants[] = {
    {"softplus", "vae", "posterior = 'softplus'"},
    {"clamped", "vae", "posterior = 'clamped_log_variance'"},
    {"weight_penalty", "beta_vae", "weight_penalty = 0.5"},
    {"gaussian", "vae", "decoder = {name = 'conv_a4', likelihood = {name = 'gaussian', learned_scale = true}}"},
    {"laplace", "vae", "decoder = {name = 'conv_a1', likelihood = {name = 'laplace', learned_scale = true}}"},
    {"squared_error", "vae", "decoder = {name = 'conv_a3', likelihood = {name = 'gaussian', form = 'squared_error'}}"},
    {"perceptrons", "vae",
     "encoder = {name = 'mlp_a5', hidden = [16, 16]}\ndecoder = {name = 'mlp_a5', hidden = [16, 16, 16]}"},
    {"nar_network", "vae", "encoder = 'conv_a7'\ndecoder = 'conv_a7'"},
    {"capacity_reached", "beta_vae_capacity", "capacity = 0.5\ngamma = 10\nkink = 3"},
    {"halves", "factor_vae", "second_batch = 'halves'"},
    {"same_batch", "factor_vae", "second_batch = 'same_batch'"},
    {"same_codes", "factor_vae", "second_batch = 'same_codes'"},
    {"one_output", "factor_vae", "discriminator = {outputs = 1, layers = 6}"},
    {"limited", "factor_vae", "log_odds_limit = 0.5"},
};

class EveryVariant : public ::testing::TestWithParam<Variant> {};

TEST_P(EveryVariant, GradientsAgreeWithFiniteDifferences) {
  const auto model = make(GetParam().model, GetParam().options);
  shake(*model);
  expect_gradients_agree_with_finite_differences(*model);
}

TEST_P(EveryVariant, LearnsSomethingInAFewStepsAndEveryByteFollowsTheSeed) {
  std::vector<double> losses;
  const auto train = [&](int64_t seed) {
    const auto model = make(GetParam().model, GetParam().options);
    TrainOptions options = small_training(*model, 60, seed);
    for (auto& [name, optimizer] : options.phases) optimizer.lr = Schedule(2e-3);
    const Batch batch = gather_batch(*small_data(), model->fields(), {0, 1000, 2000, 3000, 4000, 5000}, {});
    const auto distortion = [&] {
      c10::NoGradGuard no_gradients;
      return number(model->distortion(model->encode(batch), batch).mean());
    };
    losses.push_back(distortion());
    Trainer trainer(*model, *small_data(), options);
    while (trainer.step() < options.steps) trainer.run_step();
    losses.push_back(distortion());
    return bytes_of(trainer.state());
  };
  EXPECT_EQ(train(1), train(1));
  EXPECT_LT(losses[1], losses[0]);
}

INSTANTIATE_TEST_SUITE_P(Of, EveryVariant, ::testing::ValuesIn(variants), [](auto& info) { return info.param.label; });

// ---- reductions -----------------------------------------------------------------------------------------------------

// With all weights 0 every logit is 0 and every code N(0, 1): ln 2 for each pixel, summed over pixels and averaged over
// the batch, and no divergence. With 1 in the encoder's last bias alone: means 1 and log-variances 1.
TEST(Reductions, SumOverPixelsAndLatentsAverageOverTheBatch) {
  for (int64_t batch_size : {2, 8}) {
    c10::NoGradGuard no_gradients;
    const auto model = make("vae", "");
    for (auto& slot : model->parameters().slots()) slot.value.zero_();
    HostContext context(1);
    context.begin(0, 0, first_batches(*model, *small_data(), batch_size));
    const auto terms = [&] { return model->phases()[0].terms(context); };
    EXPECT_NEAR(number(term(terms(), "reconstruction").value), 16 * 16 * std::numbers::ln2, 1e-3);
    EXPECT_EQ(number(term(terms(), "kl").value), 0);
    for (auto& slot : model->parameters().slots())
      if (slot.name == "encoder.head.bias") slot.value.fill_(1);
    EXPECT_NEAR(number(term(terms(), "kl").value), 4 * 0.5 * (1 + std::numbers::e - 1 - 1), 1e-5);
  }
}

// ---- posteriors -----------------------------------------------------------------------------------------------------

// The encoder's raw outputs [B, 2n]: its head on what the log-variance model says of mean and spread.
TEST(Posterior, SoftplusReadsADeviation) {
  c10::NoGradGuard no_gradients;
  const auto plain = make("vae", ""), soft = make("vae", "posterior = 'softplus'");
  shake(*plain), shake(*soft);
  const Batch batch = first_batches(*plain, *small_data())[0];
  const Latents p = plain->encode(batch), s = soft->encode(batch);
  EXPECT_TRUE(at::equal(p.location[0], s.location[0]));
  const Tensor raw = 2 * p.spread[0].log();
  EXPECT_LT((s.spread[0] - (1 + raw.exp()).log()).abs().max().item<float>(), 1e-5);

  const auto step = step_of("vae", options_with("vae", "posterior = 'softplus'"), 0);
  EXPECT_NEAR(number(term(step.terms, "kl").value), number(step.own.kl.sum()), 1e-5);
  EXPECT_NEAR(number(step.terms.loss()), step.own.reconstruction + number(step.own.kl.sum()), 1e-3);
}

TEST(Posterior, ClampedLogVariancesStayWithinTheirBounds) {
  c10::NoGradGuard no_gradients;
  const auto model = make("vae", "posterior = 'clamped_log_variance'"), plain = make("vae", "");
  const Batch batch = first_batches(*plain, *small_data())[0];
  EXPECT_EQ(bytes_of(model->encode(batch).spread[0]), bytes_of(plain->encode(batch).spread[0]));
  for (auto& slot : model->parameters().slots())
    if (slot.name == "encoder.head.bias") slot.value.copy_(at::tensor({0, 0, 0, 0, 1000, -1000, 0, 0}));
  const Tensor spread = model->encode(batch).spread[0];
  EXPECT_NEAR(number(spread[0][0].log()), 5, 1e-5);
  EXPECT_NEAR(number(spread[0][1].log()), -10, 1e-5);
  HostContext context(1);
  context.begin(0, 0, {batch});
  EXPECT_TRUE(std::isfinite(number(model->phases()[0].terms(context).loss())));
}

TEST(WeightPenalty, CountsWeightsOfEncoderAndDecoderAndNoBiases) {
  const std::string options = "weight_penalty = 0.25\ndiscriminator = {name = 'mlp_d5', width = 16}";
  auto s = step_of("factor_vae", options_with("factor_vae", options), 0);
  double squares = 0;
  for (auto& slot : s.model->parameters().slots())
    if (slot.value.dim() > 1 && !slot.name.starts_with("discriminator"))
      squares += number(slot.value.detach().to(at::kDouble).square().sum());
  EXPECT_NEAR(number(term(s.terms, "weight_penalty").value), 0.5 * squares, 1e-4 * squares);
  const Terms unpenalised = step_of("factor_vae", options_with("factor_vae", ""), 0).terms;
  EXPECT_NEAR(number(s.terms.loss()) - number(unpenalised.loss()), 0.25 * 0.5 * squares, 1e-3);
  for (auto& t : unpenalised.list()) EXPECT_NE(t.name, "weight_penalty");
}

// ---- beta-VAE with stages -------------------------------------------------------------------------------------------

TEST(BetaVae, MayForgetAdamsMomentsAtEveryStage) {
  const std::string stages = "beta = {kind = 'stages', from = 10, to = 1, start = 3, steps = 5}\n";
  const auto model = make("beta_vae", stages + "reset_adam_on_stage = true");
  std::vector<int64_t> steps;
  for (auto& event : model->events()) steps.push_back(event.step);
  EXPECT_EQ(steps, (std::vector<int64_t>{3, 8, 13, 18}));
  EXPECT_TRUE(make("beta_vae", stages)->events().empty());
  EXPECT_THROW(make("beta_vae", "reset_adam_on_stage = true"), Error);

  Trainer trainer(*model, *small_data(), small_training(*model, 20));
  std::vector<int64_t> updates;
  while (trainer.step() < 20) {
    trainer.run_step();
    updates.push_back(*trainer.state().counters.find("updates.vae")->as<int64_t>());
  }
  EXPECT_EQ(updates, (std::vector<int64_t>{1, 2, 3, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2}));
}

// ---- capacity -------------------------------------------------------------------------------------------------------

TEST(BetaVaeCapacity, DrawsTheKlToACapacityThatRises) {
  const std::string ramp =
      "kink = 0\ngamma = 1000\ncapacity = {kind = 'linear', from = 0, to = 25, start = 0, steps = 1000}";
  for (const auto& [step, capacity] :
       std::vector<std::pair<int64_t, double>>{{0, 0}, {500, 12.5}, {1000, 25}, {9999, 25}}) {
    const auto s = step_of("beta_vae_capacity", options_with("beta_vae_capacity", ramp), step);
    const double kl = number(s.own.kl.sum()), gap = std::abs(kl - capacity);
    EXPECT_FLOAT_EQ(static_cast<float>(number(term(s.terms, "capacity").value)), static_cast<float>(capacity));
    EXPECT_NEAR(number(term(s.terms, "kl").value), kl, 1e-5);
    EXPECT_NEAR(number(term(s.terms, "capacity_gap").value), gap, 1e-4) << step;
    EXPECT_NEAR(number(s.terms.loss()), s.own.reconstruction + 1000 * gap, 1e-4 * (1 + 1000 * gap)) << step;
    EXPECT_FALSE(term(s.terms, "kl").in_loss);
  }
}

TEST(BetaVaeCapacity, ThePublishedRampIsTheDefault) {
  const Value options = Registry<Model>::get().resolve("beta_vae_capacity", Value(), "model");
  EXPECT_EQ(*options.find("capacity.to"), Value(25.0));
  EXPECT_EQ(*options.find("capacity.steps"), Value(100000));
}

// d^2 / 2w below w, d - w/2 beyond, where d is the distance on either side.
TEST(BetaVaeCapacity, TheKinkMayBeRounded) {
  const auto gap_and_kl = [](double capacity) {
    const std::string options = "kink = 1.5\ngamma = 1\ncapacity = " + std::to_string(capacity);
    const auto s = step_of("beta_vae_capacity", options_with("beta_vae_capacity", options), 0);
    return std::pair{number(term(s.terms, "capacity_gap").value), number(s.own.kl.sum())};
  };
  for (double capacity : {0.0, 0.4, 0.7, 1.49, 1.51, 5.0}) {
    const auto [gap, kl] = gap_and_kl(capacity);
    const double d = std::abs(kl - capacity), expected = d < 1.5 ? d * d / 3 : d - 0.75;
    EXPECT_NEAR(gap, expected, 1e-4) << capacity;
  }
}

// ---- FactorVAE ------------------------------------------------------------------------------------------------------

// The codes of items [from, from + count) of a batch, with rows of a named noise.
Tensor codes(Model& model, HostContext& context, const Batch& batch, int64_t from, int64_t count, const char* stream) {
  const Latents q = model.encode(batch);
  const Tensor mean = q.location[0].narrow(0, from, count), deviation = q.spread[0].narrow(0, from, count);
  return mean + deviation * context.normal(mean.sizes(), stream);
}

struct SecondCodes {
  Tensor joint, permuted;  // as the model kept them
  Tensor first, again;     // batch 0 with its noise; with the noise of the second batch
  Tensor second_half;      // items 4..8 with the noise of the second batch
  Terms terms;
  double reconstruction_of_first_half;
  int batches;
};

SecondCodes second_codes(const std::string& variant) {
  c10::NoGradGuard no_gradients;
  auto s = step_of("factor_vae", options_with("factor_vae", "second_batch = '" + variant + "'"), 0);
  const auto phases = s.model->phases();
  for (auto& segment : phases[1].before) segment.run(s.context);
  const Batch& batch = s.context.batch(0);
  SecondCodes out;
  out.joint = s.context.keep("z"), out.permuted = s.context.keep("z_permuted");
  out.first = codes(*s.model, s.context, batch, 0, out.joint.size(0), "noise");
  out.again = codes(*s.model, s.context, batch, 0, 8, "noise of the second batch");
  out.second_half = codes(*s.model, s.context, batch, 4, 4, "noise of the second batch");
  const Items& x = batch.x();
  const Batch half{{{"x", {x.stored.narrow(0, 0, 4), x.dtype, x.shape}}}, batch.index.narrow(0, 0, 4)};
  Latents latents = s.model->encode(half);
  latents.location[0] = out.first.narrow(0, 0, 4);
  out.reconstruction_of_first_half = number(s.model->distortion(latents, half).mean());
  out.terms = s.terms;
  out.batches = s.model->batches();
  return out;
}

bool same_columns(const Tensor& a, const Tensor& b) {
  return a.sizes() == b.sizes() && (std::get<0>(a.sort(0)) - std::get<0>(b.sort(0))).abs().max().item<float>() < 1e-5;
}

TEST(FactorVae, PermutesTheCodesThatItsVariantNames) {
  const auto independent = second_codes("independent");
  EXPECT_EQ(independent.batches, 2);
  EXPECT_FALSE(same_columns(independent.permuted, independent.again));

  const auto same_batch = second_codes("same_batch");
  EXPECT_EQ(same_batch.batches, 1);
  EXPECT_TRUE(same_columns(same_batch.permuted, same_batch.again));
  EXPECT_FALSE(same_columns(same_batch.permuted, same_batch.first));

  const auto same_codes = second_codes("same_codes");
  EXPECT_EQ(same_codes.batches, 1);
  EXPECT_TRUE(same_columns(same_codes.permuted, same_codes.first));
  EXPECT_FALSE(at::allclose(same_codes.permuted, same_codes.first));
}

TEST(FactorVae, HalvesTrainTheAutoencoderOnTheFirstHalfAlone) {
  const auto halves = second_codes("halves");
  EXPECT_EQ(halves.batches, 1);
  ASSERT_EQ(halves.joint.size(0), 4);
  EXPECT_LT((halves.joint - halves.first).abs().max().item<float>(), 1e-5);
  EXPECT_TRUE(same_columns(halves.permuted, halves.second_half));
  EXPECT_NEAR(number(term(halves.terms, "reconstruction").value), halves.reconstruction_of_first_half, 1e-3);

  const auto model = make("factor_vae", "second_batch = 'halves'");
  HostContext context(1);
  context.begin(0, 0, first_batches(*model, *small_data(), 1));
  EXPECT_THROW(model->phases()[0].terms(context), Error);
}

TEST(FactorVae, OneOutputIsTheLogOdds) {
  auto s = step_of("factor_vae",
                   options_with("factor_vae", "discriminator = {outputs = 1, initialisation = 'framework'}"), 0);
  c10::NoGradGuard no_gradients;
  const Tensor joint = logits_of(*s.model, s.own.z);
  ASSERT_EQ(joint.size(1), 1);
  EXPECT_NEAR(number(term(s.terms, "total_correlation").value), number(joint.mean()), 1e-5);
  const Phase phase = s.model->phases()[1];
  for (auto& segment : phase.before) segment.run(s.context);
  const Tensor permuted = logits_of(*s.model, s.context.keep("z_permuted"));
  EXPECT_NEAR(number(phase.terms(s.context).loss()),
              -0.5 * number(joint.sigmoid().log().mean() + (1 - permuted.sigmoid()).log().mean()), 1e-5);
}

TEST(FactorVae, LogOddsMayBeBentToALimit) {
  auto s = step_of(
      "factor_vae",
      options_with("factor_vae", "log_odds_limit = 0.01\ndiscriminator = {initialisation = 'kaiming_normal'}"), 0);
  c10::NoGradGuard no_gradients;
  const Tensor logits = logits_of(*s.model, s.own.z), log_odds = logits.select(1, 0) - logits.select(1, 1);
  EXPECT_GT(log_odds.abs().max().item<double>(), 0.02);
  EXPECT_NEAR(number(term(s.terms, "total_correlation").value), number((0.01 * (log_odds / 0.01).tanh()).mean()), 1e-6);
}

// Published code that reuses the first forward pass lets the discriminator's loss pull the encoder towards codes that
// are easy to tell apart.
TEST(FactorVae, TheDiscriminatorsLossDoesNotReachTheAutoencoder) {
  for (const std::string variant : {"independent", "halves", "same_batch", "same_codes"}) {
    const auto model = make("factor_vae", "second_batch = '" + variant + "'");
    shake(*model);
    HostContext context(1);
    context.begin(0, 0, first_batches(*model, *small_data()));
    const auto phases = model->phases();
    phases[0].terms(context);
    {
      c10::NoGradGuard no_gradients;  // as the trainer runs segments
      for (auto& segment : phases[1].before) segment.run(context);
    }
    std::vector<Tensor> autoencoder;
    for (size_t slot : model->parameters().matching("encoder.|decoder."))
      autoencoder.push_back(model->parameters()[slot]);
    const auto gradients =
        torch::autograd::grad({phases[1].terms(context).loss()}, autoencoder, {}, false, false, true);
    for (auto& gradient : gradients) EXPECT_FALSE(gradient.defined()) << variant;
  }
}

TEST(FactorVae, GammaMayWarmUp) {
  const std::string warm_up =
      "gamma = {kind = 'linear', from = 0, to = 6.4, start = 0, steps = 10000}\n"
      "discriminator = {initialisation = 'kaiming_normal'}";
  for (const auto& [step, gamma] : std::vector<std::pair<int64_t, double>>{{0, 0}, {5000, 3.2}, {20000, 6.4}}) {
    const auto s = step_of("factor_vae", options_with("factor_vae", warm_up), step);
    const double tc = number(term(s.terms, "total_correlation").value);
    EXPECT_NEAR(number(s.terms.loss()), s.own.reconstruction + number(s.own.kl.sum()) + gamma * tc, 1e-3) << step;
  }
}

}  // namespace
}  // namespace teasel
