#include "teasel/train/checkpoint.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <stdexcept>

#include "teasel/core/array.hpp"
#include "teasel/core/error.hpp"

namespace teasel {
namespace {

struct StoredType {
  at::ScalarType tensor;
  ArrayType array;
};
// The types that a checkpoint holds.
constexpr StoredType stored_types[] = {{at::kFloat, ArrayType::f32},
                                       {at::kDouble, ArrayType::f64},
                                       {at::kLong, ArrayType::i64},
                                       {at::kByte, ArrayType::u8}};

ArrayType array_type(at::ScalarType type) {
  const auto found = std::ranges::find(stored_types, type, &StoredType::tensor);
  if (found == std::end(stored_types)) throw std::logic_error("a checkpoint holds no tensors of this type");
  return found->array;
}

at::ScalarType scalar_type(ArrayType type, const std::string& name) {
  const auto found = std::ranges::find(stored_types, type, &StoredType::array);
  if (found == std::end(stored_types))
    throw Error("the checkpoint's tensor " + name + " has a type that no checkpoint holds");
  return found->tensor;
}

}  // namespace

void write_checkpoint(const std::filesystem::path& path, const State& state) {
  SafeTensors file;
  for (auto& [name, tensor] : state.tensors) {
    const Tensor host = tensor.detach().cpu().contiguous();
    Array array{array_type(host.scalar_type()), host.sizes().vec(), std::vector<std::byte>(host.nbytes())};
    std::memcpy(array.bytes.data(), host.const_data_ptr(), host.nbytes());
    file.tensors.emplace_back(name, std::move(array));
  }
  file.metadata["format"] = "teasel checkpoint";
  file.metadata["state"] = to_json(state.counters);
  write_safetensors(path, file);
}

State read_checkpoint(const std::filesystem::path& path) {
  SafeTensors file = read_safetensors(path);
  const auto counters = file.metadata.find("state");
  if (counters == file.metadata.end())
    throw Error(path.string() + " is no checkpoint of teasel: its metadata has no 'state'",
                "Give a file of a run's checkpoints/ folder.");
  State state;
  state.counters = parse_json(counters->second, path.string());
  for (auto& [name, array] : file.tensors) {
    Tensor tensor = at::empty(array.shape, scalar_type(array.type, name));
    std::memcpy(tensor.data_ptr(), array.bytes.data(), array.bytes.size());
    state.tensors.emplace_back(name, tensor);
  }
  return state;
}

void load_parameters(ParameterStore& store, const State& state, Weights weights) {
  c10::NoGradGuard no_gradients;
  const bool averaged = weights == Weights::averaged;
  if (averaged && std::ranges::none_of(state.tensors, [](auto& entry) { return entry.first.starts_with("ema."); }))
    throw Error("the checkpoint holds no averaged weights", "They are kept where train.ema is set.");
  const auto source = [&](const ParameterStore::Slot& slot) -> const Tensor& {
    return state.at((averaged && slot.trained ? "ema." : "model.") + slot.name, slot.value);
  };
  // As in Trainer::restore, all is looked at before anything is taken over.
  for (auto& slot : store.slots()) source(slot);
  for (auto& slot : store.slots()) slot.value.detach().copy_(source(slot));
}

}  // namespace teasel
