// The loop: phases, events, guards, stopping, restoring.
#include "teasel/train/trainer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

#include "teasel/core/error.hpp"
#include "tests/models/small.hpp"
#include "tests/train/quadratic.hpp"

namespace teasel {
namespace {

using namespace testing;

TrainOptions options_for(Quadratic& q, int64_t steps) {
  TrainOptions options = TrainOptions::for_phases(q.phases());
  options.steps = steps;
  options.batch_size = 4;
  options.log_every = 5;
  return options;
}

// Writes down what it hears.
struct Listener : Observer {
  void terms(int64_t step, std::span<const Terms::Term> list) override {
    logged.push_back(step);
    for (auto& term : list) names[step].push_back(term.name);
  }
  void after_step(int64_t done) override { after.push_back(done); }
  void checkpoint(const State& state) override { saved.push_back(state.step()), last = copy_of(state); }
  std::vector<int64_t> logged, after, saved;
  std::map<int64_t, std::vector<std::string>> names;
  State last;
};

TEST(Trainer, ReachesTheMinimumAndTellsItsObservers) {
  Quadratic q;
  Listener listener;
  auto options = options_for(q, 203);
  options.checkpoint_every = 100;
  Trainer trainer(q, *small_data(), options, {&listener});
  EXPECT_TRUE(trainer.run());
  EXPECT_LT((q.parameters()[0] - 3).abs().max().item<float>(), 0.05);
  EXPECT_EQ(q.finished, 1);
  EXPECT_EQ(listener.saved, (std::vector<int64_t>{100, 200, 203}));
  EXPECT_EQ(listener.logged.front(), 0);
  EXPECT_EQ(listener.logged[1], 5);
  EXPECT_EQ(listener.logged.back(), 202);
  EXPECT_EQ(listener.after.size(), 203u);
  EXPECT_EQ(listener.names[0], (std::vector<std::string>{"loss.a", "distance_a", "loss.b", "distance_b"}));
  EXPECT_TRUE(trainer.run());  // nothing is left to do, and nothing is saved twice
  EXPECT_EQ(listener.saved.size(), 3u);
}

TEST(Trainer, TellsThePartsOfAStepAsTheyEnd) {
  struct : Observer {
    void after_part(StepPart part) override { parts.push_back(part); }
    std::vector<StepPart> parts;
  } clock;
  Quadratic q;
  q.every_b = 2;
  Trainer trainer(q, *small_data(), options_for(q, 2), {&clock});
  trainer.run();
  using enum StepPart;
  EXPECT_EQ(clock.parts, (std::vector{data, gradients, update, gradients, update, data, gradients, update}));
}

TEST(Trainer, APhaseMayRunInEveryNthStep) {
  Quadratic q;
  q.every_b = 4;
  Trainer trainer(q, *small_data(), options_for(q, 9));
  trainer.run();
  EXPECT_EQ(*trainer.state().counters.find("updates.a"), Value(9));
  EXPECT_EQ(*trainer.state().counters.find("updates.b"), Value(3));  // steps 0, 4, 8
}

TEST(Trainer, EventsResetAnOptimizer) {
  Quadratic q;
  q.planned = {{.step = 6, .phase = "b"}};
  Trainer trainer(q, *small_data(), options_for(q, 10));
  trainer.run();
  EXPECT_EQ(*trainer.state().counters.find("updates.a"), Value(10));
  EXPECT_EQ(*trainer.state().counters.find("updates.b"), Value(4));
}

TEST(Trainer, UserSettingsOverrideAPhasesOptimizer) {
  Quadratic q;
  auto options = options_for(q, 1);
  read_options([&](Fields& f) { options.describe(f); }, parse_toml("[phases.b]\nlr = 0.25", "test"), "train");
  Trainer trainer(q, *small_data(), options);
  trainer.run();
  EXPECT_NEAR(q.parameters()[0][0][0].item<float>(), 0.1, 1e-5);  // Adam's first step is the learning rate
  EXPECT_NEAR(q.parameters()[1][0].item<float>(), 0.25, 1e-5);
}

TEST(Trainer, LearningRatesFollowTheirSchedule) {
  Quadratic q;
  auto options = options_for(q, 3);
  Schedule falling;
  falling.kind = Schedule::Kind::linear, falling.from = {0.5}, falling.to = {0}, falling.steps = 2;
  options.phases[0].second.lr = falling;
  options.phases[0].second.beta1 = 0, options.phases[0].second.beta2 = 0;  // every step is lr times the sign
  Trainer trainer(q, *small_data(), options);
  for (float expected : {0.5f, 0.75f, 0.75f}) {
    trainer.run_step();
    EXPECT_NEAR(q.parameters()[0][0][0].item<float>(), expected, 1e-5);
  }
}

TEST(Trainer, ClipsGradients) {
  Quadratic q;
  auto options = options_for(q, 1);
  options.gradient_clip = 1e-12;  // below Adam's epsilon, so that it shows
  Trainer trainer(q, *small_data(), options);
  trainer.run();
  EXPECT_LT(q.parameters()[0].abs().max().item<float>(), 1e-3);
}

TEST(Trainer, BatchesOfAStepDiffer) {
  Quadratic q;
  q.batches_drawn = 2;
  std::vector<Tensor> seen;
  q.look = [&](StepContext& c) { seen.push_back(c.batch(0).index), seen.push_back(c.batch(1).index); };
  Trainer trainer(q, *small_data(), options_for(q, 1));
  trainer.run();
  EXPECT_EQ(seen[0].numel(), 4);
  EXPECT_FALSE(at::equal(seen[0], seen[1]));
}

TEST(Trainer, ALossThatIsNotFiniteIsAnErrorBeforeAnyCheckpoint) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()})
    for (const int64_t at_step : {10, 11}) {  // a step that is logged, and one that is not
      Quadratic q;
      q.factor = [=](int64_t step) { return at::scalar_tensor(step == at_step ? bad : 1.0f, at::kFloat); };
      Listener listener;
      auto options = options_for(q, 40);
      options.checkpoint_every = 4;
      Trainer trainer(q, *small_data(), options, {&listener});
      try {
        trainer.run();
        ADD_FAILURE() << "no Error for " << bad << " at step " << at_step;
      } catch (const Error& e) {
        EXPECT_NE(std::string(e.what()).find("not finite"), std::string::npos) << e.what();
        EXPECT_FALSE(e.hint().empty());
      }
      EXPECT_LE(listener.saved.back(), at_step);
      for (auto& [name, tensor] : listener.last.tensors) EXPECT_TRUE(tensor.isfinite().all().item<bool>()) << name;
    }
}

