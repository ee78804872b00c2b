// Every registered model in a size for tests, without naming one.
#pragma once
#include <ATen/ATen.h>

#include <map>
#include <memory>
#include <string>

#include "teasel/core/random.hpp"
#include "teasel/models/gather.hpp"
#include "teasel/models/model.hpp"
#include "teasel/train/trainer.hpp"

namespace teasel::testing {

// Whole numbers above 64 (widths of layers, ...) become 16: nothing else tells a test's model from a real one.
inline void shrink(Value& value) {
  if (auto* whole = value.as<int64_t>(); whole && *whole > 64) value = Value(int64_t{16});
  if (auto* list = value.as<Value::List>())
    for (auto& entry : *list) shrink(entry);
  if (auto* table = value.as<Value::Table>())
    for (auto& [key, entry] : *table) shrink(entry);
}

inline Value small_options(const std::string& model) {
  Value options = Registry<Model>::get().resolve(model, Value(), "model");
  shrink(options);
  return options;
}

inline constexpr const char* small_data_toml =
    "name = 'dsprites'\nviews = [{name = 'select', factor = 'orientation', values = [0]}, {name = 'select', factor = "
    "'scale', values = [3, 5]}, {name = 'resize', size = 16}]";

// 6144 sprites of 16x16 pixels.
inline std::shared_ptr<const Dataset> small_data() {
  static const auto data = open_dataset(parse_toml(small_data_toml, "small_data"));
  return data;
}

// Eight sprites: two shapes at four places.
inline std::shared_ptr<const Dataset> eight_items() {
  static const auto data = open_dataset(parse_toml(
      "name = 'dsprites'\nviews = [{name = 'select', factor = 'shape', values = [0, 1]}, {name = 'select', factor = "
      "'scale', "
      "values = [5]}, {name = 'select', factor = 'orientation', values = [0]}, {name = 'select', factor = "
      "'position_x', "
      "values = [6, 25]}, {name = 'select', factor = 'position_y', values = [6, 25]}, {name = 'resize', size = 16}]",
      "eight_items"));
  return data;
}

inline std::unique_ptr<Model> small_model(const std::string& name, const Dataset& data, uint64_t seed = 0) {
  return Registry<Model>::get().make(name, small_options(name), {data.spec(), seed});
}

// Moves every parameter a little: at their first values biases that are 0 stand on the kinks of ReLU, and symmetric
// halves of a loss cancel.
inline void shake(Model& model) {
  for (auto& slot : model.parameters().slots()) {
    if (!slot.trained) continue;
    std::vector<float> numbers(static_cast<size_t>(slot.value.numel()));
    Stream(1, "shake/" + slot.name).normal(0, slot.value.numel(), numbers);
    slot.value.detach().add_(at::from_blob(numbers.data(), slot.value.sizes()), 0.1);
  }
}

inline TrainOptions small_training(Model& model, int64_t steps, int64_t seed = 0) {
  TrainOptions options = TrainOptions::for_phases(model.phases());
  options.steps = steps;
  options.batch_size = 8;
  options.seed = seed;
  return options;
}

inline std::string bytes_of(const Tensor& t) {
  const Tensor host = t.detach().contiguous();
  return {static_cast<const char*>(host.const_data_ptr()), host.nbytes()};
}

inline std::map<std::string, std::string> bytes_of(const State& state) {
  std::map<std::string, std::string> out{{"counters", to_json(state.counters)}};
  for (auto& [name, tensor] : state.tensors) out[name] = bytes_of(tensor);
  return out;
}

inline std::map<std::string, std::string> bytes_of(ParameterStore& store) {
  std::map<std::string, std::string> out;
  for (auto& slot : store.slots()) out[slot.name] = bytes_of(slot.value);
  return out;
}

// A copy that does not change with the trainer.
inline State copy_of(const State& state) {
  State copy{{}, state.counters};
  for (auto& [name, tensor] : state.tensors) copy.tensors.emplace_back(name, tensor.clone());
  return copy;
}

// Independent batches of the first step.
inline std::vector<Batch> first_batches(Model& model, const Dataset& data, int64_t size = 8) {
  DataOrder order(0, data.split("train"), size);
  std::vector<Batch> batches;
  for (int i = 0; i < model.batches(); ++i)
    batches.push_back(gather_batch(data, model.fields(), order.batch(0, i), {}));
  return batches;
}

}  // namespace teasel::testing
