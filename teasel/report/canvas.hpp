// Pictures put together from tiles: grids of images with labels, heat maps, text.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "teasel/core/picture.hpp"
#include "teasel/report/colour.hpp"

namespace teasel {

// A small image. values: [channels, height, width] in [0, 1] (clamped; NaN is a mid grey); channels is 1 (grey) or 3
// (RGB).
struct Tile {
  int channels = 1, height = 0, width = 0;
  std::vector<float> values;
  bool marked = false;  // framed in the grid's accent colour
  // A moving tile: what it shows one after the other, each like `values`, which stand where nothing can move (PNG,
  // print).
  std::vector<std::vector<float>> frames = {};
  std::string text = {};  // instead of an image of no values: words in its place
};

// Tiles that show a map of numbers [height, width], row-major, in colour.
// `low`..`high` spans the sequential map; equal ends give the middle of the map.
Tile sequential_tile(std::span<const float> values, int height, int width, float low, float high);
// -limit..limit spans the diverging map; a limit of 0 gives the middle of the map.
Tile diverging_tile(std::span<const float> values, int height, int width, float limit);

// The tile as a picture, every pixel `scale` by `scale` (nearest). Error-free for tiles of size 0;
// std::invalid_argument where the number of values does not fit the shape.
Picture tile_picture(const Tile& tile, int scale = 1);

struct GridRow {
  std::string label;  // left of the tiles
  std::vector<Tile> tiles;
  std::string heading = {};               // a line above the row: the title of the group that begins here
  std::vector<std::string> columns = {};  // headings of the columns from here on, where they change; under `heading`
};

// Rows of tiles under column headings. Text is drawn in ASCII; other characters show as '?'.
struct Grid {
  std::vector<GridRow> rows;
  std::vector<std::string> columns = {};  // headings, centred over the columns; may be empty
  std::string title = {};
  int scale = 2;       // pixels of the picture for each pixel of a tile
  int gap = 4;         // between tiles, in pixels of the picture
  int margin = 12;     // around everything
  int text_scale = 2;  // 1: capitals of 7 pixels, 2: of 14
  Rgb paper = {255, 255, 255}, ink = {34, 37, 43}, accent = {213, 94, 0};
};

// Where everything of a grid comes to lie, in pixels of the picture.
struct GridLayout {
  int width = 0, height = 0;
  int columns_y = 0;                  // top of the column headings
  std::vector<int> column_x;          // left edge of the columns
  std::vector<int> column_width;      // the widest tile or heading of each
  std::vector<int> heading_y, row_y;  // top of a row's heading and of its tiles
  std::vector<int> row_columns_y;     // top of a row's own column headings
  std::vector<int> row_height;        // the highest tile of each, at least a line of text
};
GridLayout layout_grid(const Grid& grid);

// An RGB picture of the grid. Tiles lie centred in their column and at the top of their row.
Picture draw_grid(const Grid& grid);

// The largest number of frames that a tile has; 0 where nothing moves.
size_t frame_count(const Grid& grid);
// The grid at each of these frames, an RGB picture each; a tile with fewer frames stays at its last.
std::vector<Picture> draw_frames(const Grid& grid);
// A moving tile's frames as pictures, every pixel `scale` by `scale`.
std::vector<Picture> tile_frames(const Tile& tile, int scale = 1);

// Text in a bitmap font on a picture of 3 channels, clipped at its edges. (x, y): top left. ASCII.
void draw_text(Picture& picture, int x, int y, std::string_view text, Rgb colour, int scale = 1);
int text_width(std::string_view text, int scale = 1);
// From the top of the capitals to the bottom of the descenders.
int text_height(int scale = 1);

}  // namespace teasel