TEST(Trainer, StopsAfterAWholeStepWithACheckpoint) {
  Quadratic q;
  std::atomic<bool> stop{false};
  q.look = [&](StepContext& c) { stop = c.step() == 6; };
  Listener listener;
  Trainer trainer(q, *small_data(), options_for(q, 20), {&listener});
  EXPECT_FALSE(trainer.run(&stop));
  EXPECT_EQ(trainer.step(), 7);
  EXPECT_EQ(listener.saved, std::vector<int64_t>{7});
  EXPECT_EQ(q.finished, 0);
  EXPECT_TRUE(trainer.run(&(stop = false, stop)));
  EXPECT_EQ(listener.saved, (std::vector<int64_t>{7, 20}));
}

TEST(Trainer, AStopInTheLastStepStillFinishes) {
  Quadratic q;
  std::atomic<bool> stop{true};
  Listener listener;
  Trainer trainer(q, *small_data(), options_for(q, 1), {&listener});
  EXPECT_TRUE(trainer.run(&stop));
  EXPECT_EQ(q.finished, 1);
  EXPECT_EQ(listener.saved, std::vector<int64_t>{1});
}

TEST(Trainer, RestoreNamesTheTensorThatDoesNotFit) {
  Quadratic q, other;
  Trainer trainer(q, *small_data(), options_for(q, 5)), fresh(other, *small_data(), options_for(other, 5));
  trainer.run_step();
  const auto complaint = [&](const State& state) -> std::string {
    try {
      fresh.restore(state);
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  };
  State missing = copy_of(trainer.state());
  std::erase_if(missing.tensors, [](auto& entry) { return entry.first == "model.b.w"; });
  EXPECT_NE(complaint(missing).find("model.b.w"), std::string::npos);
  State reshaped = copy_of(trainer.state());
  for (auto& [name, tensor] : reshaped.tensors)
    if (name == "optimizer.b.second_moment.b.w") tensor = at::zeros({6});
  EXPECT_NE(complaint(reshaped).find("optimizer.b.second_moment.b.w"), std::string::npos);
  State uncounted = copy_of(trainer.state());
  uncounted.counters = Value(Value::Table{{"step", Value(1)}});
  EXPECT_NE(complaint(uncounted).find("attempt"), std::string::npos);
  EXPECT_EQ(fresh.step(), 0);
  fresh.restore(trainer.state());
  EXPECT_EQ(fresh.step(), 1);
  EXPECT_EQ(bytes_of(fresh.state()), bytes_of(trainer.state()));
}

TEST(Trainer, AnEmptyOrUnknownSplitIsAnError) {
  Quadratic q;
  auto options = options_for(q, 1);
  options.split = "nowhere";
  EXPECT_THROW(Trainer(q, *small_data(), options), Error);
}

TEST(TrainOptions, RoundTrip) {
  Quadratic q;
  TrainOptions options = TrainOptions::for_phases(q.phases()), again = options;
  const Value written = write_options([&](Fields& f) { options.describe(f); });
  read_options([&](Fields& f) { again.describe(f); }, parse_toml(to_toml(written), "test"), "train");
  EXPECT_EQ(write_options([&](Fields& f) { again.describe(f); }), written);
  EXPECT_THROW(read_options([&](Fields& f) { again.describe(f); }, parse_toml("[phases.c]\nlr = 1", "test"), "train"),
               Error);
  EXPECT_THROW(read_options([&](Fields& f) { again.describe(f); }, parse_toml("batch_size = 0", "test"), "train"),
               Error);
}

}  // namespace
}  // namespace teasel
