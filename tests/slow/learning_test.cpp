// Every model of the zoo, and every likelihood, network and variant of it, learns rendered dSprites at 32x32 within
// some hundred steps: each ends far below what the best single image for all items costs.
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/models/stepped.hpp"

namespace teasel {
namespace {

using namespace testing;

std::shared_ptr<const Dataset> sprites() {
  static const auto data = open_dataset(parse_toml(
      "name = 'dsprites'\nviews = [{name = 'select', factor = 'orientation', values = [0, 10, 20, 30]}, {name = "
      "'resize', size = 32}]",
      "sprites"));
  return data;
}

std::shared_ptr<const Dataset> sprites_at(const char* places, const char* scales) {
  const std::string at = std::string("', values = ") + places + "}, ";
  return open_dataset(parse_toml(
      "name = 'dsprites'\nviews = [{name = 'select', factor = 'orientation', values = [0, 10, 20, 30]}, {name = "
      "'select', factor = 'scale', values = " +
          std::string(scales) + "}, {name = 'select', factor = 'position_x" + at +
          "{name = 'select', factor = 'position_y" + at + "{name = 'resize', size = 32}]",
      "sprites_at"));
}

// Where most pixels are nearly always black, black everywhere costs little under a Gaussian or Laplace density, and the
// logistic function is flat there: a plateau of more than these steps. Gaussians learn large sprites near the middle.
std::shared_ptr<const Dataset> large_sprites() {
  static const auto data = sprites_at("[13, 14, 15, 16, 17, 18]", "[5]");
  return data;
}

// Under Laplace a pixel's best constant is its median, which it leaves only where a code makes the other colour more
// likely than not. On binary sprites training comes to the median image and rests there (as the same model does in
// plain PyTorch); a location through the logistic function ends at black, where that is flat.
std::shared_ptr<const Dataset> sizes() {
  static const auto data = sprites_at("[15, 16]", "[0, 1, 2, 3, 4, 5]");
  return data;
}

struct Learner {
  const char *label, *model, *options;
  std::shared_ptr<const Dataset> (*data)() = sprites;
  int64_t steps = 600;
};

void PrintTo(const Learner& l, std::ostream* out) { *out << l.label; }

const Learner learners[] = {
    {"vae", "vae", ""},
    {"beta_vae", "beta_vae", "beta = 2"},
    {"beta_vae_capacity", "beta_vae_capacity",
     "capacity = {kind = 'linear', from = 0, to = 12, start = 0, steps = 300}"},
    {"factor_vae", "factor_vae",
     "gamma = 5\ndiscriminator = {layers = 3, width = 64, initialisation = 'kaiming_normal'}\ndiscriminator_lr = 1e-3"},
    {"factor_vae_halves", "factor_vae", "gamma = 5\nsecond_batch = 'halves'\ndiscriminator = {width = 64}"},
    {"factor_vae_same_batch", "factor_vae", "gamma = 5\nsecond_batch = 'same_batch'\ndiscriminator = {width = 64}"},
    {"factor_vae_same_codes", "factor_vae",
     "gamma = 5\nsecond_batch = 'same_codes'\ndiscriminator = {name = 'mlp_d6', width = 64}"},
    {"softplus_with_penalty", "beta_vae", "beta = 1\nposterior = 'softplus'\nweight_penalty = 4e-5"},
    {"perceptrons", "vae",
     "encoder = {name = 'mlp_a5', hidden = [256, 256]}\ndecoder = {name = 'mlp_a5', hidden = [256, 256, 256]}", sprites,
     2500},
    {"conv_a1", "vae", "encoder = 'conv_a1'\ndecoder = 'conv_a1'"},
    {"conv_a3", "vae",
     "encoder = {name = 'conv_a3', initialisation = 'kaiming_normal'}\ndecoder = {name = 'conv_a3', initialisation = "
     "'kaiming_normal'}"},
    {"conv_a6", "vae", "encoder = 'conv_a6'\ndecoder = 'conv_a6'"},
    {"conv_a7", "vae",
     "encoder = {name = 'conv_a7', initialisation = 'kaiming_normal'}\ndecoder = {name = 'conv_a7', initialisation = "
     "'kaiming_uniform'}"},
    {"gaussian_fixed", "vae", "decoder = {name = 'conv_a4', likelihood = {name = 'gaussian', scale = 0.2}}",
     large_sprites},
    {"gaussian_learned", "vae",
     "decoder = {name = 'conv_a4', likelihood = {name = 'gaussian', scale = 0.3, learned_scale = true}}",
     large_sprites},
    {"gaussian_squared_error", "vae",
     "decoder = {name = 'conv_a4', likelihood = {name = 'gaussian', form = 'squared_error'}}", large_sprites},
    {"gaussian_255", "vae",
     "decoder = {name = 'conv_a4', likelihood = {name = 'gaussian', form = 'squared_error_255'}}", large_sprites},
    {"laplace_fixed", "vae",
     "decoder = {name = 'conv_a4', likelihood = {name = 'laplace', location = 'identity', scale = 0.1}}", sizes},
    {"laplace_learned", "vae",
     "decoder = {name = 'conv_a4', likelihood = {name = 'laplace', location = 'identity', scale = 0.2, learned_scale = "
     "true}}",
     sizes},
    {"laplace_three", "vae",
     "decoder = {name = 'conv_a4', likelihood = {name = 'laplace', location = 'identity', form = 'absolute_error_3'}}",
     sizes},
    {"bernoulli_above_entropy", "vae", "decoder = {name = 'conv_a4', likelihood = 'bernoulli_above_entropy'}"},
};

class EveryLearner : public ::testing::TestWithParam<Learner> {};

TEST_P(EveryLearner, ComesToWhatItCanReach) {
  const Dataset& data = *GetParam().data();
  const Value options =
      Registry<Model>::get().resolve(GetParam().model, parse_toml(GetParam().options, "test"), "model");
  const auto model = Registry<Model>::get().make(GetParam().model, options, {data.spec(), 1});
  TrainOptions training = small_training(*model, GetParam().steps);
  training.batch_size = 64, training.log_every = 1000000;
  for (auto& [name, optimizer] : training.phases) optimizer.lr = Schedule(1e-3);
  Trainer trainer(*model, data, training);
  while (trainer.step() < training.steps) trainer.run_step();

  c10::NoGradGuard no_gradients;
  std::vector<int64_t> index;
  for (int64_t i = 0; i < 256; ++i) index.push_back(i * 7919 % data.spec().size);
  const Batch batch = gather_batch(data, model->fields(), index, {});
  const Tensor x = batch.x().values(), made = model->decode(model->encode(batch));
  // Absolute errors where the model minimises those: the best single image is then the median.
  const bool absolute = std::string(GetParam().label).starts_with("laplace");
  const auto cost = [&](const Tensor& d) { return number(absolute ? d.abs().sum() : d.square().sum()); };
  const Tensor one_image = absolute ? std::get<0>(x.median(0, true)) : x.mean(0, true);
  const double error = cost(made - x), one_for_all = cost(x - one_image);
  std::printf("%-26s error %.3f of one image's\n", GetParam().label, error / one_for_all);
  EXPECT_LT(error, (absolute ? 1.1 : 0.6) * one_for_all);
}

INSTANTIATE_TEST_SUITE_P(Of, EveryLearner, ::testing::ValuesIn(learners), [](auto& info) { return info.param.label; });

// The KL divergence ends at the capacity, which it would not reach by itself: the ramp holds it there from either side.
TEST(BetaVaeCapacity, TheKlEndsAtTheCapacity) {
  for (double capacity : {3.0, 30.0}) {
    const std::string text =
        "gamma = 100\nlr = 1e-3\nkink = 0.5\ncapacity = {kind = 'linear', from = 0, to = " + std::to_string(capacity) +
        ", start = 0, steps = 400}";
    const Value options = Registry<Model>::get().resolve("beta_vae_capacity", parse_toml(text, "test"), "model");
    const auto model = Registry<Model>::get().make("beta_vae_capacity", options, {sprites()->spec(), 1});
    TrainOptions training = small_training(*model, 900);
    training.batch_size = 64, training.log_every = 1000000;
    Trainer trainer(*model, *sprites(), training);
    while (trainer.step() < training.steps) trainer.run_step();
    c10::NoGradGuard no_gradients;
    HostContext context(1);
    context.begin(training.steps, 0, first_batches(*model, *sprites(), 512));
    EXPECT_NEAR(number(term(model->phases()[0].terms(context), "kl").value), capacity, 0.1 * capacity) << capacity;
  }
}

}  // namespace
}  // namespace teasel
