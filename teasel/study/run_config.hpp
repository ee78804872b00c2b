// From a configuration to a model and its data.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "teasel/core/value.hpp"
#include "teasel/data/dataset.hpp"
#include "teasel/models/model.hpp"
#include "teasel/train/options.hpp"

namespace teasel {

// A configuration with everything that it leaves open filled in, and what it describes.
struct OpenedConfig {
  Value resolved;  // tables model, data, train: every option with its value
  std::shared_ptr<const Dataset> data;
  std::unique_ptr<Model> model;
  TrainOptions train;
};

// Opens a configuration: tables `[model]` (name, preset, options), `[data]` (name, views, options), `[train]`. A preset
// of the model lies under what the configuration itself says. Error for unknown keys, bad values and models that do not
// fit the data.
OpenedConfig open_config(const Value& given);

// A preset of a model: a table in models/presets/MODEL.toml.
struct Preset {
  std::string name, summary, source;
  Value config;  // tables model, data, train
};
std::vector<Preset> presets_of(const std::string& model);

// Applies `--set` assignments, after reading the file (none if empty).
Value read_config(const std::string& file, const std::vector<std::string>& sets);

}  // namespace teasel
