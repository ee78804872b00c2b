// Trainings whose disk is full or may not be written: a clear error, and nothing lost.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "teasel/core/file.hpp"
#include "tests/cli/program.hpp"

namespace teasel {
namespace {

using namespace testing;
namespace fs = std::filesystem;

// A training that was killed between two checkpoints, and the same training undisturbed.
class Disk : public ::testing::Test {
 protected:
  void SetUp() override {
    write_small_config(folder / "a.toml", "vae",
                       {"train.steps=150", "train.log_every=1", "train.checkpoint_every=20", "train.tensorboard=true"});
    ASSERT_EQ(testing::teasel({"train", folder / "a.toml", "--out", folder / "straight", "--quiet"}).status, 0);
    Program program({"train", folder / "a.toml", "--out", folder / "run", "--quiet"});
    ASSERT_TRUE(wait_for_lines(program, folder / "run" / "metrics.jsonl", 30));
    program.signal(SIGKILL);
    ASSERT_EQ(program.wait().status, 128 + SIGKILL);
    before = read_file(last());
  }
  fs::path last() const { return folder / "run" / "checkpoints/last.safetensors"; }

  // Runs a shell script in which $RUN is the run folder and $TEASEL the program; its status, and its stderr in `err`.
  int script(const std::string& text) {
    const std::string file = folder / "script.sh";
    write_quickly(file, "RUN='" + (folder / "run").string() + "'\nTEASEL='" + TEASEL_PROGRAM + "'\n" + text);
    const int status = std::system(("bash " + file + " > /dev/null 2> " + file + ".err").c_str());
    err = read_file(file + ".err");
    return WEXITSTATUS(status);
  }
  void expect_that_it_can_go_on() {
    EXPECT_TRUE(read_file(last()) == before) << "the last checkpoint has changed";
    ASSERT_EQ(testing::teasel({"resume", folder / "run", "--quiet"}).status, 0);
    for (auto* file : {"checkpoints/last.safetensors", "metrics.jsonl"})
      EXPECT_TRUE(read_file(folder / "run" / file) == read_file(folder / "straight" / file)) << file;
  }

  TemporaryFolder folder;
  std::string before, err;
};

// Namespaces let a test mount file systems of its own; where that is not allowed there is nothing to try.
bool may_mount() { return std::system("unshare -rm mount -t tmpfs tmpfs /mnt 2> /dev/null") == 0; }

TEST_F(Disk, AFileSizeLimitIsAnError) {
  // Below the size of a checkpoint, above that of the logs so far.
  const auto limit = std::to_string(fs::file_size(last()) / 1024 - 1);
  EXPECT_EQ(script("ulimit -f " + limit + "\n\"$TEASEL\" resume \"$RUN\" --quiet"), 2) << err;
  EXPECT_NE(err.find("error: cannot write"), std::string::npos) << err;
  EXPECT_NE(err.find("hint:"), std::string::npos) << err;
  expect_that_it_can_go_on();
}

TEST_F(Disk, AFullDiskIsAnError) {
  if (!may_mount()) GTEST_SKIP() << "no file system can be mounted here";
  // The run moves to a small disk that is then filled up to the last page but some.
  for (auto* left : {"0", "32"}) {
    const int status = script(
        "exec unshare -rm bash -e -c '\n"
        "mkdir -p \"$1.disk\"; mount -t tmpfs -o size=16m tmpfs \"$1.disk\"; cp -r \"$1\" \"$1.disk/run\"\n"
        "head -c " +
        std::string(left) +
        "k /dev/zero > \"$1.disk/reserve\"\n"
        "cat /dev/zero > \"$1.disk/filler\" 2> /dev/null || true; rm \"$1.disk/reserve\"\n"
        "status=0; \"$2\" resume \"$1.disk/run\" --quiet || status=$?\n"
        "cmp \"$1/checkpoints/last.safetensors\" \"$1.disk/run/checkpoints/last.safetensors\" || exit 99\n"
        "rm \"$1.disk/filler\"; \"$2\" resume \"$1.disk/run\" --quiet\n"
        "cmp \"$1/../straight/checkpoints/last.safetensors\" \"$1.disk/run/checkpoints/last.safetensors\" || exit 98\n"
        "cmp \"$1/../straight/metrics.jsonl\" \"$1.disk/run/metrics.jsonl\" || exit 97\n"
        "exit $status' x \"$RUN\" \"$TEASEL\"");
    EXPECT_EQ(status, 2) << left << " KiB: " << err;
    EXPECT_NE(err.find("No space left"), std::string::npos) << err;
    EXPECT_NE(err.find("hint:"), std::string::npos) << err;
  }
}

TEST_F(Disk, AFolderThatMayNotBeWrittenIsAnError) {
  if (!may_mount()) GTEST_SKIP() << "no file system can be mounted here";
  const int status = script(
      "exec unshare -rm bash -e -c 'mount --bind \"$1\" \"$1\"; mount -o remount,ro,bind \"$1\"\n"
      "\"$2\" resume \"$1\" --quiet' x \"$RUN\" \"$TEASEL\"");
  EXPECT_EQ(status, 2) << err;
  EXPECT_NE(err.find("error: cannot"), std::string::npos) << err;
  EXPECT_NE(err.find("hint:"), std::string::npos) << err;
  expect_that_it_can_go_on();
}

}  // namespace
}  // namespace teasel
