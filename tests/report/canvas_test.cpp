#include "teasel/report/canvas.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace teasel {
namespace {

Rgb pixel(const Picture& p, int x, int y) {
  const uint8_t* at = p.at(x, y);
  return p.channels == 1 ? Rgb{at[0], at[0], at[0]} : Rgb{at[0], at[1], at[2]};
}

int distance(Rgb a, Rgb b) { return std::max({std::abs(a.r - b.r), std::abs(a.g - b.g), std::abs(a.b - b.b)}); }

// In steps wide enough that the rounding of single channels does not show.
TEST(Colour, SequentialMapGetsLighter) {
  for (int i = 1; i <= 64; ++i)
    EXPECT_GT(luminance(sequential_colour(i / 64.0)), luminance(sequential_colour((i - 1) / 64.0))) << i;
}

// The five colours that R's viridisLite 0.4 prints for viridis(5); none but the ends is one of our anchors.
TEST(Colour, SequentialMapIsViridis) {
  Rgb published[] = {
      {0x44, 0x01, 0x54}, {0x3B, 0x52, 0x8B}, {0x21, 0x90, 0x8C}, {0x5D, 0xC8, 0x63}, {0xFD, 0xE7, 0x25}};
  for (int i = 0; i < 5; ++i) EXPECT_LE(distance(sequential_colour(i / 4.0), published[i]), 3) << i;
}

TEST(Colour, DivergingMapDarkensBothWays) {
  double white = luminance(diverging_colour(0));
  EXPECT_GT(white, 0.9);
  for (double sign : {-1.0, 1.0})
    for (int i = 1; i <= 20; ++i)
      EXPECT_LT(luminance(diverging_colour(sign * i / 20)), luminance(diverging_colour(sign * (i - 1) / 20)));
  EXPECT_GT(diverging_colour(1).r, diverging_colour(1).b);
  EXPECT_LT(diverging_colour(-1).r, diverging_colour(-1).b);
}

TEST(Colour, OutsideAndNan) {
  EXPECT_EQ(sequential_colour(-3), sequential_colour(0));
  EXPECT_EQ(sequential_colour(INFINITY), sequential_colour(1));
  EXPECT_EQ(diverging_colour(7), diverging_colour(1));
  EXPECT_EQ(sequential_colour(NAN), (Rgb{128, 128, 128}));
  EXPECT_EQ(diverging_colour(NAN), (Rgb{128, 128, 128}));
}

TEST(Tile, EnlargesWithoutBlur) {
  Picture p = tile_picture({1, 2, 3, {0, 0.5f, 1, 2, -1, NAN}}, 3);
  EXPECT_EQ(p.width, 9);
  EXPECT_EQ(p.height, 6);
  EXPECT_EQ(p.channels, 1);
  const int expected[2][3] = {{0, 128, 255}, {255, 0, 128}};
  for (int y = 0; y < 6; ++y)
    for (int x = 0; x < 9; ++x) EXPECT_EQ(*p.at(x, y), expected[y / 3][x / 3]);
}

TEST(Tile, PlanesBecomeChannels) {
  Picture p = tile_picture({3, 1, 2, {1, 0, 0, 1, 0.2f, 0.4f}});
  EXPECT_EQ(pixel(p, 0, 0), (Rgb{255, 0, 51}));
  EXPECT_EQ(pixel(p, 1, 0), (Rgb{0, 255, 102}));
}

TEST(Tile, RefusesWrongCounts) {
  EXPECT_THROW(tile_picture({1, 2, 2, {0, 0, 0}}), std::invalid_argument);
  EXPECT_THROW(tile_picture({2, 1, 1, {0, 0}}), std::invalid_argument);
  EXPECT_THROW(sequential_tile(std::vector<float>(3), 2, 2, 0, 1), std::invalid_argument);
}

TEST(Tile, HeatMapsUseTheColourMaps) {
  std::vector<float> values = {-2, 0, 2, NAN};
  Picture signed_map = tile_picture(diverging_tile(values, 2, 2, 2));
  EXPECT_EQ(pixel(signed_map, 0, 0), diverging_colour(-1));
  EXPECT_EQ(pixel(signed_map, 1, 0), diverging_colour(0));
  EXPECT_EQ(pixel(signed_map, 0, 1), diverging_colour(1));
  EXPECT_EQ(pixel(signed_map, 1, 1), (Rgb{128, 128, 128}));
  Picture map = tile_picture(sequential_tile(values, 2, 2, -2, 2));
  EXPECT_EQ(pixel(map, 0, 0), sequential_colour(0));
  EXPECT_EQ(pixel(map, 1, 0), sequential_colour(0.5));
  EXPECT_EQ(pixel(tile_picture(diverging_tile(values, 2, 2, 0)), 0, 0), diverging_colour(0));
  EXPECT_EQ(pixel(tile_picture(sequential_tile(values, 2, 2, 1, 1)), 0, 0), sequential_colour(0.5));
}

TEST(Text, StaysWithinItsBox) {
  std::string all;
  for (char c = 32; c < 127; ++c) all += c;
  for (int scale : {1, 2, 3}) {
    const int x0 = 10, y0 = 12, width = text_width(all, scale), height = text_height(scale);
    Picture p(width + 20, height + 24, 3);
    draw_text(p, x0, y0, all, {255, 255, 255}, scale);
    int inked = 0, lowest = 0;
    for (int y = 0; y < p.height; ++y)
      for (int x = 0; x < p.width; ++x) {
        if (*p.at(x, y) == 0) continue;
        ++inked;
        lowest = std::max(lowest, y);
        ASSERT_TRUE(x >= x0 && x < x0 + width && y >= y0 && y < y0 + height) << x << " " << y;
        // Scaled letters are whole blocks.
        ASSERT_NE(*p.at(x0 + (x - x0) / scale * scale, y0 + (y - y0) / scale * scale), 0);
      }
    EXPECT_GT(inked, 500 * scale * scale);
    EXPECT_GT(lowest, y0 + height - 1 - scale) << "the box is no higher than it must be";
  }
}

TEST(Text, ClipsAndReplaces) {
  Picture p(6, 6, 3);
  draw_text(p, -3, -3, "WWWW", {255, 0, 0}, 2);
  draw_text(p, 100, 100, "W", {255, 0, 0});
  EXPECT_EQ(text_width("β"), text_width("?"));
  EXPECT_EQ(text_width("\n"), text_width("?"));
  EXPECT_EQ(text_width("ab", 2), 2 * text_width("ab"));
}

Grid two_by_two() {
  Grid grid;
  for (float level : {0.2f, 0.6f})
    grid.rows.push_back({"z" + std::to_string(grid.rows.size()),
                         {{1, 2, 3, std::vector<float>(6, level)}, {3, 2, 3, std::vector<float>(18, level)}}});
  grid.columns = {"a", "b"};
  grid.title = "t";
  grid.scale = 10;
  return grid;
}

TEST(Grid, TilesLieWhereTheLayoutSays) {
  Grid grid = two_by_two();
  GridLayout layout = layout_grid(grid);
  Picture p = draw_grid(grid);
  EXPECT_EQ(p.channels, 3);
  EXPECT_EQ(p.width, layout.width);
  EXPECT_EQ(p.height, layout.height);
  EXPECT_EQ(layout.column_x[1] - layout.column_x[0], 30 + grid.gap);
  EXPECT_EQ(layout.row_y[1] - layout.row_y[0], 20 + grid.gap);
  EXPECT_EQ(layout.width, layout.column_x[1] + 30 + grid.margin);
  EXPECT_EQ(layout.height, layout.row_y[1] + 20 + grid.margin);
  EXPECT_GE(layout.column_x[0], grid.margin + text_width("z0", grid.text_scale));
  for (int r = 0; r < 2; ++r)
    for (int c = 0; c < 2; ++c) {
      int x = layout.column_x[c], y = layout.row_y[r];
      uint8_t level = r ? 153 : 51;
      Rgb grey{level, level, level};
      for (auto [dx, dy] : {std::pair{0, 0}, {29, 0}, {0, 19}, {29, 19}}) EXPECT_EQ(pixel(p, x + dx, y + dy), grey);
      for (auto [dx, dy] : {std::pair{-1, 0}, {30, 0}, {0, -1}, {0, 20}})
        EXPECT_EQ(pixel(p, x + dx, y + dy), grid.paper);
    }
}

TEST(Grid, MarksAndHeadings) {
  Grid grid = two_by_two();
  GridLayout plain = layout_grid(grid);
  grid.rows[1].heading = "posterior";
  grid.rows[0].tiles[1].marked = true;
  GridLayout layout = layout_grid(grid);
  EXPECT_EQ(layout.row_y[0], plain.row_y[0]);
  EXPECT_GE(layout.heading_y[1], layout.row_y[0] + 20 + grid.gap);
  EXPECT_GE(layout.row_y[1], layout.heading_y[1] + text_height(grid.text_scale));
  Picture p = draw_grid(grid);
  EXPECT_EQ(pixel(p, layout.column_x[1] - 1, layout.row_y[0] - 1), grid.accent);
  EXPECT_EQ(pixel(p, layout.column_x[0] - 1, layout.row_y[0] - 1), grid.paper);
  int inked = 0;
  for (int y = layout.heading_y[1]; y < layout.heading_y[1] + text_height(grid.text_scale); ++y)
    for (int x = 0; x < p.width; ++x) inked += pixel(p, x, y) == grid.ink;
  EXPECT_GT(inked, 100);
}

TEST(Grid, HoldsLongTextsAndNothing) {
  Grid grid = two_by_two();
  grid.title = std::string(200, 'W');
  EXPECT_EQ(layout_grid(grid).width, 2 * grid.margin + text_width(grid.title, grid.text_scale));
  grid = two_by_two();
  grid.columns = {"a very long heading", "b"};
  EXPECT_EQ(layout_grid(grid).column_width[0], text_width(grid.columns[0], grid.text_scale));
  Picture nothing = draw_grid({});
  EXPECT_EQ(nothing.width, 24);
  EXPECT_EQ(nothing.height, 24);
  grid.rows[0].tiles.pop_back();
  EXPECT_EQ(draw_grid(grid).pixels, draw_grid(grid).pixels);
}

TEST(Grid, RowsMayHaveHeadingsOfTheirOwn) {
  Grid grid = two_by_two();
  const GridLayout plain = layout_grid(grid);
  grid.rows[1].columns = {"c"};
  const GridLayout layout = layout_grid(grid);
  EXPECT_EQ(layout.row_y[0], plain.row_y[0]);
  EXPECT_GE(layout.row_columns_y[1], layout.row_y[0] + 20 + grid.gap);
  EXPECT_GE(layout.row_y[1], layout.row_columns_y[1] + text_height(grid.text_scale));
  const Picture p = draw_grid(grid);
  auto ink = [&](int left) {
    int inked = 0;
    for (int y = layout.row_columns_y[1]; y < layout.row_y[1]; ++y)
      for (int x = left; x < left + 30; ++x) inked += pixel(p, x, y) == grid.ink;
    return inked;
  };
  EXPECT_GT(ink(layout.column_x[0]), 10);
  EXPECT_EQ(ink(layout.column_x[1]), 0);
}

TEST(Grid, WordsStandWhereATileWould) {
  Grid grid = two_by_two();
  Tile words;
  words.text = "z0 KL 1.5";
  grid.rows[0].tiles[1] = words;
  const GridLayout layout = layout_grid(grid);
  EXPECT_EQ(layout.column_width[1], text_width(words.text, grid.text_scale));
  const Picture p = draw_grid(grid);
  int inked = 0;
  for (int y = layout.row_y[0]; y < layout.row_y[0] + layout.row_height[0]; ++y)
    for (int x = layout.column_x[1]; x < p.width; ++x) inked += pixel(p, x, y) == grid.ink;
  EXPECT_GT(inked, 100);
}

TEST(Grid, FramesShowEachTileInTurn) {
  Grid grid = two_by_two();
  EXPECT_EQ(frame_count(grid), 0u);
  EXPECT_TRUE(draw_frames(grid).empty());
  for (float level : {0.f, 0.2f, 0.4f}) grid.rows[0].tiles[0].frames.emplace_back(6, level);
  for (float level : {1.f, 0.f}) grid.rows[1].tiles[0].frames.emplace_back(6, level);
  const GridLayout layout = layout_grid(grid);
  const auto frames = draw_frames(grid);
  ASSERT_EQ(frames.size(), 3u);
  const int first[] = {0, 51, 102}, second[] = {255, 0, 0};
  for (size_t f = 0; f < 3; ++f) {
    EXPECT_EQ(pixel(frames[f], layout.column_x[0], layout.row_y[0]).r, first[f]);
    EXPECT_EQ(pixel(frames[f], layout.column_x[0], layout.row_y[1]).r, second[f]) << "the shorter one stays at its end";
    EXPECT_EQ(pixel(frames[f], layout.column_x[1], layout.row_y[0]),
              pixel(draw_grid(grid), layout.column_x[1], layout.row_y[0]));
  }
  const auto alone = tile_frames(grid.rows[0].tiles[0], 2);
  ASSERT_EQ(alone.size(), 3u);
  EXPECT_EQ(alone[2].width, 6);
  EXPECT_EQ(*alone[1].at(5, 3), 51);
}

}  // namespace
}  // namespace teasel
