// teasel traverse: its ways, its files, its mistakes.
#include <gtest/gtest.h>

#include "teasel/core/file.hpp"
#include "teasel/core/picture.hpp"
#include "tests/cli/program.hpp"

namespace teasel {
namespace {

using namespace testing;

class TraverseCommand : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    write_small_config(*folder_ / "a.toml", "beta_vae", {"train.steps=4"});
    ASSERT_EQ(teasel::testing::teasel({"train", *folder_ / "a.toml", "--out", run()}).status, 0);
  }
  static void TearDownTestSuite() { delete folder_; }
  static std::string run() { return *folder_ / "run"; }
  static std::string file(const char* name) { return *folder_ / name; }

  static Outcome traverse(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"traverse", run()});
    return teasel::testing::teasel(arguments);
  }
  // Status 2, a message and a hint; the folder is as it was.
  static void expect_mistake(const std::vector<std::string>& arguments, const std::string& part) {
    const auto before = folder_->names();
    const Outcome o = traverse(arguments);
    EXPECT_EQ(o.status, 2) << o.err;
    EXPECT_NE(o.err.find(part), std::string::npos) << o.err;
    EXPECT_NE(o.err.find("\nhint: "), std::string::npos) << o.err;
    EXPECT_EQ(folder_->names(), before);
  }

 private:
  static inline TemporaryFolder* folder_ = nullptr;
};

TEST_F(TraverseCommand, DrawsPublishedStyles) {
  const Outcome moving = traverse({"--style", "konny", "--item", "17,40", "--steps", "3", "--out", file("k.gif")});
  EXPECT_EQ(moving.status, 0) << moving.err;
  EXPECT_EQ(moving.out, file("k.gif") + "\n");
  EXPECT_TRUE(read_file(file("k.gif")).starts_with("GIF89a"));
  const Outcome strips = traverse({"--style", "joint_vae", "--latents", "z3,z1", "--viridis", "--out", file("j.png")});
  EXPECT_EQ(strips.status, 0) << strips.err;
  const Picture few = read_png(file("j.png"));
  EXPECT_EQ(traverse({"--style", "joint_vae", "--viridis", "--out", file("all.png")}).status, 0);
  const Picture all = read_png(file("all.png"));
  EXPECT_EQ(few.width, all.width);
  EXPECT_EQ(all.height - few.height, 8 * (16 * 4 + 4)) << "eight strips less";
  EXPECT_EQ(
      traverse({"--from", "posterior", "--sample", "--seed", "3", "--mode", "additive", "--out", file("s.png")}).status,
      0);
  EXPECT_EQ(traverse({"--pair", "z0,z1", "--from", "prior", "--steps", "4", "--out", file("p.png")}).status, 0);
  EXPECT_EQ(traverse({"--pair", "z0,z1", "--out", file("pairs")}).status, 0);
  for (auto* name : {"traversal_prior_z0_z1.png", "traversal_posterior_z0_z1.png"})
    EXPECT_NO_THROW(read_png(std::filesystem::path(file("pairs")) / name)) << name;
}

TEST_F(TraverseCommand, TellsMistakes) {
  expect_mistake({"--style", "kony"}, "kony");
  expect_mistake({"--mode", "quantile", "--low", "0", "--high", ".9"}, "quantile at 0 is infinite");
  expect_mistake({"--pair", "z0"}, "--pair names two latents");
  expect_mistake({"--pair", "z0,z0", "--out", file("x.png")}, "z0 twice");
  expect_mistake({"--pair", "z0,z1", "--out", file("x.gif")}, "does not move");
  expect_mistake({"--latents", "z99", "--out", file("x.png")}, "unknown latent 'z99'");
  expect_mistake({"--from", "both", "--out", file("x.png")}, "one file holds one traversal");
  expect_mistake({"--weights", "best"}, "has no best checkpoint");
  expect_mistake({"--weights", "ema"}, "no averaged weights");
  expect_mistake({"--item", "6144", "--from", "posterior", "--out", file("x.png")}, "no item 6144");
}

}  // namespace
}  // namespace teasel
