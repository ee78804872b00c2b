#include "teasel/report/colour.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace teasel {

namespace {

constexpr Rgb no_value = {128, 128, 128};

constexpr Rgb viridis[] = {{0x44, 0x01, 0x54}, {0x48, 0x28, 0x78}, {0x3E, 0x49, 0x89}, {0x31, 0x68, 0x8E},
                           {0x26, 0x82, 0x8E}, {0x1F, 0x9E, 0x89}, {0x35, 0xB7, 0x79}, {0x6D, 0xCD, 0x59},
                           {0xB4, 0xDE, 0x2C}, {0xFD, 0xE7, 0x25}};

constexpr Rgb blue_to_red[] = {{0x05, 0x30, 0x61}, {0x21, 0x66, 0xAC}, {0x43, 0x93, 0xC3}, {0x92, 0xC5, 0xDE},
                               {0xD1, 0xE5, 0xF0}, {0xF7, 0xF7, 0xF7}, {0xFD, 0xDB, 0xC7}, {0xF4, 0xA5, 0x82},
                               {0xD6, 0x60, 0x4D}, {0xB2, 0x18, 0x2B}, {0x67, 0x00, 0x1F}};

template <size_t N>
Rgb interpolate(const Rgb (&anchors)[N], double x) {
  if (std::isnan(x)) return no_value;
  double at = std::clamp(x, 0.0, 1.0) * (N - 1);
  size_t i = std::min(static_cast<size_t>(at), N - 2);
  auto mix = [t = at - static_cast<double>(i)](uint8_t a, uint8_t b) {
    return static_cast<uint8_t>(std::lround(a + t * (b - a)));
  };
  const Rgb &a = anchors[i], &b = anchors[i + 1];
  return {mix(a.r, b.r), mix(a.g, b.g), mix(a.b, b.b)};
}

}  // namespace

Rgb sequential_colour(double x) { return interpolate(viridis, x); }

Rgb diverging_colour(double x) { return interpolate(blue_to_red, (x + 1) / 2); }

double luminance(Rgb colour) {
  auto linear = [](uint8_t level) {
    double c = level / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(colour.r) + 0.7152 * linear(colour.g) + 0.0722 * linear(colour.b);
}

}  // namespace teasel
