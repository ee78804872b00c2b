#include <fmt/format.h>

#include <filesystem>

#include "teasel/core/array.hpp"
#include "teasel/core/error.hpp"
#include "teasel/explore/encode.hpp"

namespace teasel {
namespace {

std::vector<float> floats_of(const SafeTensors& file, const std::string& name) {
  for (auto& [key, array] : file.tensors)
    if (key == name) return array.to_f32();
  return {};
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
  const SafeTensors file = read_safetensors(path);
  Codes codes;
  codes.frames = spec.frames;
  codes.factor_specs = spec.factors;
  for (auto& block : layout.blocks)
    codes.blocks.push_back({block, floats_of(file, block.name + ".location"), floats_of(file, block.name + ".spread")});
  codes.factors = floats_of(file, "factors");
  codes.kl = floats_of(file, "kl");
  codes.distortion = floats_of(file, "distortion");
  for (auto& [name, array] : file.tensors) {
    if (name == "distortion_of") codes.distortion_of = array.to_i64();
    if (name == "group") codes.group.assign(array.as<int32_t>().begin(), array.as<int32_t>().end());
    if (name == "unit") codes.unit.assign(array.as<int32_t>().begin(), array.as<int32_t>().end());
    if (name == layout.blocks[0].name + ".location") codes.samples = array.shape[0];
  }
  codes.full_grid = spec.full_grid && codes.samples == spec.size;
  return codes;
}

}  // namespace teasel
