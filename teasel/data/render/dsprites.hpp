// The sprites of dSprites (Matthey et al. 2017, github.com/google-deepmind/dsprites-dataset), drawn from their
// geometry.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace teasel::dsprites {

inline constexpr int side = 64;
inline constexpr int image_bytes = side * side / 8;
inline constexpr int shapes = 3, scales = 6, orientations = 40, positions = 32;
enum class Shape { square, ellipse, heart };

// The true values of class numbers, which may be fractional or outside of the set: scale 0.5 .. 1; orientation 0 .. 2
// pi in radians, counter-clockwise, both ends included; position 0 .. 1, left to right and top to bottom.
double scale_value(double number);
double orientation_value(double number);
double position_value(double number);

// A sprite's polygon, scaled and turned but not yet placed: vertex i lies at (centre_x + xx[i] + xy[i], centre_y +
// yx[i] + yy[i]) in pixels, x to the right, y down. The terms stay apart because float32 sums depend on their order.
struct Outline {
  std::vector<float> xx, xy, yx, yy;
};
// orientation in radians.
Outline outline_of(Shape shape, double scale, double orientation);

// A black and white image: 64 rows of 64 pixels, the leftmost pixel in the highest bit.
using Rows = std::array<uint64_t, side>;

// Draws the polygon with its centre at (position_x, position_y), where [0, 1] is the middle half of the image (16 .. 48
// pixels). What lies outside of the image is cut off; vertices may lie up to 10,000 pixels away.
//
// On the factor grid this gives the published images, but for single pixels in about 1 of 10,000 images. They were made
// by a polygon rasteriser without antialiasing: coordinates are float32, vertices are rounded to 1/256 pixel (half to
// even), and a pixel is filled by the even-odd rule at its centre. A centre on an upper or right edge is outside, on a
// lower or left edge inside.
Rows draw(const Outline& outline, double position_x, double position_y);

// The rows as bytes, eight pixels a byte, most significant bit first.
void pack(const Rows& rows, std::span<std::byte, image_bytes> out);

}  // namespace teasel::dsprites
