// Every preset, shrunk: it trains, and its configuration comes back from its own text.
#include <gtest/gtest.h>

#include <cmath>

#include "teasel/study/run_config.hpp"
#include "tests/models/small.hpp"

namespace teasel {
namespace {

using namespace testing;

struct Named {
  std::string model, preset;
};

void PrintTo(const Named& n, std::ostream* out) { *out << n.model << " " << n.preset; }

std::vector<Named> all_presets() {
  std::vector<Named> out;
  for (auto& model : Registry<Model>::get().names())
    for (auto& preset : presets_of(model)) out.push_back({model, preset.name});
  return out;
}

class EveryPreset : public ::testing::TestWithParam<Named> {};

Value shrunk_config(const Named& named) {
  for (auto& preset : presets_of(named.model)) {
    if (preset.name != named.preset) continue;
    Value model = preset.config.find("model") ? *preset.config.find("model") : Value(Value::Table{});
    model = Registry<Model>::get().resolve(named.model, model, "model");
    shrink(model);
    model.set("name", Value(named.model));
    Value train = preset.config.find("train") ? *preset.config.find("train") : Value(Value::Table{});
    train.set("batch_size", Value(8));
    return Value(Value::Table{{"model", model}, {"data", parse_toml(small_data_toml, "data")}, {"train", train}});
  }
  throw std::logic_error("no such preset");
}

TEST_P(EveryPreset, TrainsShrunkAndComesBackFromItsText) {
  OpenedConfig opened = open_config(shrunk_config(GetParam()));
  EXPECT_EQ(open_config(parse_toml(to_toml(opened.resolved), "again")).resolved, opened.resolved);

  const auto before = bytes_of(opened.model->parameters());
  Trainer trainer(*opened.model, *opened.data, opened.train);
  trainer.run_step();
  trainer.run_step();
  for (auto& slot : opened.model->parameters().slots())
    EXPECT_TRUE(slot.value.detach().isfinite().all().item<bool>()) << slot.name;
  EXPECT_NE(bytes_of(opened.model->parameters()), before);
}

INSTANTIATE_TEST_SUITE_P(OfModels, EveryPreset, ::testing::ValuesIn(all_presets()),
                         [](auto& info) { return info.param.model + "_" + info.param.preset; });

// Rows of publications say whose they are; every model has a recommendation.
TEST(Presets, EveryModelHasAPublishedRowAndARecommendation) {
  for (auto& model : Registry<Model>::get().names()) {
    if (presets_of(model).empty()) continue;  // a model of a plug-in
    std::vector<std::string> names;
    for (auto& preset : presets_of(model)) names.push_back(preset.name);
    EXPECT_EQ(std::ranges::count(names, "published"), 1) << model;
    EXPECT_EQ(std::ranges::count(names, "recommended"), 1) << model;
  }
}

}  // namespace
}  // namespace teasel
