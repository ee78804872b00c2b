#include "teasel/study/tiles.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace teasel {

using at::Tensor;

Tile tile_of(const Tensor& image, const DataSpec& spec, Colours colours) {
  Tensor unit = (image.detach().cpu().to(at::kFloat) - spec.low) / (spec.high - spec.low);
  if (unit.size(0) != 1 && unit.size(0) != 3) unit = unit.mean(0, true);
  unit = unit.contiguous();
  const std::span<const float> values(unit.const_data_ptr<float>(), static_cast<size_t>(unit.numel()));
  const int channels = static_cast<int>(unit.size(0)), height = static_cast<int>(unit.size(1)),
            width = static_cast<int>(unit.size(2));
  if (channels == 1 && colours == Colours::viridis) return sequential_tile(values, height, width, 0, 1);
  return {.channels = channels, .height = height, .width = width, .values = {values.begin(), values.end()}};
}

std::vector<Tile> tiles_of(const Tensor& images, const DataSpec& spec, Colours colours) {
  std::vector<Tile> tiles;
  for (int64_t i = 0; i < images.size(0); ++i) tiles.push_back(tile_of(images[i], spec, colours));
  return tiles;
}

Tile moving_tile(const Tensor& images, const DataSpec& spec, Colours colours, bool bounce) {
  auto each = tiles_of(images, spec, colours);
  Tile tile = each.back();
  for (auto& one : each) tile.frames.push_back(std::move(one.values));
  if (bounce)
    for (size_t back = each.size() - 1; back-- > 1;) tile.frames.push_back(tile.frames[back]);
  return tile;
}

int scale_for(const DataSpec& spec) {
  const int64_t width = spec.field("x").shape.back();
  return width <= 16 ? 4 : width <= 32 ? 2 : 1;
}

}  // namespace teasel
