// What the demonstration promises, on a seed that its preset was not chosen on.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "teasel/core/file.hpp"
#include "teasel/core/value.hpp"
#include "tests/core/temporary_folder.hpp"

namespace teasel {
namespace {

TEST(Demo, OneLatentEachFollowsXAndYAndSize) {
  const TemporaryFolder folder;
  const std::string out = (folder / "result.json").string();
  const std::string command = std::string(TEASEL_PROGRAM) + " demo --quiet --json --set train.seed=11 --out " +
                              (folder / "demo").string() + " > " + out;
  ASSERT_EQ(std::system(command.c_str()), 0);
  const Value result = parse_json(read_file(out), out);
  EXPECT_TRUE(std::filesystem::exists(result.text_at("report")));
  const Value& beta_vae = result.find("runs")->as<Value::List>()->front();
  ASSERT_EQ(beta_vae.text_at("name"), "beta_vae");
  std::map<std::string, double> found;
  std::set<std::string> latents;
  for (auto& following : *beta_vae.find("followings")->as<Value::List>()) {
    double correlation = 0;
    ASSERT_TRUE(following.find("spearman")->number(correlation));
    const std::string factor = following.text_at("factor");
    found[factor] = std::abs(correlation);
    if (factor == "position_x" || factor == "position_y" || factor == "scale")
      latents.insert(following.text_at("latent"));
  }
  EXPECT_GE(found["position_x"], 0.9);
  EXPECT_GE(found["position_y"], 0.9);
  EXPECT_GE(found["scale"], 0.7);
  EXPECT_EQ(latents.size(), 3u) << "two factors share a latent";
}

}  // namespace
}  // namespace teasel
