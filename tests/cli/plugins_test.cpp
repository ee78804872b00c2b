// Things from outside the library: one shared object with a model, a data set and a metric, one file each.
#include <gtest/gtest.h>

#include "teasel/core/value.hpp"
#include "tests/cli/program.hpp"

namespace teasel {
namespace {

using namespace testing;

Outcome run_teasel(const std::vector<std::string>& arguments, const std::string& plugins = TEASEL_TEST_PLUGINS) {
  return teasel::testing::teasel(arguments, {{"TEASEL_PLUGINS", plugins}});
}

bool lists(const std::string& family, const std::string& name, const std::string& plugins = TEASEL_TEST_PLUGINS) {
  const Outcome o = run_teasel({"list", family, "--json"}, plugins);
  EXPECT_EQ(o.status, 0) << o.err;
  const Value all = parse_json(o.out, "stdout");
  for (auto& entry : *all.find(family)->as<Value::List>())
    if (entry.text_at("name") == name) return true;
  return false;
}

TEST(Plugins, AreListedBesideTheLibrarysOwn) {
  for (auto& [family, name, own] : std::vector<std::tuple<std::string, std::string, std::string>>{
           {"models", "linear_autoencoder", "vae"}, {"datasets", "moving_square", "dsprites"}, {"metrics", "explained_variance", "mig"}}) {
    EXPECT_TRUE(lists(family, name)) << name;
    EXPECT_TRUE(lists(family, own)) << own;
    EXPECT_FALSE(lists(family, name, "")) << name;
  }
}

TEST(Plugins, TrainAndScoreLikeTheLibrarysOwn) {
  const TemporaryFolder folder;
  const std::string run = folder / "run";
  const Outcome trained =
      run_teasel({"train", "--set", "model.name=linear_autoencoder", "--set", "data.name=moving_square", "--set", "train.steps=300",
                  "--set", "train.batch_size=25", "--set", "train.threads=1", "--out", run});
  ASSERT_EQ(trained.status, 0) << trained.err;
  const Outcome scored = run_teasel({"eval", run, "--metrics", "explained_variance", "--json"});
  ASSERT_EQ(scored.status, 0) << scored.err;
  const Value score = parse_json(scored.out, "stdout");
  double value = 0;
  score.find("scores")->as<Value::List>()->front().find("outputs")->as<Value::List>()->front().find("value")->number(
      value);
  EXPECT_GT(value, 0.2);  // principal components of a square's places follow them
  EXPECT_LE(value, 1.0);
  EXPECT_EQ(run_teasel({"traverse", run, "--from", "posterior"}).status, 0);
  EXPECT_EQ(run_teasel({"traverse", run, "--from", "prior"}).status, 2);  // it has none
  const Outcome all = run_teasel({"eval", run});  // what needs a posterior is left out, the rest is scored
  EXPECT_EQ(all.status, 0) << all.err;
  EXPECT_NE(all.out.find("mig"), std::string::npos);
  EXPECT_NE(all.out.find("factor_vae_score"), std::string::npos) << all.err;
  EXPECT_NE(all.err.find("left out"), std::string::npos);
  EXPECT_EQ(run_teasel({"report", run}).status, 0);
}

TEST(Plugins, ARunOfOneThatIsNotLoadedIsNamed) {
  const Outcome o = run_teasel({"config", "show", "--set", "model.name=linear_autoencoder"}, "");
  EXPECT_EQ(o.status, 2);
  EXPECT_NE(o.err.find("linear_autoencoder"), std::string::npos);
}

TEST(Plugins, WhatCannotBeLoadedIsAnErrorWithTheReason) {
  for (const std::string bad : {"/no/such/plugin.so", "tests/CMakeLists.txt"}) {
    const Outcome o = run_teasel({"list"}, std::string(TEASEL_TEST_PLUGINS) + ":" + bad);
    EXPECT_EQ(o.status, 2);
    EXPECT_EQ(o.out, "");
    EXPECT_TRUE(o.err.starts_with("error: cannot load the plug-in " + bad)) << o.err;
    EXPECT_NE(o.err.find("hint: "), std::string::npos);
  }
  EXPECT_EQ(run_teasel({"list"}, ":" + std::string(TEASEL_TEST_PLUGINS) + "::").status,
            0);  // empty places mean nothing
}

TEST(Plugins, TheSameThingTwiceIsNamed) {
  const TemporaryFolder folder;
  std::filesystem::copy(TEASEL_TEST_PLUGINS, folder / "copy.so");
  const Outcome o =
      run_teasel({"list", "models"}, std::string(TEASEL_TEST_PLUGINS) + ":" + (folder / "copy.so").string());
  EXPECT_EQ(o.status, 2);
  EXPECT_NE(o.err.find("two files register the model '"), std::string::npos) << o.err;
}

}  // namespace
}  // namespace teasel
