// Trainings that are stopped or killed go on to the same bytes.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>

#include "teasel/core/file.hpp"
#include "teasel/core/random.hpp"
#include "tests/cli/program.hpp"
#include "tests/models/small.hpp"

namespace teasel {
namespace {

using namespace testing;
namespace fs = std::filesystem;

const auto run_teasel = [](const std::vector<std::string>& arguments) { return teasel::testing::teasel(arguments); };

void expect_same_run(const fs::path& a, const fs::path& b) {
  for (auto* file : {"checkpoints/last.safetensors", "metrics.jsonl", "config.toml"})
    EXPECT_TRUE(read_file(a / file) == read_file(b / file)) << file << " differs";
}

class Resume : public ::testing::TestWithParam<std::string> {
 protected:
  void configure(const std::vector<std::string>& sets = {}) { write_small_config(folder / "a.toml", GetParam(), sets); }
  std::vector<std::string> train(const char* name) const {
    return {"train", folder / "a.toml", "--out", folder / name, "--quiet"};
  }
  std::vector<std::string> resume(const char* name) const { return {"resume", folder / name, "--quiet"}; }
  void expect_same(const char* a, const char* b) const { expect_same_run(folder / a, folder / b); }
  // Kills the run once its log has `lines` lines.
  bool kill_after(const std::vector<std::string>& arguments, const char* name, size_t lines,
                  unsigned microseconds) const {
    Program program(arguments);
    if (!wait_for_lines(program, folder / name / "metrics.jsonl", lines)) return false;
    ::usleep(microseconds);
    program.signal(SIGKILL);
    return program.wait().status == 128 + SIGKILL;
  }
  TemporaryFolder folder;
};

// 200 steps with a line every 4: killed somewhere after step 120, between two checkpoints.
TEST_P(Resume, KilledBetweenCheckpointsEndsInTheSameBytes) {
  configure();
  ASSERT_EQ(run_teasel(train("straight")).status, 0);
  const bool killed = kill_after(train("killed"), "killed", 31, 0);
  EXPECT_TRUE(killed) << "the run ended before it could be killed";
  std::ofstream(folder / "killed" / "metrics.jsonl", std::ios::app) << "{\"step\":199,\"lo";  // a line that was cut off
  ASSERT_EQ(run_teasel(resume("killed")).status, 0);
  expect_same("straight", "killed");
}

// With a checkpoint after every step nearly every moment is inside a write.
TEST_P(Resume, KilledWhileWritingEndsInTheSameBytes) {
  configure({"train.steps=60", "train.checkpoint_every=1", "train.keep_every=20", "train.log_every=1"});
  ASSERT_EQ(run_teasel(train("straight")).status, 0);
  size_t kills = kill_after(train("killed"), "killed", 1, 0);
  for (size_t i = 0; i < 3; ++i) {
    const size_t lines = whole_lines(folder / "killed" / "metrics.jsonl");
    kills += kill_after(resume("killed"), "killed", lines + 3,
                        static_cast<unsigned>(Stream(1, GetParam()).below(3000, static_cast<int64_t>(i))));
    // What a write leaves that was cut off.
    write_quickly(folder / "killed" / "checkpoints" / (".last.safetensors.tmp." + std::to_string(99999990 + i) + ".0"),
                  "half of a check");
  }
  EXPECT_GT(kills, 1u);  // else nothing was tried here
  ASSERT_EQ(run_teasel(resume("killed")).status, 0);
  expect_same("straight", "killed");
  for (auto* kept : {"checkpoints/step_00000020.safetensors", "checkpoints/step_00000040.safetensors",
                     "checkpoints/step_00000060.safetensors"})
    EXPECT_TRUE(read_file(folder / "straight" / kept) == read_file(folder / "killed" / kept)) << kept;
  for (auto& entry : fs::directory_iterator(folder / "killed" / "checkpoints"))
    EXPECT_EQ(entry.path().filename().string().find(".tmp."), std::string::npos) << entry.path();
}

// A model with two phases; tests/slow kills every other one as well.
INSTANTIATE_TEST_SUITE_P(TwoPhases, Resume, ::testing::Values("factor_vae"), [](auto& info) { return info.param; });

TEST(ResumeOnce, StoppedByCtrlCSavesAndGoesOn) {
  const TemporaryFolder folder;
  write_small_config(folder / "a.toml", Registry<Model>::get().names().front(),
                     {"train.steps=400", "train.checkpoint_every=100000"});
  ASSERT_EQ(run_teasel({"train", folder / "a.toml", "--out", folder / "straight"}).status, 0);
  Program program({"train", folder / "a.toml", "--out", folder / "stopped"});
  ASSERT_TRUE(wait_for_lines(program, folder / "stopped" / "metrics.jsonl", 2));
  program.signal(SIGINT);
  const Outcome o = program.wait();
  EXPECT_EQ(o.status, 130) << o.err;
  EXPECT_TRUE(fs::exists(folder / "stopped" / "checkpoints/last.safetensors"));
  ASSERT_EQ(run_teasel({"resume", folder / "stopped"}).status, 0);
  expect_same_run(folder / "straight", folder / "stopped");
}

// 45 steps, then 100: what was logged and evaluated at the end of the 45 alone is no line of 100 steps.
TEST(ResumeOnce, TrainsLongerThanItWasToldToAsIfItHadBeenToldSo) {
  const TemporaryFolder folder;
  const auto configure = [&](const std::string& steps) {
    write_small_config(
        folder / "a.toml", "factor_vae",
        {"train.steps=" + steps, "train.checkpoint_every=20", "train.log_every=10", "train.ema=0.9",
         "train.evaluate.every=30", "train.evaluate.metrics=[\"active_units\"]", "train.evaluate.items=50"});
  };
  configure("100");
  ASSERT_EQ(run_teasel({"train", folder / "a.toml", "--out", folder / "straight"}).status, 0);
  configure("45");
  ASSERT_EQ(run_teasel({"train", folder / "a.toml", "--out", folder / "longer"}).status, 0);
  const std::string log = read_file(folder / "longer" / "metrics.jsonl");
  EXPECT_NE(log.find("{\"step\":44,"), log.npos);
  EXPECT_NE(log.find("{\"step\":45,\"eval."), log.npos);
  ASSERT_EQ(run_teasel({"resume", folder / "longer", "--steps", "45"}).status, 0);
  EXPECT_EQ(read_file(folder / "longer" / "metrics.jsonl"), log) << "nothing was left to do";
  ASSERT_EQ(run_teasel({"resume", folder / "longer", "--steps", "100"}).status, 0);
  expect_same_run(folder / "straight", folder / "longer");
  // Fewer steps than it has.
  const Outcome back = run_teasel({"resume", folder / "longer", "--steps", "60"});
  EXPECT_EQ(back.status, 2);
  EXPECT_NE(back.err.find("100 steps"), back.err.npos) << back.err;
  expect_same_run(folder / "straight", folder / "longer");
}

TEST(ResumeOnce, TellsHowToGoOn) {
  const TemporaryFolder folder;
  write_small_config(folder / "a.toml", "vae", {"train.steps=100000"});
  Program program({"train", folder / "a.toml", "--out", folder / "run"});
  ASSERT_TRUE(wait_for_lines(program, folder / "run" / "metrics.jsonl", 2));

  const Outcome second = run_teasel({"resume", folder / "run"});  // while the first still trains
  EXPECT_EQ(second.status, 2);
  EXPECT_NE(second.err.find("another process (" + std::to_string(program.id()) + ")"), std::string::npos) << second.err;

  program.signal(SIGTERM);
  const Outcome o = program.wait();
  EXPECT_EQ(o.status, 130);
  EXPECT_EQ(o.out, "");
  EXPECT_NE(o.err.find("teasel resume " + (folder / "run").string()), std::string::npos) << o.err;
}

TEST(ResumeOnce, ARunKilledBeforeItsFirstCheckpointBeginsAgain) {
  const TemporaryFolder folder;
  write_small_config(folder / "a.toml", "vae", {"train.steps=30", "train.checkpoint_every=1000", "train.log_every=1"});
  ASSERT_EQ(run_teasel({"train", folder / "a.toml", "--out", folder / "straight"}).status, 0);
  {
    Program program({"train", folder / "a.toml", "--out", folder / "killed"});
    ASSERT_TRUE(wait_for_lines(program, folder / "killed" / "metrics.jsonl", 1));
    program.signal(SIGKILL);
    program.wait();
  }
  ASSERT_EQ(run_teasel({"resume", folder / "killed"}).status, 0);
  expect_same_run(folder / "straight", folder / "killed");
}

// A training that meets NaN at step 33, straight and killed around the step, with a checkpoint every 10 steps.
TEST(ResumeOnce, ARunThatMeetsNanRecoversAndSaysSo) {
  const TemporaryFolder folder;
  const Environment plugins{{"TEASEL_PLUGINS", TEASEL_TEST_PLUGINS}};
  const auto train_into = [&](const char* name) {
    std::vector<std::string> words{"train", "--out", folder / name, "--set", "model.name=fragile_model"};
    for (auto* set : {"model.fails_at=33", "data.name=moving_square", "train.steps=300", "train.batch_size=5",
                      "train.checkpoint_every=10", "train.log_every=1", "train.threads=1", "train.tensorboard=true",
                      "train.best.value=loss", "train.ema=0.9"})
      words.insert(words.end(), {"--set", set});
    return words;
  };
  const Outcome straight = teasel::testing::teasel(train_into("straight"), plugins);
  ASSERT_EQ(straight.status, 0) << straight.err;
  EXPECT_NE(straight.err.find("not finite at step 33"), std::string::npos) << straight.err;
  EXPECT_NE(straight.err.find("back to step 30"), std::string::npos) << straight.err;
  const Value info = parse_json(read_file(folder / "straight" / "run.json"), "run.json");
  const auto& rollbacks = *info.find("training.rollbacks")->as<Value::List>();
  EXPECT_EQ(*rollbacks.at(0).find("step"), Value(33));
  EXPECT_EQ(*rollbacks.at(0).find("to"), Value(30));
  EXPECT_EQ(whole_lines(folder / "straight" / "metrics.jsonl"), 300u);  // no step is there twice
  for (const size_t lines : {size_t{25}, size_t{34}, size_t{90}}) {
    const std::string name = "killed" + std::to_string(lines);
    Program program(train_into(name.c_str()), plugins);
    ASSERT_TRUE(wait_for_lines(program, folder / name / "metrics.jsonl", lines));
    program.signal(SIGKILL);
    ASSERT_EQ(program.wait().status, 128 + SIGKILL) << "the run ended before it could be killed";
    ASSERT_EQ(teasel::testing::teasel({"resume", folder / name}, plugins).status, 0);
    expect_same_run(folder / "straight", folder / name);
    EXPECT_TRUE(read_file(folder / "straight" / "checkpoints/best.safetensors") ==
                read_file(folder / name / "checkpoints/best.safetensors"));
    const Value resumed = parse_json(read_file(folder / name / "run.json"), "run.json");
    EXPECT_EQ(*resumed.find("training.rollbacks"), *info.find("training.rollbacks"));
  }
}

}  // namespace
}  // namespace teasel
