// 4x4 stride-2 convolutions by Winograd's minimal filtering.
//
// In one dimension: high rows 2i + p - 1 (p = 0, 1) make up phase p, and low[o] = sum over p of d_p[o] g_p[0] +
// d_p[o + 1] g_p[1] with g_p[a] = weight[2a + p]. The transpose writes high phases s = 0, 1 (rows 2m + s) as 2x1
// convolutions of the low image with the weights (w3, w1) from low row m - 1 on, and (w2, w0) from m on. Two dimensions
// are the product of one with itself; the sums over channels (and phases) become one matrix product per component.
#pragma once
#include <algorithm>
#include <cstring>

#include "teasel/nn/kernels/block.hpp"
#include "teasel/nn/kernels/convolution.hpp"
#include "teasel/nn/kernels/filtering.hpp"

namespace teasel::nn::kernels::TEASEL_ISA {

constexpr int64_t cache_line = 16;  // floats

template <class Filtering>
constexpr int components = Filtering::points* Filtering::points;

// Tiles of outputs x outputs low pixels.
struct Tiles {
  int64_t side, high, wide;
  Tiles(const Geometry& g, int64_t outputs)
      : side(outputs), high((g.height + side - 1) / side), wide((g.width + side - 1) / side) {}
  int64_t count() const { return high * wide; }
};

// An image with a border of one pixel of zeros, and below and to the right as many more as the tiles reach.
struct Padded {
  int64_t height, width, channels;
  float* data = nullptr;

  int64_t size() const { return height * width * channels; }
  float* at(int64_t row, int64_t column) const { return data + (row * width + column) * channels; }
};
inline Padded padded_high(const Geometry& g, const Tiles& t) {
  return {2 * t.side * t.high + 2, 2 * t.side * t.wide + 2, g.high_channels};
}
inline Padded padded_low(const Geometry& g, const Tiles& t) {
  return {t.side * t.high + 2, t.side * t.wide + 2, g.low_channels};
}

// Copies an image into the middle of a padded one. Where `positive` is given, values count only where it is positive (a
// ReLU's gradient); where `sums` is given, the values are added to it by channel (a bias's gradient).
template <class Precision>
void fill(const Padded& to, int64_t height, int64_t width, const typename Precision::Activation* from,
          const typename Precision::Activation* positive, float* sums) {
  const int64_t channels = to.channels;
  for (int64_t row = 0; row < height; ++row)
    for (int64_t c = 0; c < channels; c += lanes) {
      Vector sum{};
      for (int64_t column = 0; column < width; ++column) {
        const int64_t at = (row * width + column) * channels + c;
        Vector v = Precision::load_activation(from + at);
        if (positive) v = where(Precision::load_activation(positive + at) > Vector{}, v, Vector{});
        sum += v;
        store(to.at(row + 1, column + 1) + c, v);
      }
      if (sums) store(sums + c, load(sums + c) + sum);
    }
}

// The operands of a group's products: for each component a matrix, a cache line apart from the next so that they do not
// fall on each other in the cache.
struct Components {
  float* data;
  int64_t rows, row_words;

