// 4x4 stride-2 convolutions by Winograd's minimal filtering.
//
// One dimension: high rows 2i + p - 1 (p = 0, 1) make up phase p, and low[o] = sum over p of d_p[o] g_p[0] + d_p[o + 1]
// g_p[1] with g_p[a] = weight[2a + p]. F(2, 2) computes two neighbouring outputs from three inputs d and two weights g with
// three multiplications instead of four:
//   m0 = (d0 - d1) g0,  m1 = d1 (g0 + g1),  m2 = (d1 - d2) g1;   y0 = m0 + m1,  y1 = m1 - m2.
// The transpose writes high phases s = 0, 1 (rows 2m + s) as 2x1 convolutions of the low image with the weights
// (w3, w1) from low row m - 1 on, and (w2, w0) from m on. Two dimensions are the product of one with itself; the sums over
// channels (and phases) become one matrix product per component.
#pragma once
#include <algorithm>
#include <cstring>

#include "teasel/nn/kernels/block.hpp"
#include "teasel/nn/kernels/convolution.hpp"

namespace teasel::nn::kernels::TEASEL_ISA {

constexpr int64_t cache_line = 16;  // floats

inline int64_t round_up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

// Tiles of 2x2 low pixels.
struct Tiles {
  int64_t high, wide;
  explicit Tiles(const Geometry& g) : high((g.height + 1) / 2), wide((g.width + 1) / 2) {}
  int64_t count() const { return high * wide; }
};

// Images of a group, so that every product has rows enough.
inline int64_t images_per_group(const Geometry& g, int64_t images) {
  constexpr int64_t rows = 64;
  return std::clamp<int64_t>(rows / Tiles(g).count(), 1, std::max<int64_t>(images, 1));
}

// Components of two dimensions from one: out[3 i + j], each transformed along both axes.
inline void input_transform(const Vector (&d)[3][3], Vector (&out)[9]) {
  Vector t[3][3];
#pragma GCC unroll 3
  for (int j = 0; j < 3; ++j) t[0][j] = d[0][j] - d[1][j], t[1][j] = d[1][j], t[2][j] = d[1][j] - d[2][j];
#pragma GCC unroll 3
  for (int i = 0; i < 3; ++i)
    out[3 * i] = t[i][0] - t[i][1], out[3 * i + 1] = t[i][1], out[3 * i + 2] = t[i][1] - t[i][2];
}

inline void output_transform(const Vector (&m)[9], Vector (&y)[2][2]) {
  Vector t[2][3];
#pragma GCC unroll 3
  for (int j = 0; j < 3; ++j) t[0][j] = m[j] + m[3 + j], t[1][j] = m[3 + j] - m[6 + j];
#pragma GCC unroll 2
  for (int i = 0; i < 2; ++i) y[i][0] = t[i][0] + t[i][1], y[i][1] = t[i][1] - t[i][2];
}

// The transpose of output_transform: gradients of outputs to gradients of components.
inline void gradient_transform(const Vector (&y)[2][2], Vector (&out)[9]) {
  Vector t[3][2];
#pragma GCC unroll 2
  for (int j = 0; j < 2; ++j) t[0][j] = y[0][j], t[1][j] = y[0][j] + y[1][j], t[2][j] = -y[1][j];
#pragma GCC unroll 3
  for (int i = 0; i < 3; ++i) out[3 * i] = t[i][0], out[3 * i + 1] = t[i][0] + t[i][1], out[3 * i + 2] = -t[i][1];
}

// An image with a border of one pixel of zeros, and below and to the right as many more as the tiles reach.
struct Padded {
  int64_t height, width, channels;
  float* data = nullptr;

