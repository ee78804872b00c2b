// From a configuration to a model and its data.
#include "teasel/study/run_config.hpp"

#include <gtest/gtest.h>

#include "teasel/study/training.hpp"
#include "tests/core/temporary_folder.hpp"
#include "tests/models/small.hpp"

namespace teasel {
namespace {

using namespace testing;

Value toml(const std::string& text) { return parse_toml(text, "a.toml"); }

std::string complaint(const std::string& text) {
  try {
    open_config(toml(text));
  } catch (const Error& e) {
    return std::string(e.what()) + " | " + e.hint();
  }
  return "";
}

TEST(OpenConfig, FillsInEverythingAndStaysThere) {
  for (auto& name : Registry<Model>::get().names()) {
    const OpenedConfig opened = open_config(toml("[model]\nname = '" + name + "'"));
    EXPECT_EQ(opened.resolved.text_at("model.name"), name);
    EXPECT_EQ(opened.resolved.text_at("data.name"), "dsprites");
    EXPECT_NE(opened.resolved.find("train.steps"), nullptr);
    for (auto& phase : opened.model->phases())
      EXPECT_NE(opened.resolved.find("train.phases." + phase.name + ".lr"), nullptr) << name;
    EXPECT_EQ(open_config(opened.resolved).resolved, opened.resolved) << name;
    EXPECT_EQ(to_toml(open_config(toml(to_toml(opened.resolved))).resolved), to_toml(opened.resolved)) << name;
  }
}

TEST(OpenConfig, TakesBareNames) {
  const auto written_out = open_config(toml("model = {name = 'vae'}\ndata = {name = 'dsprites'}")).resolved;
  EXPECT_EQ(open_config(toml("model = 'vae'\ndata = 'dsprites'")).resolved, written_out);
  EXPECT_NE(complaint("model = 'vae'\ndata = 'nonesuch'").find("nonesuch"), std::string::npos);
}

TEST(OpenConfig, TheModelsLearningRateIsItsPhasesUnlessThatIsSet) {
  EXPECT_EQ(open_config(toml("model = {name = 'vae', lr = 0.25}")).train.phases[0].second.lr, Schedule(0.25));
  EXPECT_EQ(
      open_config(toml("model = {name = 'vae', lr = 0.25}\n[train.phases.vae]\nlr = 0.5")).train.phases[0].second.lr,
      Schedule(0.5));
}

TEST(OpenConfig, TheSeedShapesTheWeights) {
  const auto weights = [](const std::string& seed) {
    return bytes_of(open_config(toml("model = 'vae'\ntrain = {seed = " + seed + "}")).model->parameters());
  };
  EXPECT_EQ(weights("3"), weights("3"));
  EXPECT_NE(weights("3"), weights("4"));
}

TEST(OpenConfig, NamesTheMistake) {
  EXPECT_NE(complaint("").find("no model"), std::string::npos);
  EXPECT_NE(complaint("model = 'vea'").find("'vae'"), std::string::npos);
  EXPECT_NE(complaint("model = 'vae'\ntrian = {steps = 3}").find("a.toml:2"), std::string::npos);
  EXPECT_NE(complaint("model = {name = 'vae', preset = 'nonesuch'}").find("no preset 'nonesuch'"), std::string::npos);
  EXPECT_NE(complaint("model = 'vae'\n[train.phases.vea]\nlr = 1").find("'vae'"), std::string::npos);
  EXPECT_NE(complaint("model = 'vae'\ntrain = 3"), "");
  EXPECT_NE(complaint("model = 3"), "");
}

TEST(Presets, AllOpenAndSayTheirSource) {
  for (auto& name : Registry<Model>::get().names())
    for (auto& preset : presets_of(name)) {
      SCOPED_TRACE(name + " " + preset.name);
      EXPECT_FALSE(preset.summary.empty());
      EXPECT_FALSE(preset.source.empty());
      const Value given{
          Value::Table{{"model", Value(Value::Table{{"name", Value(name)}, {"preset", Value(preset.name)}})}}};
      EXPECT_NO_THROW(open_config(given));
    }
}

// What a preset says holds, and what the user says beside it wins, also inside a component that the preset names.
TEST(Presets, LieUnderTheConfiguration) {
  for (auto& name : Registry<Model>::get().names())
    for (auto& preset : presets_of(name)) {
      SCOPED_TRACE(name + " " + preset.name);
      const auto open = [&](const std::vector<std::string>& sets) {
        Value given{
            Value::Table{{"model", Value(Value::Table{{"name", Value(name)}, {"preset", Value(preset.name)}})}}};
        for (auto& assignment : sets) apply_set(given, assignment);
        return open_config(given).resolved;
      };
      Value expected = open({});
      const Value changed = open({"train.steps=77", "train.batch_size=5", "model.encoder.hidden=[5]"});
      expected.set("train.steps", Value(77)), expected.set("train.batch_size", Value(5)),
          expected.set("model.encoder.hidden", Value(Value::List{Value(5)}));
      EXPECT_EQ(to_toml(changed), to_toml(expected));
    }
}

TEST(Configs, AllOpen) {
  size_t count = 0;
  for (auto& entry : std::filesystem::recursive_directory_iterator("configs")) {
    if (entry.path().extension() != ".toml") continue;
    ++count;
    EXPECT_NO_THROW(open_config(read_toml(entry.path().string()))) << entry.path();
  }
  EXPECT_GT(count, 0u);
}

TEST(DefaultFolder, SaysModelDataAndSeedAndTakesAFreeNumber) {
  const TemporaryFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  const Value config = toml("model = {name = 'vae'}\ndata = {name = 'dsprites'}\ntrain = {seed = 4}");
  EXPECT_EQ(default_folder(config), "runs/vae_dsprites_seed4");
  for (auto* taken : {"runs/vae_dsprites_seed4", "runs/vae_dsprites_seed4-2"}) {
    std::filesystem::create_directories(taken);
    write_quickly(std::filesystem::path(taken) / "config.toml", "");
  }
  EXPECT_EQ(default_folder(config), "runs/vae_dsprites_seed4-3");
  std::filesystem::current_path(before);
}

}  // namespace
}  // namespace teasel
