#include "teasel/report/canvas.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace teasel {

namespace {

template <class Colour>
Tile coloured(std::span<const float> values, int height, int width, Colour colour) {
  size_t pixels = static_cast<size_t>(height) * width;
  if (values.size() != pixels) throw std::invalid_argument("a map needs height * width values");
  Tile tile{3, height, width, std::vector<float>(3 * pixels)};
  for (size_t i = 0; i < pixels; ++i) {
    Rgb c = colour(values[i]);
    tile.values[i] = c.r / 255.f;
    tile.values[pixels + i] = c.g / 255.f;
    tile.values[2 * pixels + i] = c.b / 255.f;
  }
  return tile;
}

uint8_t level(float value) {
  if (std::isnan(value)) return 128;
  return static_cast<uint8_t>(std::lround(std::clamp(value, 0.f, 1.f) * 255.f));
}

void check(const Tile& tile) {
  bool fits = (tile.channels == 1 || tile.channels == 3) && tile.height >= 0 && tile.width >= 0 &&
              tile.values.size() == static_cast<size_t>(tile.channels) * tile.height * tile.width;
  if (!fits) throw std::invalid_argument("a tile needs channels * height * width values, and 1 or 3 channels");
}

void fill(Picture& picture, int x, int y, int width, int height, Rgb colour) {
  for (int row = std::max(y, 0); row < std::min(y + height, picture.height); ++row)
    for (int column = std::max(x, 0); column < std::min(x + width, picture.width); ++column) {
      uint8_t* pixel = picture.at(column, row);
      pixel[0] = colour.r, pixel[1] = colour.g, pixel[2] = colour.b;
    }
}

void put_tile(Picture& picture, int x, int y, const Tile& tile, const Grid& grid) {
  check(tile);
  if (tile.values.empty()) return;
  size_t plane = static_cast<size_t>(tile.height) * tile.width;
  int width = tile.width * grid.scale, height = tile.height * grid.scale;
  if (tile.marked) {
    int frame = std::max(1, grid.gap / 2);
    fill(picture, x - frame, y - frame, width + 2 * frame, height + 2 * frame, grid.accent);
  }
  for (int row = 0; row < tile.height; ++row)
    for (int column = 0; column < tile.width; ++column) {
      const float* v = tile.values.data() + static_cast<size_t>(row) * tile.width + column;
      Rgb colour = tile.channels == 1 ? Rgb{level(*v), level(*v), level(*v)}
                                      : Rgb{level(v[0]), level(v[plane]), level(v[2 * plane])};
      fill(picture, x + column * grid.scale, y + row * grid.scale, grid.scale, grid.scale, colour);
    }
}

int width_of(const Tile& tile, const Grid& grid) {
  return tile.values.empty() ? text_width(tile.text, grid.text_scale) : tile.width * grid.scale;
}

// The widest of every column's headings and tiles.
std::vector<int> column_widths(const Grid& grid) {
  std::vector<int> widths(grid.columns.size());
  auto widen = [&](size_t column, int width) {
    if (column >= widths.size()) widths.resize(column + 1);
    widths[column] = std::max(widths[column], width);
  };
  auto headings = [&](const std::vector<std::string>& texts) {
    for (size_t i = 0; i < texts.size(); ++i) widen(i, text_width(texts[i], grid.text_scale));
  };
  headings(grid.columns);
  for (auto& row : grid.rows) {
    headings(row.columns);
    for (size_t i = 0; i < row.tiles.size(); ++i) widen(i, width_of(row.tiles[i], grid));
  }
  return widths;
}

// Puts the rows under each other from `y` on. Gives where they end.
int place_rows(const Grid& grid, int y, GridLayout& layout) {
  const int line = text_height(grid.text_scale), space = std::max(grid.gap, 3 * grid.text_scale);
  for (auto& row : grid.rows) {
    const bool first = &row == &grid.rows.front();
    if (!row.heading.empty() && !first) y += 2 * space;
    layout.heading_y.push_back(y);
    if (!row.heading.empty())
      y += line + space;
    else if (!row.columns.empty() && !first)
      y += space;
    layout.row_columns_y.push_back(y);
    if (!row.columns.empty()) y += line + space;
    layout.row_y.push_back(y);
    int height = line;
    for (auto& tile : row.tiles) height = std::max(height, tile.height * grid.scale);
    layout.row_height.push_back(height);
    y += height + grid.gap;
  }
  return grid.rows.empty() ? y : y - grid.gap;
}

void write_headings(Picture& picture, const std::vector<std::string>& texts, int y, const GridLayout& layout,
                    const Grid& grid) {
  for (size_t i = 0; i < texts.size(); ++i)
    draw_text(picture, layout.column_x[i] + (layout.column_width[i] - text_width(texts[i], grid.text_scale)) / 2, y,
              texts[i], grid.ink, grid.text_scale);
}

}  // namespace

