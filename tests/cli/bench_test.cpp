// `teasel bench`: what scripts read of it.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>

#include "teasel/core/file.hpp"
#include "tests/cli/program.hpp"

namespace teasel {
namespace {

using namespace testing;

double number(const Value& value, const std::string& path) {
  double out = -1;
  const Value* found = value.find(path);
  EXPECT_TRUE(found && found->number(out)) << path;
  return out;
}

class BenchCommand : public ::testing::Test {
 protected:
  void SetUp() override { write_small_config(config(), "beta_vae"); }
  std::string config() const { return (folder_ / "small.toml").string(); }
  TemporaryFolder folder_;
};

TEST_F(BenchCommand, StepTellsTimesFloorAndDataPath) {
  const Outcome o =
      teasel::testing::teasel({"bench", "step", config(), "--batch", "8", "--steps", "4", "--warm-up", "1", "--json"});
  ASSERT_EQ(o.status, 0) << o.err;
  const Value out = parse_json(o.out, "stdout");
  EXPECT_EQ(out.text_at("model"), "beta_vae");
  EXPECT_EQ(number(out, "batch_size"), 8);
  EXPECT_EQ(number(out, "threads"), 1);
  EXPECT_EQ(number(out, "steps"), 4);
  const double least = number(out, "step.least"), median = number(out, "step.median");
  EXPECT_GT(least, 0);
  EXPECT_GE(median, least);
  EXPECT_GT(number(out, "floor_milliseconds"), 0);
  EXPECT_NEAR(number(out, "times_floor"), median / number(out, "floor_milliseconds"),
              1e-3 * number(out, "times_floor"));
  EXPECT_LT(number(out, "data_path_percent"), 100);
  EXPECT_GT(number(out, "peak_memory_mib"), 0);
  EXPECT_TRUE(out.find("environment.libtorch"));
}

TEST_F(BenchCommand, TurnsAnswerLineByLine) {
  const auto out = folder_ / "out";
  const std::string line = "printf '\\n\\n' | " TEASEL_PROGRAM " bench step " + config() +
                           " --steps 2 --warm-up 1 --turns --gflop 1 > " + out.string();
  ASSERT_EQ(system(line.c_str()), 0);
  std::ifstream in(out);
  std::vector<Value> lines;
  for (std::string text; std::getline(in, text);) lines.push_back(parse_json(text, "stdout"));
  ASSERT_EQ(lines.size(), 3u);  // what is measured, and two turns
  EXPECT_EQ(number(lines[0], "gflop_per_step"), 1);
  for (size_t turn : {1, 2}) EXPECT_GT(number(lines[turn], "step.median"), 0);
}

TEST_F(BenchCommand, EncodeTellsItemsASecond) {
  const std::string run = (folder_ / "run").string();
  ASSERT_EQ(teasel::testing::teasel({"train", config(), "--out", run, "--quiet"}).status, 0);
  const Outcome o = teasel::testing::teasel(
      {"bench", "encode", run, "--items", "100", "--batch", "32", "--blocks", "3", "--threads", "1", "--json"});
  ASSERT_EQ(o.status, 0) << o.err;
  const Value out = parse_json(o.out, "stdout");
  EXPECT_EQ(number(out, "batch_size"), 32);
  EXPECT_EQ(number(out, "items"), 100);
  EXPECT_GT(number(out, "milliseconds.least"), 0);
  EXPECT_NEAR(number(out, "items_per_second"), 1e5 / number(out, "milliseconds.median"),
              1e-3 * number(out, "items_per_second"));
  const auto turns = folder_ / "turns";
  const std::string line =
      "printf '\\n\\n' | " TEASEL_PROGRAM " bench encode " + run + " --items 10 --turns > " + turns.string();
  ASSERT_EQ(system(line.c_str()), 0);
  std::ifstream in(turns);
  std::vector<Value> lines;
  for (std::string text; std::getline(in, text);) lines.push_back(parse_json(text, "stdout"));
  ASSERT_EQ(lines.size(), 3u);  // what is measured, and two turns
  for (size_t turn : {1, 2})
    EXPECT_NEAR(number(lines[turn], "items_per_second") * number(lines[turn], "milliseconds"), 1e4, 1);
  EXPECT_EQ(teasel::testing::teasel({"bench", "encode", (folder_ / "absent").string()}).status, 2);
}

TEST_F(BenchCommand, OthersTellWhatTheyTimed) {
  const Outcome data = teasel::testing::teasel({"bench", "data", "dsprites", "--batches", "3", "--json"});
  ASSERT_EQ(data.status, 0) << data.err;
  EXPECT_GT(number(parse_json(data.out, "stdout"), "items_per_second"), 0);
  const Outcome scores =
      teasel::testing::teasel({"bench", "scores", "--metrics", "mig", "--rows", "200", "--repetitions", "1", "--json"});
  ASSERT_EQ(scores.status, 0) << scores.err;
  const Value list = parse_json(scores.out, "stdout");
  ASSERT_EQ(list.find("metrics")->as<Value::List>()->size(), 1u);
  EXPECT_GT(number((*list.find("metrics")->as<Value::List>())[0], "milliseconds.least"), 0);
}

TEST_F(BenchCommand, MistakesAreTold) {
  for (auto& arguments : std::vector<std::vector<std::string>>{{"bench", "step", "--model", "beta_vea"},
                                                               {"bench", "step", config(), "--steps", "0"},
                                                               {"bench", "data", "dsprite"},
                                                               {"bench", "scores", "--metrics", "mgi"}}) {
    const Outcome o = teasel::testing::teasel(arguments);
    EXPECT_EQ(o.status, 2) << o.err;
    EXPECT_TRUE(o.err.starts_with("error: ")) << o.err;
    EXPECT_EQ(o.out, "");
  }
}

}  // namespace
}  // namespace teasel
