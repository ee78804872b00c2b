// Trainings that meet numbers that are not finite, and the rules that look at a training while it runs.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/train/checkpoint.hpp"
#include "teasel/train/observers.hpp"
#include "tests/core/temporary_folder.hpp"
#include "tests/models/small.hpp"
#include "tests/train/quadratic.hpp"

namespace teasel {
namespace {

using namespace testing;

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

TrainOptions options_for(Trainable& what, int64_t steps) {
  TrainOptions options = TrainOptions::for_phases(what.phases());
  options.steps = steps;
  options.batch_size = 4;
  options.log_every = 1;
  options.checkpoint_every = 10;
  return options;
}

// Drawn to noise and to the numbers of its items, so that another order or another noise shows in its bytes. The first
// `bad_times` that it comes to `bad_step` it meets NaN.
class Noisy : public Trainable {
 public:
  Noisy() { store_.add("a", at::zeros({4})); }
  ParameterStore& parameters() override { return store_; }
  std::vector<Phase> phases() override {
    return {{.name = "only", .trains = "a", .optimizer = {.lr = 0.1}, .terms = [this](StepContext& c) {
               const Tensor noise = c.normal({4, 4});
               const Tensor target = noise.mean(0) + c.batch().index.to(at::kFloat).mean() / 6144;
               const bool bad = c.step() == bad_step && attempts_at_bad++ < bad_times;
               Terms terms;
               const Tensor distance = (store_[0] - target).square().sum();
               // In the gradient alone, or in the loss as well.
               if (bad && in_gradient)
                 terms.add("distance", distance + (store_[0] * 0).abs().sqrt().sum());
               else
                 terms.add("distance", bad ? distance * nan : distance);
               terms.log("noise", noise.mean());
               return terms;
             }}};
  }
  int64_t bad_step = -1;
  int bad_times = 1, attempts_at_bad = 0;
  bool in_gradient = false;

 private:
  ParameterStore store_;
};

struct Listener : Observer {
  void terms(int64_t step, std::span<const Terms::Term> list) override {
    logged.push_back(step);
    for (auto& term : list) values[term.name].push_back(term.value.item<double>());
  }
  void evaluation(int64_t step, std::span<const Measured>) override { evaluated.push_back(step); }
  void checkpoint(const State& state) override { saved.push_back(state.step()), last = copy_of(state); }
  void best(const State& state) override { bests.push_back(state.step()), best_state = copy_of(state); }
  void rolled_back(const Rollback& r) override { rollbacks.push_back(r); }
  std::vector<int64_t> logged, saved, evaluated, bests;
  std::map<std::string, std::vector<double>> values;
  std::vector<Rollback> rollbacks;
  State last, best_state;
};

TEST(Guard, GoesBackToTheLastCheckpointWithOtherNoiseAndALowerRate) {
  for (const bool in_gradient : {false, true}) {
    Noisy model, straight_model;
    model.bad_step = 25, model.in_gradient = in_gradient;
    Listener listener, straight;
    auto options = options_for(model, 40);
    options.guard.lr_factor = 0.25;
    Trainer trainer(model, *small_data(), options, {&listener});
    EXPECT_TRUE(trainer.run());
    ASSERT_EQ(listener.rollbacks.size(), 1u);
    EXPECT_EQ(listener.rollbacks[0].step, 25);
    EXPECT_EQ(listener.rollbacks[0].to, 20);
    EXPECT_EQ(listener.rollbacks[0].attempt, 1);
    EXPECT_NE(listener.rollbacks[0].reason.find(in_gradient ? "gradient" : "loss"), std::string::npos);
    EXPECT_EQ(listener.saved, (std::vector<int64_t>{10, 20, 30, 40}));
    EXPECT_EQ(*trainer.state().counters.find("attempt"), Value(1));
    // Steps 20 to 24 were run twice, with other noise the second time.
    Trainer(straight_model, *small_data(), options, {&straight}).run();
    const auto &noise = listener.values["noise"], &before = straight.values["noise"];
    ASSERT_EQ(noise.size(), 45u);
    for (size_t i = 0; i < 25; ++i) EXPECT_EQ(noise[i], before[i]) << i;
    for (size_t i = 25; i < 45; ++i) EXPECT_NE(noise[i], before[i - 5]) << i;
  }
}

TEST(Guard, LowersTheRateByItsFactor) {
  Noisy model;
  model.bad_step = 1;
  auto options = options_for(model, 2);
  options.phases[0].second.beta1 = 0, options.phases[0].second.beta2 = 0;  // every step is lr times the sign
  options.guard.lr_factor = 0.25;
  Trainer trainer(model, *small_data(), options);
  trainer.run();
  const Tensor in_quarters = (model.parameters()[0] / 0.025).abs();
  EXPECT_TRUE(at::allclose(in_quarters, in_quarters.round(), 0, 1e-4)) << model.parameters()[0];
  EXPECT_LT(model.parameters()[0].abs().max().item<float>(), 0.0501);
}

TEST(Guard, GivesUpAfterItsAttemptsAndCountsThemAnewFromEveryCheckpoint) {
  Noisy stubborn;
  stubborn.bad_step = 25, stubborn.bad_times = 1000;
  Listener listener;
  auto options = options_for(stubborn, 40);
  options.guard.attempts = 2;
  try {
    Trainer(stubborn, *small_data(), options, {&listener}).run();
    ADD_FAILURE() << "no Error";
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("step 25"), std::string::npos) << e.what();
    EXPECT_NE(std::string(e.what()).find("2 times"), std::string::npos) << e.what();
    EXPECT_FALSE(e.hint().empty());
  }
  EXPECT_EQ(listener.rollbacks.size(), 2u);
  EXPECT_EQ(listener.saved, (std::vector<int64_t>{10, 20}));

