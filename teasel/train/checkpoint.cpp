#include "teasel/train/checkpoint.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cstring>
#include <map>

#include "teasel/core/array.hpp"
#include "teasel/core/error.hpp"

namespace teasel {
namespace {

ArrayType array_type(at::ScalarType type) {
  switch (type) {
    case at::kFloat:
      return ArrayType::f32;
    case at::kDouble:
      return ArrayType::f64;
    case at::kLong:
      return ArrayType::i64;
    case at::kByte:
      return ArrayType::u8;
    default:
      throw std::logic_error("a checkpoint holds no tensors of this type");
  }
}

at::ScalarType scalar_type(ArrayType type, const std::string& name) {
  switch (type) {
    case ArrayType::f32:
      return at::kFloat;
    case ArrayType::f64:
      return at::kDouble;
    case ArrayType::i64:
      return at::kLong;
    case ArrayType::u8:
      return at::kByte;
    default:
      throw Error("the checkpoint's tensor " + name + " has a type that no checkpoint holds");
  }
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

void load_parameters(ParameterStore& store, const State& state) {
  c10::NoGradGuard no_gradients;
  const std::map<std::string, Tensor> given(state.tensors.begin(), state.tensors.end());
  for (auto& slot : store.slots()) {
    const auto found = given.find("model." + slot.name);
    if (found == given.end() || found->second.sizes() != slot.value.sizes())
      throw Error("the checkpoint does not fit the model: " + slot.name + " is not in it or has another shape",
                  "It was written with other model options.");
    slot.value.detach().copy_(found->second);
  }
}

}  // namespace teasel
