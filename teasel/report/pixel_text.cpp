// The one place that sees stb_easy_font: a public domain bitmap font that draws characters as axis-parallel quads.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wconversion"
#include <stb/stb_easy_font.h>
#pragma GCC diagnostic pop

#include "teasel/report/canvas.hpp"
#include "teasel/report/markup.hpp"

namespace teasel {

namespace {

struct Corner {
  float x, y, z;
  unsigned char colour[4];
};

// The font knows 32..126 and indexes its tables without looking.
std::string printable(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    char32_t c = next_code_point(text, at);
    out += c >= 32 && c < 127 ? static_cast<char>(c) : '?';
  }
  return out;
}

}  // namespace

int text_width(std::string_view text, int scale) {
  std::string copy = printable(text);
  return stb_easy_font_width(copy.data()) * scale;
}

int text_height(int scale) { return 9 * scale; }

void draw_text(Picture& picture, int x, int y, std::string_view text, Rgb colour, int scale) {
  std::string copy = printable(text);
  // No character of the font has more than 16 quads.
  std::vector<Corner> corners(copy.size() * 16 * 4);
  int quads = stb_easy_font_print(0, 0, copy.data(), nullptr, corners.data(),
                                  static_cast<int>(corners.size() * sizeof(Corner)));
  for (int q = 0; q < quads; ++q) {
    const Corner &from = corners[4 * q], &to = corners[4 * q + 2];
    auto place = [scale](int origin, float at) { return origin + static_cast<int>(std::lround(at)) * scale; };
    int left = std::max(place(x, from.x), 0), right = std::min(place(x, to.x), picture.width);
    int top = std::max(place(y, from.y), 0), bottom = std::min(place(y, to.y), picture.height);
    for (int row = top; row < bottom; ++row)
      for (int column = left; column < right; ++column) {
        uint8_t* pixel = picture.at(column, row);
        pixel[0] = colour.r, pixel[1] = colour.g, pixel[2] = colour.b;
      }
  }
}

}  // namespace teasel
