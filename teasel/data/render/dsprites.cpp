#include "teasel/data/render/dsprites.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <numbers>

namespace teasel::dsprites {
namespace {

constexpr double pi = std::numbers::pi;
constexpr int max_vertices = 150;
constexpr double half_side = 9.6;  // of the square at scale 1, pixels
constexpr int sub = 256;           // vertices lie on a grid of 1/256 pixel

struct Polygon {
  std::vector<float> x, y;
  void add(double px, double py) {
    x.push_back(static_cast<float>(px));
    y.push_back(static_cast<float>(py));
  }
};

Polygon square() {
  Polygon p;
  p.add(-half_side, -half_side);
  p.add(half_side, -half_side);
  p.add(half_side, half_side);
  p.add(-half_side, half_side);
  return p;
}

// 100 vertices: a smooth ellipse gets one image in seven wrong.
Polygon ellipse() {
  Polygon p;
  for (int n = 0; n < 100; ++n) {
    const double t = 2 * pi * n / 100;
    p.add(half_side * 1.33 * std::cos(t), half_side / 1.33 * std::sin(t));
  }
  return p;
}

Polygon heart() {
  Polygon p;
  for (int n = 0; n < 150; ++n) {
    const double t = 2 * pi * n / 150;
    const double curve = 13 * std::cos(t) - 5 * std::cos(2 * t) - 2 * std::cos(3 * t) - std::cos(4 * t);
    p.add(half_side * std::pow(std::sin(t), 3), -0.15 * half_side - 2 * half_side / 29 * curve);
  }
  return p;
}

// At scale 1, not turned.
const Polygon& polygon_of(Shape shape) {
  static const std::array<Polygon, shapes> polygons{square(), ellipse(), heart()};
  return polygons[static_cast<size_t>(shape)];
}

// The float32 product. Rounded from double, where it is exact, it stays the same if a compiler fuses it with a sum.
float times(float a, float b) { return static_cast<float>(static_cast<double>(a) * b); }

// Places the vertices around `centre` and rounds them to 1/256 pixel, half to even: adding 1.5 * 2^23 leaves a float no
// bits for a fraction, and the whole number stands in its low bits.
void snap(const float* a, const float* b, size_t n, double centre, int32_t* out) {
  const float at = static_cast<float>(centre);
  constexpr float magic = 12582912.0f;
  for (size_t i = 0; i < n; ++i)
    out[i] = std::bit_cast<int32_t>(((at + a[i]) + b[i]) * sub + magic) - std::bit_cast<int32_t>(magic);
}

// The first row whose centre lies below y (1/256 pixel).
int first_row_below(int32_t y) { return std::clamp((y + sub / 2) >> 8, 0, side); }

// The pixels from column `column` on.
uint64_t from_column(double column) {
  if (!(column < side)) return 0;
  return ~uint64_t{0} >> (column > 0 ? static_cast<int>(column) : 0);
}

// Inverts, in every row whose centre the edge passes, the pixels with centres right of it (or on it): over all edges,
// the pixels with an odd count of edges to their left stay on.
void invert_right_of_edge(int32_t x0, int32_t y0, int32_t x1, int32_t y1, int top, int bottom, Rows& rows) {
  if (y0 > y1) {
    std::swap(x0, x1);
    std::swap(y0, y1);
  }
  // The first such column is ceil(p / q) = floor((p + q - 1/2) / q) with whole p and q. The numerator's half keeps the
  // quotient further from whole numbers than doubles round, so that multiplying by 1 / q is exact.
  const double dx = x1 - x0, dy = y1 - y0, q = dy * sub, inverse = 1 / q;
  double p = (x0 - sub / 2) * dy + (top * sub + sub / 2 - y0) * dx + q - 0.5;
  for (int row = top; row < bottom; ++row, p += dx * sub) rows[static_cast<size_t>(row)] ^= from_column(p * inverse);
}

}  // namespace

double scale_value(double number) { return 0.5 + number / 10; }
double orientation_value(double number) { return number * 2 * pi / (orientations - 1); }
double position_value(double number) { return number / (positions - 1); }

Outline outline_of(Shape shape, double scale, double orientation) {
  const float s = static_cast<float>(scale);
  const float cosine = times(static_cast<float>(std::cos(orientation)), s);
  const float sine = times(static_cast<float>(std::sin(orientation)), s);
  Outline o;
  const Polygon& polygon = polygon_of(shape);
  for (auto* terms : {&o.xx, &o.xy, &o.yx, &o.yy}) terms->reserve(polygon.x.size());
  for (float x : polygon.x) {
    o.xx.push_back(times(x, cosine));
    o.yx.push_back(times(-x, sine));
  }
  for (float y : polygon.y) {
    o.xy.push_back(times(y, sine));
    o.yy.push_back(times(y, cosine));
  }
  return o;
}

Rows draw(const Outline& outline, double position_x, double position_y) {
  const size_t n = outline.xx.size();
  std::array<int32_t, max_vertices + 1> x{}, y{}, row, edges;
  snap(outline.xx.data(), outline.xy.data(), n, side / 4 + side / 2 * position_x, x.data());
  snap(outline.yx.data(), outline.yy.data(), n, side / 4 + side / 2 * position_y, y.data());
  x[n] = x[0];
  y[n] = y[0];
  for (size_t i = 0; i <= n; ++i) row[i] = first_row_below(y[i]);
  // Most edges pass no row's centre; they are sorted out first, without a branch.
  size_t count = 0;
  for (size_t i = 0; i < n; ++i) {
    edges[count] = static_cast<int32_t>(i);
    count += row[i] != row[i + 1];
  }
  Rows rows{};
  for (size_t e = 0; e < count; ++e) {
    const auto i = static_cast<size_t>(edges[e]);
    const auto [top, bottom] = std::minmax({row[i], row[i + 1]});
    invert_right_of_edge(x[i], y[i], x[i + 1], y[i + 1], top, bottom, rows);
  }
  return rows;
}

void pack(const Rows& rows, std::span<std::byte, image_bytes> out) {
  for (size_t row = 0; row < side; ++row)
    for (size_t byte = 0; byte < 8; ++byte) out[row * 8 + byte] = static_cast<std::byte>(rows[row] >> (56 - 8 * byte));
}

}  // namespace teasel::dsprites
