#include "teasel/study/run_config.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "teasel/core/error.hpp"
#include "teasel/core/resource.hpp"

namespace teasel {
namespace {

std::string located(const Value& value, const std::string& message) {
  const std::string place = value.place.text();
  return place.empty() ? message : place + ": " + message;
}

const std::vector<std::string> root_keys{"model", "data", "train"};

void check_root(const Value& given) {
  const auto* table = given.as<Value::Table>();
  if (!table) throw Error("a configuration is a table, not " + given.kind());
  for (auto& [key, value] : *table)
    if (std::ranges::count(root_keys, key) == 0)
      throw Error(located(value, "unknown key '" + key + "'"), hint_for_unknown(key, root_keys));
}

// "beta_vae" for {name = "beta_vae", ...}: a component may be written as its bare name.
Value as_table(const Value* given, const std::string& key) {
  if (!given) return Value(Value::Table{});
  if (auto* name = given->as<std::string>()) {
    Value table{Value::Table{{"name", Value(*name)}}};
    table.place = given->place;
    return table;
  }
  if (!given->as<Value::Table>())
    throw Error(located(*given, key + " must be a table or a name, not " + given->kind()),
                "Write [" + key + "] and name = \"...\" below it; known names: teasel list.");
  return *given;
}

Value with_preset(const Value& given, const std::string& model, const std::string& wanted) {
  std::vector<std::string> names;
  for (auto& preset : presets_of(model)) {
    if (preset.name == wanted) return merge(preset.config, given);
    names.push_back(preset.name);
  }
  throw Error("model '" + model + "' has no preset '" + wanted + "'", hint_for_unknown(wanted, names));
}

// Asked before anything is written: a run folder is not made for a training that cannot begin.
void check_batch(const OpenedConfig& opened, const Value& train) {
  const auto items = static_cast<int64_t>(opened.data->split(opened.train.split).size());
  if (opened.train.batch_size <= items) return;
  const Value* size = train.find("batch_size");
  throw Error(located(size ? *size : Value(), fmt::format("train.batch_size is {}, and the split '{}' has {} items",
                                                          opened.train.batch_size, opened.train.split, items)),
              "Lower train.batch_size, or choose more of the data.");
}

}  // namespace

std::vector<Preset> presets_of(const std::string& model) {
  std::vector<Preset> presets;
  const std::string file = "models/presets/" + model + ".toml";
  const auto text = resource(file);
  if (!text) return presets;
  const Value root = parse_toml(*text, file);
  for (auto& [name, table] : *root.as<Value::Table>()) {
    Preset preset{name, table.text_at("summary"), table.text_at("source"), Value(Value::Table{})};
    for (auto& key : root_keys)
      if (const Value* part = table.find(key)) preset.config.set(key, *part);
    presets.push_back(std::move(preset));
  }
  return presets;
}

OpenedConfig open_config(const Value& given) {
  check_root(given);
  Value config = given;
  Value model = as_table(given.find("model"), "model");
  config.set("model", model);
  const std::string name = config.text_at("model.name");
  if (name.empty())
    throw Error("the configuration names no model",
                "Write [model] name = \"...\", or --set model.name=...; known: teasel list models.");
  Registry<Model>::get().at(name);
  if (const std::string preset = config.text_at("model.preset"); !preset.empty())
    config = with_preset(config, name, preset);

  OpenedConfig opened;
  config.set("data", as_table(config.find("data"), "data"));
  if (!config.find("data.name")) config.set("data.name", Value("dsprites"));
  opened.resolved.set("model", Value(Value::Table{{"name", Value(name)}}));
  const Value data = resolve_data(*config.find("data"));
  opened.data = open_dataset(data);

  Value options = *config.find("model");
  options.erase("name"), options.erase("preset");
  const Value resolved = Registry<Model>::get().resolve(name, options, "model");
  for (auto& [key, value] : *resolved.as<Value::Table>()) opened.resolved.set("model." + key, value);
  opened.resolved.set("data", data);

  // The seed shapes the initial weights, so the table of training is read twice: for the seed, and with the model's
  // phases.
  const Value train = config.find("train") ? *config.find("train") : Value(Value::Table{});
  Value without_phases = train;
  without_phases.erase("phases");
  TrainOptions first;
  read_options([&](Fields& f) { first.describe(f); }, without_phases, "train");
  opened.model = Registry<Model>::get().make(name, resolved, {opened.data->spec(), static_cast<uint64_t>(first.seed)});
  opened.train = TrainOptions::for_phases(opened.model->phases());
  const Describe describe = [&](Fields& f) { opened.train.describe(f); };
  read_options(describe, train, "train");
  check_batch(opened, train);
  opened.resolved.set("train", write_options(describe));
  return opened;
}

Value read_config(const std::string& file, const std::vector<std::string>& sets) {
  Value config = file.empty() ? Value(Value::Table{}) : read_toml(file);
  for (auto& assignment : sets) apply_set(config, assignment);
  return config;
}

}  // namespace teasel