  int64_t stride() const { return rows * row_words + cache_line; }
  float* row(int64_t component, int64_t r) const { return data + component * stride() + r * row_words; }
  static size_t bytes(int64_t components, int64_t rows, int64_t row_words) {
    return static_cast<size_t>(components * (rows * row_words + cache_line)) * sizeof(float);
  }
};

// Components of the phase (p, q) of a tile of the high image, `lanes` channels from c on.
template <class F>
inline void high_tile(const Padded& image, int64_t y, int64_t x, int p, int q, int64_t c,
                      Vector (&out)[components<F>]) {
  Vector d[F::points][F::points];
#pragma GCC unroll 5
  for (int i = 0; i < F::points; ++i)
#pragma GCC unroll 5
    for (int j = 0; j < F::points; ++j)
      d[i][j] = load(image.at(2 * F::outputs * y + 2 * i + p, 2 * F::outputs * x + 2 * j + q) + c);
  both_axes<F::points, F::points>(d, out, [](const auto& a, auto& b) { F::input(a, b); });
}

// Components of a tile of the low image for up's phase (s, u).
template <class F>
inline void low_tile(const Padded& image, int64_t y, int64_t x, int s, int u, int64_t c, Vector (&out)[components<F>]) {
  Vector d[F::points][F::points];
#pragma GCC unroll 5
  for (int i = 0; i < F::points; ++i)
#pragma GCC unroll 5
    for (int j = 0; j < F::points; ++j) d[i][j] = load(image.at(F::outputs * y + s + i, F::outputs * x + u + j) + c);
  both_axes<F::points, F::points>(d, out, [](const auto& a, auto& b) { F::input(a, b); });
}

// Components of a tile of the low image's gradient.
template <class F>
inline void low_gradient_tile(const Padded& image, int64_t y, int64_t x, int64_t c, Vector (&out)[components<F>]) {
  Vector d[F::outputs][F::outputs];
#pragma GCC unroll 5
  for (int i = 0; i < F::outputs; ++i)
#pragma GCC unroll 5
    for (int j = 0; j < F::outputs; ++j) d[i][j] = load(image.at(F::outputs * y + i + 1, F::outputs * x + j + 1) + c);
  both_axes<F::outputs, F::points>(d, out, [](const auto& a, auto& b) { F::output_gradient(a, b); });
}

// Rows of operands for down: tile by tile, columns (phase, channel).
template <class Precision, class F>
void transform_high(const Padded& image, const Tiles& tiles, const Components& to, int64_t first_row) {
  for (int64_t t = 0; t < tiles.count(); ++t)
    for (int phase = 0; phase < 4; ++phase)
      for (int64_t c = 0; c < image.channels; c += lanes) {
        Vector v[components<F>];
        high_tile<F>(image, t / tiles.wide, t % tiles.wide, phase / 2, phase % 2, c, v);
#pragma GCC unroll 25
        for (int k = 0; k < components<F>; ++k)
          Precision::store_row(to.row(k, first_row + t), phase * image.channels + c, v[k]);
      }
}

// Rows of operands for up's phase (s, u).
template <class Precision, class F>
void transform_low(const Padded& image, const Tiles& tiles, int s, int u, const Components& to, int64_t first_row) {
  for (int64_t t = 0; t < tiles.count(); ++t)
    for (int64_t c = 0; c < image.channels; c += lanes) {
      Vector v[components<F>];
      low_tile<F>(image, t / tiles.wide, t % tiles.wide, s, u, c, v);
#pragma GCC unroll 25
      for (int k = 0; k < components<F>; ++k) Precision::store_row(to.row(k, first_row + t), c, v[k]);
    }
}

// Operands for the weights' gradient, whose products sum over tiles: every row holds as many tiles as a word has
// values.
template <class Precision>
int64_t tile_rows(const Tiles& tiles) {
  return (tiles.count() + Precision::values_per_word - 1) / Precision::values_per_word;
}

// tile(t, out) gives the components of tile t, `lanes` columns from `column` on. Each goes to each(t, out) as well.
template <class Precision, class F, class Tile, class Each>
void store_tiles(const Tiles& tiles, const Components& to, int64_t first_row, int64_t column, const Tile& tile,
                 const Each& each) {
  constexpr int64_t step = Precision::values_per_word;
  for (int64_t t = 0; t < tiles.count(); t += step) {
    Vector first[components<F>];
    tile(t, first);
    each(t, first);
    const int64_t row = first_row + t / step;
    if constexpr (step == 1) {
#pragma GCC unroll 25
      for (int k = 0; k < components<F>; ++k) store(to.row(k, row) + column, first[k]);
    } else {
      Vector second[components<F>] = {};
      if (t + 1 < tiles.count()) {
        tile(t + 1, second);
        each(t + 1, second);
      }
#pragma GCC unroll 25
      for (int k = 0; k < components<F>; ++k) Precision::store_pair(to.row(k, row) + column, first[k], second[k]);
    }
  }
}

// `rows`: the operands of transform_high as well, of the same tiles; or no data, where nobody wants them.
template <class Precision, class F>
void transform_high_tiles(const Padded& image, const Tiles& tiles, const Components& to, int64_t first_row,
                          const Components& rows, int64_t first_of_rows) {
  for (int phase = 0; phase < 4; ++phase)
    for (int64_t c = 0; c < image.channels; c += lanes) {
      const int64_t column = phase * image.channels + c;
      const auto tile = [&](int64_t t, auto& out) {
        high_tile<F>(image, t / tiles.wide, t % tiles.wide, phase / 2, phase % 2, c, out);
      };
      if (rows.data)
        store_tiles<Precision, F>(tiles, to, first_row, column, tile, [&](int64_t t, const auto& out) {
#pragma GCC unroll 25
          for (int k = 0; k < components<F>; ++k) Precision::store_row(rows.row(k, first_of_rows + t), column, out[k]);
        });
      else
        store_tiles<Precision, F>(tiles, to, first_row, column, tile, [](int64_t, const auto&) {});
    }
}

template <class Precision, class F>
void transform_low_tiles(const Padded& image, const Tiles& tiles, const Components& to, int64_t first_row) {
  for (int64_t c = 0; c < image.channels; c += lanes)
    store_tiles<Precision, F>(
        tiles, to, first_row, c,
        [&](int64_t t, auto& out) { low_gradient_tile<F>(image, t / tiles.wide, t % tiles.wide, c, out); },
        [](int64_t, const auto&) {});
}

// What follows a product: bias and ReLU.
struct Finish {
  const float* bias;  // may be null
  bool relu;
  Vector operator()(Vector v, int64_t channel) const {
    if (bias) v += load(bias + channel);
    return relu ? where(v < Vector{}, Vector{}, v) : v;  // lets NaN through
  }
};

// The outputs of every tile of one image, written `step` pixels apart from (row, column) on; pixels beyond height x
// width are left out.
struct Target {
  int64_t channels, height, width, step, row, column;
};
template <class Precision, class F>
void write_tiles(const Components& sums, int64_t first_row, const Tiles& tiles, const Target& target,
                 const Finish& finish, typename Precision::Activation* to) {
  for (int64_t t = 0; t < tiles.count(); ++t)
    for (int64_t c = 0; c < target.channels; c += lanes) {
      Vector m[F::points][F::points], out[F::outputs * F::outputs];
#pragma GCC unroll 25
      for (int k = 0; k < components<F>; ++k) m[k / F::points][k % F::points] = load(sums.row(k, first_row + t) + c);
      both_axes<F::points, F::outputs>(m, out, [](const auto& a, auto& b) { F::output(a, b); });
#pragma GCC unroll 5
      for (int i = 0; i < F::outputs; ++i) {
        const int64_t h = target.step * (F::outputs * (t / tiles.wide) + i) + target.row;
        if (h >= target.height) continue;
#pragma GCC unroll 5
        for (int j = 0; j < F::outputs; ++j) {
          const int64_t w = target.step * (F::outputs * (t % tiles.wide) + j) + target.column;
          if (w < target.width)
            Precision::store_activation(to + (h * target.width + w) * target.channels + c,
                                        finish(out[i * F::outputs + j], c));
        }
      }
    }
}

}  // namespace teasel::nn::kernels::TEASEL_ISA
