#include "teasel/cli/settings.hpp"

#include <algorithm>

#include "teasel/data/dataset.hpp"
#include "teasel/models/model.hpp"
#include "teasel/study/run_config.hpp"
#include "teasel/train/options.hpp"

namespace teasel {
namespace {

using Settings = std::map<std::string, std::vector<std::string>>;

class SettingsCollector : public Fields {
 public:
  SettingsCollector(Settings& settings, std::string prefix) : settings_(settings), prefix_(std::move(prefix)) {}

  void field(std::string_view key, bool&, std::string_view) override { add(key, {"true", "false"}); }
  void field(std::string_view key, int64_t&, std::string_view, const Limits&) override { add(key, {}); }
  void field(std::string_view key, double&, std::string_view, const Limits&) override { add(key, {}); }
  void field(std::string_view key, std::string&, std::string_view, const Limits& l) override { add(key, l.one_of); }
  void field(std::string_view key, std::vector<int64_t>&, std::string_view, const Limits&) override { add(key, {}); }
  void field(std::string_view key, std::vector<double>&, std::string_view, const Limits&) override { add(key, {}); }
  void field(std::string_view key, std::vector<std::string>&, std::string_view, const Limits&) override {
    add(key, {});
  }
  void field(std::string_view key, Schedule&, std::string_view, const Limits&) override { add(key, {}); }
  void field(std::string_view key, Choice& value, std::string_view) override {
    add(key, value.catalogue->names());
    SettingsCollector nested(settings_, prefix_ + std::string(key) + ".");
    nested.add("name", value.catalogue->names());
    for (auto& name : value.catalogue->names()) value.catalogue->describe(name, nested);
  }
  void field(std::string_view key, std::vector<Choice>&, const Catalogue&, std::string_view) override { add(key, {}); }
  void group(std::string_view key, std::string_view, const Describe& describe) override {
    SettingsCollector nested(settings_, prefix_ + std::string(key) + ".");
    describe(nested);
  }

  void add(std::string_view key, const std::vector<std::string>& words) {
    auto& known = settings_[prefix_ + std::string(key)];
    for (auto& word : words)
      if (std::ranges::count(known, word) == 0) known.push_back(word);
  }

 private:
  Settings& settings_;
  std::string prefix_;
};

std::vector<std::string> preset_names() {
  std::vector<std::string> out;
  for (auto& model : Registry<Model>::get().names())
    for (auto& preset : presets_of(model))
      if (std::ranges::count(out, preset.name) == 0) out.push_back(preset.name);
  return out;
}

}  // namespace

Settings known_settings() {
  Settings settings;
  SettingsCollector model(settings, "model."), data(settings, "data."), train(settings, "train.");
  model.add("name", Registry<Model>::get().names());
  model.add("preset", preset_names());
  for (auto* entry : Registry<Model>::get().entries()) entry->describe(model);
  data.add("name", Registry<Dataset>::get().names());
  data.add("path", {});
  data.add("views", {});
  for (auto* entry : Registry<Dataset>::get().entries()) entry->describe(data);
  TrainOptions().describe(train);
  return settings;
}

}  // namespace teasel
