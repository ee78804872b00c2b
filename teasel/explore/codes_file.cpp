#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "teasel/core/array.hpp"
#include "teasel/core/error.hpp"
#include "teasel/explore/encode.hpp"

namespace teasel {
namespace {

// The tensors of a file of codes, which are what they should be or an Error.
struct Stored {
  std::filesystem::path path;
  NamedArrays tensors;

  void require(bool holds, const std::string& name) const {
    if (!holds)
      throw Error(path.string() + " is damaged: '" + name + "' does not fit the model and its data",
                  "Remove the file: it will be made again.");
  }
  const Array* find(const std::string& name) const {
    const auto found = std::ranges::find(tensors, name, &NamedArrays::value_type::first);
    return found == tensors.end() ? nullptr : &found->second;
  }
  int64_t rows(const std::string& name) const {
    const Array* array = find(name);
    require(array && !array->shape.empty(), name);
    return array->shape[0];
  }
  // [rows, columns] in one row; any number of columns where none is given; empty where there is no such tensor.
  std::vector<float> floats(const std::string& name, int64_t rows, std::optional<int64_t> columns = {}) const {
    const Array* array = find(name);
    if (!array) return {};
    require(array->shape.size() == 2 && array->shape[0] == rows && (!columns || array->shape[1] == *columns), name);
    return array->to_f32();
  }
  template <class T>
  std::vector<T> whole(const std::string& name) const {
    const Array* array = find(name);
    if (!array) return {};
    require(array->shape.size() == 1 && array->bytes.size() == sizeof(T) * static_cast<size_t>(array->shape[0]), name);
    return {array->as<T>().begin(), array->as<T>().end()};
  }
};

// How many rows of a block an item has.
int64_t times_of(const LatentBlock& block, int64_t frames) {
  return block.time == LatentTime::item ? 1 : block.time == LatentTime::frame ? frames : frames - 1;
}

}  // namespace

void write_codes(const std::filesystem::path& path, const Codes& codes, const std::string& key) {
  SafeTensors file;
  file.metadata = {{"format", "teasel codes"}, {"key", key}};
  auto add = [&](const std::string& name, const std::vector<float>& values, int64_t rows) {
    if (values.empty() || rows == 0) return;
    file.tensors.emplace_back(
        name, Array::of(std::span<const float>(values), {rows, static_cast<int64_t>(values.size()) / rows}));
  };
  for (auto& block : codes.blocks) {
    add(block.about.name + ".location", block.location, codes.samples);
    add(block.about.name + ".spread", block.spread, codes.samples);
  }
  add("factors", codes.factors, codes.samples);
  add("kl", codes.kl, codes.samples);
  add("distortion", codes.distortion, static_cast<int64_t>(codes.distortion.size()));
  if (!codes.distortion_of.empty())
    file.tensors.emplace_back("distortion_of", Array::of(std::span<const int64_t>(codes.distortion_of),
                                                         {static_cast<int64_t>(codes.distortion_of.size())}));
  if (!codes.group.empty())
    file.tensors.emplace_back("group", Array::of(std::span<const int32_t>(codes.group), {codes.samples}));
  if (!codes.unit.empty())
    file.tensors.emplace_back(
        "unit", Array::of(std::span<const int32_t>(codes.unit), {static_cast<int64_t>(codes.unit.size())}));
  write_safetensors(path, file);
}

std::optional<Codes> read_codes(const std::filesystem::path& path, const std::string& key, const LatentLayout& layout,
                                const DataSpec& spec) {
  if (!std::filesystem::exists(path)) return {};
  const auto metadata = read_safetensors_metadata(path);
  const auto found = metadata.find("key");
  if (found == metadata.end() || found->second != key) return {};
  const Stored file{path, read_safetensors(path).tensors};
  Codes codes;
  codes.frames = spec.frames;
  codes.factor_specs = spec.factors;
  codes.samples = file.rows(layout.blocks.at(0).name + ".location");
  for (auto& block : layout.blocks) {
    const int64_t columns = block.size * times_of(block, spec.frames);
    codes.blocks.push_back({block, file.floats(block.name + ".location", codes.samples, columns),
                            file.floats(block.name + ".spread", codes.samples, columns)});
  }
  codes.factors = file.floats("factors", codes.samples, spec.factor_elements());
  codes.kl = file.floats("kl", codes.samples);
  codes.distortion_of = file.whole<int64_t>("distortion_of");
  codes.distortion = file.floats("distortion", static_cast<int64_t>(codes.distortion_of.size()));
  codes.group = file.whole<int32_t>("group");
  codes.unit = file.whole<int32_t>("unit");
  file.require(codes.group.empty() || static_cast<int64_t>(codes.group.size()) == codes.samples, "group");
  codes.full_grid = spec.full_grid && codes.samples == spec.size;
  return codes;
}

}  // namespace teasel