  Noisy careless;
  careless.bad_step = 5, careless.bad_times = 1;
  options.guard.attempts = 0;
  EXPECT_THROW(Trainer(careless, *small_data(), options).run(), Error);
}

// The log and the checkpoints of a training that meets NaN, ended after `stop_at` steps and gone on with by another
// trainer; the same bytes wherever it ends.
struct Files {
  std::string log, checkpoint, best;
};
Files interrupted_at(int64_t stop_at) {
  const TemporaryFolder folder;
  const RunFolder run = RunFolder::create(folder / "run");
  for (const bool resumed : {false, true}) {
    Noisy model;
    model.bad_step = 25;
    auto options = options_for(model, 40);
    options.best.value = "distance";
    options.plateau.value = "distance", options.plateau.patience = 3;
    options.ema = 0.9;
    const bool has_checkpoint = std::filesystem::exists(run.last_checkpoint());
    const State last = has_checkpoint ? read_checkpoint(run.last_checkpoint()) : State{};
    // The fault is of attempt 0, whatever process meets it.
    if (has_checkpoint && *last.counters.find("attempt") != Value(0)) model.bad_times = 0;
    MetricsLog log(run.metrics(), last.step());
    CheckpointWriter writer(run, 0);
    // A process that is killed: it stops between two steps and saves nothing.
    struct Killed {};
    struct Killer : Observer {
      int64_t at = -1, seen = 0;
      void after_step(int64_t) override {
        if (++seen == at) throw Killed();
      }
    } killer;
    if (!resumed) killer.at = stop_at;
    Trainer trainer(model, *small_data(), options, {&log, &writer, &killer});
    if (has_checkpoint) trainer.restore(last);
    try {
      trainer.run();
      break;
    } catch (const Killed&) {
    }
  }
  return {read_file(run.metrics()), read_file(run.last_checkpoint()), read_file(run.best_checkpoint())};
}

TEST(Guard, KilledAnywhereAroundARollbackEndsInTheSameBytes) {
  const Files straight = interrupted_at(-1);
  EXPECT_EQ(std::ranges::count(straight.log, '\n'), 40);
  // 45 steps are run in all: before the fault, after the rollback, after the checkpoint that follows it.
  for (int64_t stop_at : {3, 12, 24, 25, 26, 28, 29, 30, 31, 38, 44}) {
    const Files files = interrupted_at(stop_at);
    EXPECT_EQ(files.log, straight.log) << stop_at;
    EXPECT_TRUE(files.checkpoint == straight.checkpoint) << stop_at;
    EXPECT_TRUE(files.best == straight.best) << stop_at;
  }
}

TEST(Rules, TheBestStateIsTheOneOfTheBestValue) {
  Noisy model;
  Listener listener;
  auto options = options_for(model, 47);
  options.best.value = "loss", options.best.every = 5;
  Trainer trainer(model, *small_data(), options, {&listener});
  trainer.run();
  const auto& losses = listener.values["loss"];
  double best = std::numeric_limits<double>::infinity();
  int64_t step = 0;
  for (int64_t end = 5; end <= 45; end += 5) {
    double mean = 0;
    for (int64_t i = end - 5; i < end; ++i) mean += losses[static_cast<size_t>(i)] / 5;
    if (mean < best) best = mean, step = end;
  }
  EXPECT_EQ(listener.best_state.step(), step);
  double found = 0;
  ASSERT_TRUE(listener.best_state.counters.find("best.best")->number(found));
  EXPECT_NEAR(found, best, 1e-5);
  EXPECT_EQ(*listener.best_state.counters.find("best.step"), Value(step));
  // The state itself: a training that ends there has the same weights.
  Noisy shorter;
  auto fewer = options;
  fewer.steps = step;
  Trainer(shorter, *small_data(), fewer).run();
  EXPECT_TRUE(at::equal(listener.best_state.at("model.a", shorter.parameters()[0]), shorter.parameters()[0].detach()));
}

TEST(Rules, APlateauLowersTheRateOfEveryPhase) {
  Quadratic q;
  Listener listener;
  auto options = options_for(q, 60);
  options.plateau.value = "distance_a", options.plateau.patience = 2, options.plateau.threshold = 0.9;
  options.plateau.factor = 0.5;
  Trainer(q, *small_data(), options, {&listener}).run();
  const auto &a = listener.values["learning_rate.a"], &b = listener.values["learning_rate.b"];
  EXPECT_EQ(a, b);
  EXPECT_EQ(a.front(), 0.1);
  EXPECT_LT(a.back(), 0.05);
  EXPECT_GE(a.back(), 0.1 * options.plateau.floor - 1e-12);
}

TEST(Rules, AnUnknownValueIsAnErrorAtTheStart) {
  for (auto* name : {"los", "eval.mig", "noise.3"}) {
    Noisy model;
    Listener listener;
    auto options = options_for(model, 20);
    options.best.value = name;
    try {
      Trainer trainer(model, *small_data(), options, {&listener});
      trainer.run();
      ADD_FAILURE() << "no Error for " << name;
    } catch (const Error& e) {
      EXPECT_NE(std::string(e.what()).find(name), std::string::npos) << e.what();
      EXPECT_FALSE(e.hint().empty());
    }
    EXPECT_TRUE(listener.saved.empty());
  }
}

TEST(Rules, WarmUpRaisesTheRate) {
  Quadratic q;
  auto options = options_for(q, 4);
  options.warmup = 4;
  options.phases[0].second.beta1 = 0, options.phases[0].second.beta2 = 0;
  Trainer trainer(q, *small_data(), options);
  float before = 0;
  for (float part : {0.25f, 0.5f, 0.75f, 1.0f}) {
    trainer.run_step();
    const float now = q.parameters()[0][0][0].item<float>();
    EXPECT_NEAR(now - before, 0.1f * part, 1e-5);
    before = now;
  }
}

TEST(Evaluation, HappensWhenItIsDueAndFeedsTheRules) {
  Noisy model;
  Listener listener;
  auto options = options_for(model, 25);
  options.evaluate.every = 10, options.evaluate.metrics = {"anything"};
  options.best.value = "eval.up", options.best.direction = "max";
  Trainer trainer(model, *small_data(), options, {&listener});
  trainer.evaluate_with([](int64_t step) {
    return std::vector<Measured>{{"eval.up", step == 25 ? -1.0 : double(step)}};
  });
  trainer.run();
  EXPECT_EQ(listener.evaluated, (std::vector<int64_t>{10, 20, 25}));
  EXPECT_EQ(listener.bests, (std::vector<int64_t>{10, 20}));
  trainer.run();  // nothing is left to do
  EXPECT_EQ(listener.evaluated.size(), 3u);
}

TEST(Evaluation, SeesTheAveragedWeightsWhereItAsksForThem) {
  Noisy model;
  auto options = options_for(model, 10);
  options.evaluate.every = 10, options.evaluate.metrics = {"anything"};
  options.evaluate.weights = "ema";
  EXPECT_THROW(Trainer(model, *small_data(), options), Error);  // no average is kept
  options.ema = 0.9;
  Trainer trainer(model, *small_data(), options);
  Tensor seen;
  trainer.evaluate_with([&](int64_t) {
    seen = model.parameters()[0].clone();
    return std::vector<Measured>{};
  });
  trainer.run();
  const State state = trainer.state();
  EXPECT_TRUE(at::equal(seen, state.at("ema.a", seen)));
  EXPECT_FALSE(at::equal(seen, state.at("model.a", seen)));
  EXPECT_TRUE(at::equal(model.parameters()[0].detach(), state.at("model.a", seen)));
}

TEST(Prefetch, ChangesNoByte) {
  std::vector<std::map<std::string, std::string>> bytes;
  for (const bool prefetch : {true, false}) {
    Noisy model;
    model.bad_step = 25;
    auto options = options_for(model, 40);
    options.prefetch = prefetch;
    Trainer trainer(model, *small_data(), options);
    trainer.run();
    bytes.push_back(bytes_of(trainer.state()));
  }
  EXPECT_EQ(bytes[0], bytes[1]);
}

}  // namespace
}  // namespace teasel
