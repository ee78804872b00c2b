#include "teasel/study/tiles.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace teasel {
namespace {

DataSpec spec_of(double low, double high, int64_t channels = 1) {
  DataSpec spec;
  spec.fields = {{"x", {channels, 1, 2}, Dtype::f32}};
  spec.low = low, spec.high = high;
  return spec;
}

TEST(TileOf, WidensTheRangeOfTheData) {
  const Tile tile = tile_of(at::tensor({-1.f, 0.5f}).view({1, 1, 2}), spec_of(-1, 1));
  EXPECT_EQ(tile.values, (std::vector<float>{0, 0.75f}));
  EXPECT_EQ(tile.channels, 1);
}

TEST(TileOf, ThreeChannelsAreColoursAndOthersTheirMean) {
  const at::Tensor x = at::arange(6, at::kFloat).view({3, 1, 2}) / 10;
  const Tile rgb = tile_of(x, spec_of(0, 1, 3), Colours::viridis);
  EXPECT_EQ(rgb.channels, 3);
  for (int i = 0; i < 6; ++i) EXPECT_FLOAT_EQ(rgb.values[static_cast<size_t>(i)], static_cast<float>(i) / 10);
  const Tile two = tile_of(x.slice(0, 0, 2), spec_of(0, 1, 2));
  EXPECT_EQ(two.channels, 1);
  EXPECT_FLOAT_EQ(two.values[0], 0.1f);
  EXPECT_FLOAT_EQ(two.values[1], 0.2f);
}

TEST(TileOf, ViridisShowsGreyAsColour) {
  const Tile tile = tile_of(at::tensor({0.f, 1.f}).view({1, 1, 2}), spec_of(0, 1), Colours::viridis);
  ASSERT_EQ(tile.channels, 3);
  const Picture picture = tile_picture(tile);
  EXPECT_EQ(std::vector<uint8_t>(picture.at(0, 0), picture.at(0, 0) + 3), (std::vector<uint8_t>{0x44, 0x01, 0x54}));
  EXPECT_EQ(std::vector<uint8_t>(picture.at(1, 0), picture.at(1, 0) + 3), (std::vector<uint8_t>{0xFD, 0xE7, 0x25}));
}

TEST(MovingTile, ShowsImagesInTurnAndBackAgain) {
  const at::Tensor images = (at::arange(8, at::kFloat) / 8).view({4, 1, 1, 2});
  const Tile once = moving_tile(images, spec_of(0, 1));
  ASSERT_EQ(once.frames.size(), 4u);
  for (size_t f = 0; f < 4; ++f) EXPECT_FLOAT_EQ(once.frames[f][0], static_cast<float>(2 * f) / 8);
  EXPECT_EQ(once.values, once.frames[3]) << "stands at the end";
  const Tile bounced = moving_tile(images, spec_of(0, 1), Colours::grey, true);
  ASSERT_EQ(bounced.frames.size(), 6u);
  EXPECT_EQ(bounced.frames[4], bounced.frames[2]);
  EXPECT_EQ(bounced.frames[5], bounced.frames[1]);
  EXPECT_EQ(moving_tile(images.slice(0, 0, 1), spec_of(0, 1), Colours::grey, true).frames.size(), 1u);
}

}  // namespace
}  // namespace teasel
