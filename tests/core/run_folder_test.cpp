#include "teasel/core/run_folder.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "temporary_folder.hpp"

namespace teasel {
namespace {

RunFolder made(const std::filesystem::path& path) {
  const RunFolder run = RunFolder::create(path);
  write_file(run.config(), "");
  return run;
}

TEST(RunFolder, IsMadeOnceAndOpenedAfterwards) {
  const TemporaryFolder folder;
  EXPECT_THROW(RunFolder::open(folder / "run"), Error);
  made(folder / "deep/er/run");
  EXPECT_THROW(RunFolder::create(folder / "deep/er/run"), Error);
  EXPECT_EQ(RunFolder::open(folder / "deep/er/run").name(), "run");
  EXPECT_EQ(RunFolder::open(folder / "deep/er/run/").name(), "run");
  EXPECT_THROW(RunFolder::open(folder / "deep"), Error);
}

TEST(RunFolder, CannotBeMadeUnderAFile) {
  const TemporaryFolder folder;
  write_quickly(folder / "file", "");
  EXPECT_THROW(RunFolder::create(folder / "file" / "run"), Error);
}

TEST(RunFolder, ListsItsCheckpoints) {
  const TemporaryFolder folder;
  const RunFolder run = made(folder / "run");
  EXPECT_TRUE(run.checkpoint_steps().empty());
  for (int64_t step : {1000, 5, 123456789}) write_quickly(run.checkpoint(step), "");
  write_quickly(run.last_checkpoint(), "");
  write_quickly(run.path() / "checkpoints/step_x.safetensors", "");
  write_quickly(run.path() / "checkpoints/.step_00000007.safetensors.tmp.1.0", "");
  EXPECT_EQ(run.checkpoint_steps(), (std::vector<int64_t>{5, 1000, 123456789}));
  EXPECT_EQ(run.checkpoint(1000).filename(), "step_00001000.safetensors");
}

TEST(RunFolder, KeepsWhatItIsTold) {
  const TemporaryFolder folder;
  const RunFolder run = made(folder / "run");
  EXPECT_EQ(run.info(), Value(Value::Table{}));
  run.set_info("training", parse_toml("seconds = 1.5", "x"));
  run.set_info("training.steps", Value(7));
  run.set_info("scores", Value(Value::List{}));
  EXPECT_EQ(RunFolder::open(folder / "run").info(), run.info());
  EXPECT_EQ(*run.info().find("training"), parse_toml("seconds = 1.5\nsteps = 7", "x"));
  EXPECT_EQ(*run.info().find("scores"), Value(Value::List{}));
}

TEST(RunFolder, SweepsWhatAKilledProcessLeft) {
  const TemporaryFolder folder;
  const RunFolder run = made(folder / "run");
  write_quickly(run.last_checkpoint(), "whole");
  write_quickly(run.path() / "checkpoints/.last.safetensors.tmp.99999999.0", "half");
  write_quickly(run.path() / ".run.json.tmp.99999999.1", "half");
  write_quickly(run.path() / ".run.json.tmp.1.0", "half");
  run.sweep();
  EXPECT_EQ(read_file(run.last_checkpoint()), "whole");
  EXPECT_TRUE(std::filesystem::exists(run.config()));
  EXPECT_FALSE(std::filesystem::exists(run.path() / "checkpoints/.last.safetensors.tmp.99999999.0"));
  EXPECT_FALSE(std::filesystem::exists(run.path() / ".run.json.tmp.99999999.1"));
  EXPECT_TRUE(std::filesystem::exists(run.path() / ".run.json.tmp.1.0")) << "process 1 lives: its file is no stray";
}

// What another process finds: 0 the folder is free, 1 it is locked.
int tried_elsewhere(const RunFolder& run) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      const RunFolder::Lock lock(run.path());
    } catch (const Error&) {
      ::_exit(1);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

TEST(RunFolder, OneProcessAtATimeTrains) {
  const TemporaryFolder folder;
  const RunFolder run = made(folder / "run");
  {
    const RunFolder::Lock lock(run.path());
    EXPECT_EQ(tried_elsewhere(run), 1);
    EXPECT_THROW(RunFolder::Lock{run.path()}, Error);
  }
  EXPECT_EQ(tried_elsewhere(run), 0);
}

TEST(RunFolder, ALockEndsWithItsProcess) {
  const TemporaryFolder folder;
  const RunFolder run = made(folder / "run");
  const pid_t child = ::fork();
  if (child == 0) {
    new RunFolder::Lock(run.path());  // never dropped
    ::pause();
  }
  for (int i = 0; i < 500 && tried_elsewhere(run) == 0; ++i) ::usleep(10000);
  EXPECT_EQ(tried_elsewhere(run), 1);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(tried_elsewhere(run), 0);
}

}  // namespace
}  // namespace teasel