  int64_t size() const { return height * width * channels; }
  float* at(int64_t row, int64_t column) const { return data + (row * width + column) * channels; }
};
inline Padded padded_high(const Geometry& g) {
  const Tiles tiles(g);
  return {4 * tiles.high + 2, 4 * tiles.wide + 2, g.high_channels};
}
inline Padded padded_low(const Geometry& g) {
  const Tiles tiles(g);
  return {2 * tiles.high + 2, 2 * tiles.wide + 2, g.low_channels};
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

// Nine components of the phase (p, q) of a tile of the high image, `lanes` channels from c on.
inline void high_tile(const Padded& image, int64_t y, int64_t x, int p, int q, int64_t c, Vector (&out)[9]) {
  Vector d[3][3];
#pragma GCC unroll 3
  for (int i = 0; i < 3; ++i)
#pragma GCC unroll 3
    for (int j = 0; j < 3; ++j) d[i][j] = load(image.at(4 * y + 2 * i + p, 4 * x + 2 * j + q) + c);
  input_transform(d, out);
}

// Rows of operands for down: tile by tile, columns (phase, channel).
template <class Precision>
void transform_high(const Padded& image, const Tiles& tiles, const Components& to, int64_t first_row) {
  for (int64_t y = 0; y < tiles.high; ++y)
    for (int64_t x = 0; x < tiles.wide; ++x)
      for (int phase = 0; phase < 4; ++phase)
        for (int64_t c = 0; c < image.channels; c += lanes) {
          Vector v[9];
          high_tile(image, y, x, phase / 2, phase % 2, c, v);
#pragma GCC unroll 9
          for (int k = 0; k < 9; ++k)
            Precision::store_row(to.row(k, first_row + y * tiles.wide + x), phase * image.channels + c, v[k]);
        }
}

// Rows of operands for up: 25 components, of which up's phase (s, u) uses those from (2 s, 2 u) on.
template <class Precision>
void transform_low(const Padded& image, const Tiles& tiles, const Components& to, int64_t first_row) {
  for (int64_t y = 0; y < tiles.high; ++y)
    for (int64_t x = 0; x < tiles.wide; ++x)
      for (int64_t c = 0; c < image.channels; c += lanes) {
        Vector t[5][4];
#pragma GCC unroll 4
        for (int j = 0; j < 4; ++j) {
          const Vector a = load(image.at(2 * y, 2 * x + j) + c), b = load(image.at(2 * y + 1, 2 * x + j) + c),
                       d = load(image.at(2 * y + 2, 2 * x + j) + c), e = load(image.at(2 * y + 3, 2 * x + j) + c);
          t[0][j] = a - b, t[1][j] = b, t[2][j] = b - d, t[3][j] = d, t[4][j] = d - e;
        }
        const int64_t row = first_row + y * tiles.wide + x;
#pragma GCC unroll 5
        for (int i = 0; i < 5; ++i) {
          Precision::store_row(to.row(5 * i, row), c, t[i][0] - t[i][1]);
          Precision::store_row(to.row(5 * i + 1, row), c, t[i][1]);
          Precision::store_row(to.row(5 * i + 2, row), c, t[i][1] - t[i][2]);
          Precision::store_row(to.row(5 * i + 3, row), c, t[i][2]);
          Precision::store_row(to.row(5 * i + 4, row), c, t[i][2] - t[i][3]);
        }
      }
}

// Operands for the weights' gradient, whose products sum over tiles: every row holds as many tiles as a word has values.
template <class Precision>
void store_tiles(const Components& to, int64_t row, int64_t column, const Vector (&first)[9], const Vector (&second)[9]) {
#pragma GCC unroll 9
  for (int k = 0; k < 9; ++k) {
    if constexpr (Precision::values_per_word == 1)
      store(to.row(k, row) + column, first[k]);
    else
      Precision::store_pair(to.row(k, row) + column, first[k], second[k]);
  }
}

// Calls visit(row, y, x, y2, x2, two) for every row of operands; `two` says whether there is a second tile.
template <class Precision, class Visit>
void for_tile_rows(const Tiles& tiles, int64_t first_row, const Visit& visit) {
  constexpr int64_t step = Precision::values_per_word;
  for (int64_t t = 0; t < tiles.count(); t += step) {
    const int64_t next = std::min(t + step - 1, tiles.count() - 1);
    visit(first_row + t / step, t / tiles.wide, t % tiles.wide, next / tiles.wide, next % tiles.wide,
          step > 1 && t + 1 < tiles.count());
  }
}
template <class Precision>
int64_t tile_rows(const Tiles& tiles) {
  return (tiles.count() + Precision::values_per_word - 1) / Precision::values_per_word;
}

template <class Precision>
void transform_high_tiles(const Padded& image, const Tiles& tiles, const Components& to, int64_t first_row) {
  for_tile_rows<Precision>(tiles, first_row, [&](int64_t row, int64_t y, int64_t x, int64_t y2, int64_t x2, bool two) {
    for (int phase = 0; phase < 4; ++phase)
      for (int64_t c = 0; c < image.channels; c += lanes) {
        Vector first[9], second[9] = {};
        high_tile(image, y, x, phase / 2, phase % 2, c, first);
        if (two) high_tile(image, y2, x2, phase / 2, phase % 2, c, second);
        store_tiles<Precision>(to, row, phase * image.channels + c, first, second);
      }
  });
}

inline void low_tile(const Padded& image, int64_t y, int64_t x, int64_t c, Vector (&out)[9]) {
  Vector d[2][2];
#pragma GCC unroll 2
  for (int i = 0; i < 2; ++i)
#pragma GCC unroll 2
    for (int j = 0; j < 2; ++j) d[i][j] = load(image.at(2 * y + i + 1, 2 * x + j + 1) + c);
  gradient_transform(d, out);
}

template <class Precision>
void transform_low_tiles(const Padded& image, const Tiles& tiles, const Components& to, int64_t first_row) {
  for_tile_rows<Precision>(tiles, first_row, [&](int64_t row, int64_t y, int64_t x, int64_t y2, int64_t x2, bool two) {
    for (int64_t c = 0; c < image.channels; c += lanes) {
      Vector first[9], second[9] = {};
      low_tile(image, y, x, c, first);
      if (two) low_tile(image, y2, x2, c, second);
      store_tiles<Precision>(to, row, c, first, second);
    }
  });
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

// Two by two outputs of every tile of one image, written `step` pixels apart from (row, column) on; pixels beyond
// height x width are left out.
template <class Precision>
void write_tiles(const Components& sums, int64_t first_row, const Tiles& tiles, int64_t channels, int64_t height,
                 int64_t width, int64_t step, int64_t row, int64_t column, const Finish& finish,
                 typename Precision::Activation* to) {
  for (int64_t y = 0; y < tiles.high; ++y)
    for (int64_t x = 0; x < tiles.wide; ++x)
      for (int64_t c = 0; c < channels; c += lanes) {
        Vector m[9], out[2][2];
#pragma GCC unroll 9
        for (int k = 0; k < 9; ++k) m[k] = load(sums.row(k, first_row + y * tiles.wide + x) + c);
        output_transform(m, out);
#pragma GCC unroll 2
        for (int i = 0; i < 2; ++i)
#pragma GCC unroll 2
          for (int j = 0; j < 2; ++j) {
            const int64_t h = step * (2 * y + i) + row, w = step * (2 * x + j) + column;
            if (h < height && w < width)
              Precision::store_activation(to + (h * width + w) * channels + c, finish(out[i][j], c));
          }
      }
}

}  // namespace teasel::nn::kernels::TEASEL_ISA