Tile sequential_tile(std::span<const float> values, int height, int width, float low, float high) {
  return coloured(values, height, width, [&](float v) {
    return sequential_colour(high > low || std::isnan(v) ? (v - low) / (high - low) : 0.5);
  });
}

Tile diverging_tile(std::span<const float> values, int height, int width, float limit) {
  return coloured(values, height, width,
                  [&](float v) { return diverging_colour(limit > 0 || std::isnan(v) ? v / limit : 0.0); });
}

Picture tile_picture(const Tile& tile, int scale) {
  check(tile);
  Picture picture(tile.width * scale, tile.height * scale, tile.channels);
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x)
      for (int c = 0; c < tile.channels; ++c)
        picture.at(x, y)[c] =
            level(tile.values[(static_cast<size_t>(c) * tile.height + y / scale) * tile.width + x / scale]);
  return picture;
}

GridLayout layout_grid(const Grid& grid) {
  GridLayout layout;
  const int line = text_height(grid.text_scale), space = std::max(grid.gap, 3 * grid.text_scale);
  layout.column_width = column_widths(grid);
  int labels = 0, right = 0;
  for (auto& row : grid.rows)
    if (!row.label.empty()) labels = std::max(labels, text_width(row.label, grid.text_scale) + 2 * space);
  int x = grid.margin + labels;
  right = x;
  for (int width : layout.column_width) {
    layout.column_x.push_back(x);
    right = x + width;
    x = right + grid.gap;
  }
  right = std::max(right, grid.margin + text_width(grid.title, grid.text_scale));
  for (auto& row : grid.rows) right = std::max(right, grid.margin + text_width(row.heading, grid.text_scale));
  int y = grid.margin;
  if (!grid.title.empty()) y += line + 2 * space;
  layout.columns_y = y;
  if (!grid.columns.empty()) y += line + space;
  layout.width = right + grid.margin;
  layout.height = place_rows(grid, y, layout) + grid.margin;
  return layout;
}

Picture draw_grid(const Grid& grid) {
  GridLayout layout = layout_grid(grid);
  Picture picture(layout.width, layout.height, 3);
  fill(picture, 0, 0, layout.width, layout.height, grid.paper);
  auto write = [&](int x, int y, const std::string& text) {
    draw_text(picture, x, y, text, grid.ink, grid.text_scale);
  };
  auto middle = [&](size_t r) { return layout.row_y[r] + (layout.row_height[r] - text_height(grid.text_scale)) / 2; };
  write(grid.margin, grid.margin, grid.title);
  write_headings(picture, grid.columns, layout.columns_y, layout, grid);
  for (size_t r = 0; r < grid.rows.size(); ++r) {
    const GridRow& row = grid.rows[r];
    write(grid.margin, layout.heading_y[r], row.heading);
    write_headings(picture, row.columns, layout.row_columns_y[r], layout, grid);
    write(grid.margin, middle(r), row.label);
    for (size_t i = 0; i < row.tiles.size(); ++i) {
      const int x = layout.column_x[i] + (layout.column_width[i] - width_of(row.tiles[i], grid)) / 2;
      put_tile(picture, x, layout.row_y[r], row.tiles[i], grid);
      if (row.tiles[i].values.empty()) write(x, middle(r), row.tiles[i].text);
    }
  }
  return picture;
}

size_t frame_count(const Grid& grid) {
  size_t count = 0;
  for (auto& row : grid.rows)
    for (auto& tile : row.tiles) count = std::max(count, tile.frames.size());
  return count;
}

std::vector<Picture> draw_frames(const Grid& grid) {
  std::vector<Picture> pictures;
  Grid now = grid;
  for (size_t f = 0; f < frame_count(grid); ++f) {
    for (auto& row : now.rows)
      for (auto& tile : row.tiles)
        if (f < tile.frames.size()) tile.values = tile.frames[f];
    pictures.push_back(draw_grid(now));
  }
  return pictures;
}

std::vector<Picture> tile_frames(const Tile& tile, int scale) {
  std::vector<Picture> pictures;
  Tile now = tile;
  for (auto& frame : tile.frames) {
    now.values = frame;
    pictures.push_back(tile_picture(now, scale));
  }
  return pictures;
}

}  // namespace teasel
