// An object in a room, as 3D Shapes shows it (Burgess and Kim 2018, github.com/google-deepmind/3d-shapes), by casting
// rays. Room and camera were fitted to published images, so the factors look alike; the pixels are not those of the
// published set.
#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace teasel::shapes3d {

inline constexpr int side = 64, pixels = side * side;
inline constexpr int hues = 10, scales = 8, shapes = 4, orientations = 15;
enum class Shape { cube, cylinder, sphere, capsule };

// The values of class numbers, which may be fractional: hue 0 .. 0.9 (a colour wheel of circumference 1); relative size
// 0.75 .. 1.25; angle by which room and object are turned, -30 .. 30 degrees.
double hue_value(double number);
double scale_value(double number);
double orientation_value(double number);

struct Scene {
  Shape shape = Shape::cube;
  double scale = 1, orientation = 0;  // relative size; degrees
};

// What of the surfaces' colours reaches each pixel, row by row: brightness times the part of the pixel that shows the
// surface. Colours only scale it, so one such picture serves all hues.
struct Layers {
  std::array<std::vector<float>, 5> of;  // [surface][pixels], in the order below
};
enum Surface { sky, floor, wall, object, gloss };  // gloss is white light that the object reflects

// 4x4 rays a pixel where it shows more than one thing, one elsewhere.
Layers render(const Scene& scene);

// Hues of floor, wall and object.
struct Hues {
  double floor = 0, wall = 0, object = 0;
};
// The picture as bytes, in planes [3, 64, 64].
void paint(const Layers& layers, const Hues& colours, std::span<std::byte, 3 * pixels> out);

}  // namespace teasel::shapes3d
