// Weights [low, high, 4, 4] to the operands of the products, and gradients back.
#pragma once
#include "teasel/nn/kernels/winograd.hpp"

namespace teasel::nn::kernels::TEASEL_ISA {

// The 16 taps of `lanes` weights, `stride` floats apart from one to the next.
struct Taps {
  alignas(64) float at[16][lanes];

  void gather(const float* weight, int64_t stride) {
    for (int l = 0; l < lanes; ++l)
      for (int t = 0; t < 16; ++t) at[t][l] = weight[l * stride + t];
  }
  void scatter(float* weight, int64_t stride) const {
    for (int l = 0; l < lanes; ++l)
      for (int t = 0; t < 16; ++t) weight[l * stride + t] = at[t][l];
  }
  Vector tap(int row, int column) const { return load(at[4 * row + column]); }
};

// The nine components of the 2x2 filter of taps (rows[a], columns[b]).
inline void filter_transform(const Taps& taps, const int (&rows)[2], const int (&columns)[2], Vector (&out)[9]) {
  Vector t[3][2];
#pragma GCC unroll 2
  for (int b = 0; b < 2; ++b) {
    const Vector first = taps.tap(rows[0], columns[b]), second = taps.tap(rows[1], columns[b]);
    t[0][b] = first, t[1][b] = first + second, t[2][b] = second;
  }
#pragma GCC unroll 3
  for (int a = 0; a < 3; ++a) out[3 * a] = t[a][0], out[3 * a + 1] = t[a][0] + t[a][1], out[3 * a + 2] = t[a][1];
}

// Where the word (k, n) of a component lies: panels of columns, as product_with_panels reads them.
inline float* panel_word(float* component, int64_t depth, int64_t columns, int64_t k, int64_t n) {
  const int64_t pairs = columns / (2 * lanes) * (2 * lanes);
  const int64_t begin = n < pairs ? n / (2 * lanes) * (2 * lanes) : n / lanes * lanes;
  return component + begin * depth + k * panel_width(begin, columns) + (n - begin);
}

// The operands of one direction: `filters` 2x2 filters of nine components, each a matrix [depth, columns] in panels.
// down: one filter whose depth runs over (phase, high channel), columns over low channels.
// up: a filter per phase of the high image, depth over low channels, columns over high channels.
struct Packing {
  int64_t filters, depth, columns;  // depth in values

  Packing(const Geometry& g, bool down)
      : filters(down ? 1 : 4),
        depth(down ? 4 * g.high_channels : g.low_channels),
        columns(down ? g.low_channels : g.high_channels) {}
  template <class Precision>
  int64_t component_words() const {
    return depth / Precision::values_per_word * columns;
  }
};

template <class Precision>
void store_filter(float* packed, const Packing& to, int64_t filter, int64_t k, int64_t n, const Vector (&first)[9],
                  const Vector (&second)[9]) {
  const int64_t words = to.component_words<Precision>(), depth = to.depth / Precision::values_per_word;
  for (int c = 0; c < 9; ++c) {
    float* at = panel_word(packed + (9 * filter + c) * words, depth, to.columns, k / Precision::values_per_word, n);
    if constexpr (Precision::values_per_word == 1)
      store(at, first[c]);
    else
      Precision::store_pair(at, first[c], second[c]);
  }
}

constexpr int phase_taps[2][2] = {{0, 2}, {1, 3}};  // down's phase p: rows p and 2 + p
constexpr int up_taps[2][2] = {{3, 1}, {2, 0}};     // up's phase s, from the upper low pixel on

template <class Precision>
void pack_winograd(const Geometry& g, bool down, const float* weight, float* packed) {
  constexpr int64_t step = Precision::values_per_word;
  const Packing to(g, down);
  const int64_t outer = down ? g.high_channels : g.low_channels;  // along the depth
  for (int64_t k = 0; k < outer; k += step)
    for (int64_t n = 0; n < to.columns; n += lanes) {
      Taps taps[2];
      for (int64_t i = 0; i < step; ++i)
        if (down)
          taps[i].gather(weight + (n * g.high_channels + k + i) * 16, g.high_channels * 16);
        else
          taps[i].gather(weight + ((k + i) * g.high_channels + n) * 16, 16);
      for (int phase = 0; phase < 4; ++phase) {
        const auto& table = down ? phase_taps : up_taps;
        Vector first[9], second[9] = {};
        filter_transform(taps[0], table[phase / 2], table[phase % 2], first);
        if (step > 1) filter_transform(taps[1], table[phase / 2], table[phase % 2], second);
        if (down)
          store_filter<Precision>(packed, to, 0, phase * g.high_channels + k, n, first, second);
        else
          store_filter<Precision>(packed, to, phase, k, n, first, second);
      }
    }
}

// Sums of products over tiles: nine matrices [4 high channels, low channels].
inline Components weight_sums(const Geometry& g, float* data) { return {data, 4 * g.high_channels, g.low_channels}; }

inline void finish_winograd(const Geometry& g, const float* sums, int64_t count, size_t stride, float* gradient) {
  for (int64_t high = 0; high < g.high_channels; ++high)
    for (int64_t low = 0; low < g.low_channels; low += lanes) {
      Taps taps;
      for (int phase = 0; phase < 4; ++phase) {
        Vector u[9] = {};
        for (int64_t i = 0; i < count; ++i) {
          const Components from = weight_sums(g, const_cast<float*>(sums + i * stride));
          for (int k = 0; k < 9; ++k) u[k] += load(from.row(k, phase * g.high_channels + high) + low);
        }
        for (int a = 0; a < 2; ++a)
          for (int b = 0; b < 2; ++b)
            store(taps.at[4 * phase_taps[phase / 2][a] + phase_taps[phase % 2][b]],
                  (u[3 * a + b] + u[3 * a + b + 1]) + (u[3 * a + 3 + b] + u[3 * a + 3 + b + 1]));
      }
      taps.scatter(gradient + (low * g.high_channels + high) * 16, g.high_channels * 16);
    }
}

// ---- few high channels: no transform ----------------------------------------------------------------------------
// down: [kernel row, kernel column, high channel][low channel]; up: [low channel][kernel row, kernel column, high channel].
inline void pack_direct(const Geometry& g, bool down, const float* weight, float* packed) {
  for (int64_t low = 0; low < g.low_channels; ++low)
    for (int64_t high = 0; high < g.high_channels; ++high)
      for (int64_t t = 0; t < 16; ++t) {
        const int64_t tap = t * g.high_channels + high;
        packed[down ? tap * g.low_channels + low : low * 16 * g.high_channels + tap] =
            weight[(low * g.high_channels + high) * 16 + t];
      }
}

inline void finish_direct(const Geometry& g, const float* sums, int64_t count, size_t stride, float* gradient) {
  for (int64_t low = 0; low < g.low_channels; ++low)
    for (int64_t high = 0; high < g.high_channels; ++high)
      for (int64_t t = 0; t < 16; ++t) {
        float sum = 0;
        for (int64_t i = 0; i < count; ++i) sum += sums[i * stride + (t * g.high_channels + high) * g.low_channels + low];
        gradient[(low * g.high_channels + high) * 16 + t] = sum;
      }
}

}  // namespace teasel::nn::kernels::TEASEL_ISA
