// Colours and colour maps for pictures.
#pragma once
#include <cstdint>

namespace teasel {

struct Rgb {
  uint8_t r = 0, g = 0, b = 0;
  bool operator==(const Rgb&) const = default;
};

// A perceptually even map for x in [0, 1], dark blue to yellow; clamped, NaN is a mid grey. Piecewise linear through
// ten colours of viridis (Smith and van der Walt 2015, matplotlib; CC0), within three levels of it everywhere.
Rgb sequential_colour(double x);

// A map for signed x in [-1, 1]: blue, almost white at 0, red; clamped, NaN is a mid grey. Piecewise linear through the
// eleven colours of RdBu (Brewer, ColorBrewer 2.0), reversed.
Rgb diverging_colour(double x);

// Relative luminance of an sRGB colour in [0, 1] (WCAG 2.1).
double luminance(Rgb colour);

}  // namespace teasel
