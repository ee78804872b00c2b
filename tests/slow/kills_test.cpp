// Trainings that are killed again and again at random moments, also while they write, end in the bytes of a training
// that was left alone.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "teasel/core/file.hpp"
#include "teasel/core/random.hpp"
#include "tests/cli/program.hpp"
#include "tests/models/small.hpp"

namespace teasel {
namespace {

using namespace testing;
namespace fs = std::filesystem;

constexpr int wanted = 50;

// Everything that a training can have, with a checkpoint after every step or every few, so that most moments are near a
// write and many are inside one.
std::vector<std::string> settings(int64_t number) {
  std::vector<std::string> sets{
      "train.steps=90",
      "train.log_every=1",
      "train.keep_every=30",
      "train.seed=" + std::to_string(number),
      "train.ema=0.9",
      "train.best.value=" + std::string(number % 2 ? "eval.mig" : "eval.reconstruction_error"),
      "train.best.direction=" + std::string(number % 2 ? "max" : "min"),
      "train.plateau.value=eval.reconstruction_error",
      "train.plateau.patience=1",
      "train.evaluate={every = 10, items = 100, metrics = [\"mig\", \"reconstruction_error\"]}",
      "train.tensorboard=true"};
  sets.push_back("train.checkpoint_every=" + std::to_string(number % 3 == 2 ? 5 : 1));
  return sets;
}

bool writes_now(const fs::path& run) {
  std::error_code gone;
  for (fs::directory_iterator entry(run / "checkpoints", gone), end; !gone && entry != end; entry.increment(gone))
    if (entry->path().filename().string().find(".tmp.") != std::string::npos) return true;
  return false;
}

struct Kills {
  int all = 0, in_a_write = 0;
};

// Runs a training to its end through kills at random moments.
Kills run_through_kills(const std::vector<std::string>& train, const fs::path& run, const Stream& chance) {
  Kills kills;
  for (int64_t life = 0;; ++life) {
    const bool begun = fs::exists(run / "config.toml");
    Program program(begun ? std::vector<std::string>{"resume", run.string(), "--quiet"} : train);
    const size_t more = static_cast<size_t>(chance.below(16, 2 * life));
    if (!wait_for_lines(program, run / "metrics.jsonl", whole_lines(run / "metrics.jsonl") + more)) {
      EXPECT_EQ(program.wait().status, 0);
      return kills;
    }
    ::usleep(static_cast<unsigned>(chance.below(6000, 2 * life + 1)));
    program.signal(SIGKILL);
    if (const Outcome outcome = program.wait(); outcome.status != 128 + SIGKILL) {
      EXPECT_EQ(outcome.status, 0) << outcome.err;
      return kills;
    }
    ++kills.all;
    kills.in_a_write += writes_now(run);
  }
}

TEST(Kills, FiftyAtRandomMomentsLoseNothing) {
  const auto models = Registry<Model>::get().names();
  Kills kills;
  // Every model at least once.
  for (int64_t number = 0; kills.all < wanted || number < static_cast<int64_t>(models.size()); ++number) {
    const std::string model = models[static_cast<size_t>(number) % models.size()];
    std::printf("training %d: %s, seed of the moments %d\n", static_cast<int>(number), model.c_str(),
                static_cast<int>(number));
    SCOPED_TRACE(model + ", number " + std::to_string(number));
    const TemporaryFolder folder;
    write_small_config(folder / "a.toml", model, settings(number));
    const auto train = [&](const char* name) {
      return std::vector<std::string>{"train", folder / "a.toml", "--out", folder / name, "--quiet"};
    };
    ASSERT_EQ(testing::teasel(train("straight")).status, 0);
    const Kills here = run_through_kills(train("killed"), folder / "killed",
                                         Stream(static_cast<uint64_t>(number), "moments of kills"));
    kills.all += here.all, kills.in_a_write += here.in_a_write;
    std::vector<std::string> files{"metrics.jsonl", "config.toml"};
    for (auto& entry : fs::directory_iterator(folder / "straight" / "checkpoints"))
      files.push_back("checkpoints/" + entry.path().filename().string());
    EXPECT_EQ(files.size(), 7u);  // last, best, and those of steps 30, 60 and 90
    for (auto& file : files)
      EXPECT_TRUE(read_file(folder / "straight" / file) == read_file(folder / "killed" / file)) << file;
    EXPECT_FALSE(writes_now(folder / "killed"));
    if (HasFailure()) return;
  }
  std::printf("%d kills, %d of them while a checkpoint was written\n", kills.all, kills.in_a_write);
  EXPECT_GE(kills.all, wanted);
  EXPECT_GT(kills.in_a_write, 0);
}

}  // namespace
}  // namespace teasel
