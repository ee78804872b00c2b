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

// The components of the 2x2 filter of taps (rows[a], columns[b]).
template <class F>
inline void filter_components(const Taps& taps, const int (&rows)[2], const int (&columns)[2],
                              Vector (&out)[components<F>]) {
  Vector d[2][2];
  for (int a = 0; a < 2; ++a)
    for (int b = 0; b < 2; ++b) d[a][b] = taps.tap(rows[a], columns[b]);
  both_axes<2, F::points>(d, out, [](const auto& g, auto& u) { F::filter(g[0], g[1], u); });
}

// The operands of one direction: `filters` 2x2 filters of components, each a matrix [depth, columns] in panels.
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

template <class Precision, class F>
void store_filter(float* packed, const Packing& to, int64_t filter, int64_t k, int64_t n,
                  const Vector (&first)[components<F>], const Vector (&second)[components<F>]) {
  const int64_t words = to.component_words<Precision>(), depth = to.depth / Precision::values_per_word;
  for (int c = 0; c < components<F>; ++c) {
    float* at =
        panel_word(packed + (components<F> * filter + c) * words, depth, to.columns, k / Precision::values_per_word, n);
    if constexpr (Precision::values_per_word == 1)
      store(at, first[c]);
    else
      Precision::store_pair(at, first[c], second[c]);
  }
}

constexpr int phase_taps[2][2] = {{0, 2}, {1, 3}};  // down's phase p: rows p and 2 + p
constexpr int up_taps[2][2] = {{3, 1}, {2, 0}};     // up's phase s, from the upper low pixel on

template <class Precision, class F>
void pack_winograd(const Geometry& g, bool down, int64_t begin, int64_t end, const float* weight, float* packed) {
  constexpr int64_t step = Precision::values_per_word;
  const Packing to(g, down);
  for (int64_t k = begin; k < end; k += step)  // along the depth
    for (int64_t n = 0; n < to.columns; n += lanes) {
      Taps taps[2];
      for (int64_t i = 0; i < step; ++i)
        if (down)
          taps[i].gather(weight + (n * g.high_channels + k + i) * 16, g.high_channels * 16);
        else
          taps[i].gather(weight + ((k + i) * g.high_channels + n) * 16, 16);
      for (int phase = 0; phase < 4; ++phase) {
        const auto& table = down ? phase_taps : up_taps;
        Vector first[components<F>], second[components<F>] = {};
        filter_components<F>(taps[0], table[phase / 2], table[phase % 2], first);
        if (step > 1) filter_components<F>(taps[1], table[phase / 2], table[phase % 2], second);
        if (down)
          store_filter<Precision, F>(packed, to, 0, phase * g.high_channels + k, n, first, second);
        else
          store_filter<Precision, F>(packed, to, phase, k, n, first, second);
      }
    }
}

// Sums of products over tiles: for every component a matrix [4 high channels, low channels].
inline Components weight_sums(const Geometry& g, float* data) { return {data, 4 * g.high_channels, g.low_channels}; }

// The gradients of the four taps of a phase from the sums of its components.
template <class F>
void taps_of_components(const Vector (&u)[components<F>], int phase, Taps& taps) {
  Vector half[F::points][2];
  for (int i = 0; i < F::points; ++i) {
    Vector row[F::points];
    for (int j = 0; j < F::points; ++j) row[j] = u[i * F::points + j];
    F::filter_gradient(row, half[i][0], half[i][1]);
  }
  for (int b = 0; b < 2; ++b) {
    Vector column[F::points], g[2];
    for (int i = 0; i < F::points; ++i) column[i] = half[i][b];
    F::filter_gradient(column, g[0], g[1]);
    for (int a = 0; a < 2; ++a) store(taps.at[4 * phase_taps[phase / 2][a] + phase_taps[phase % 2][b]], g[a]);
  }
}

template <class F>
void finish_winograd(const Geometry& g, int64_t begin, int64_t end, const float* sums, int64_t count, size_t stride,
                     float* gradient) {
  for (int64_t high = begin; high < end; ++high)
    for (int64_t low = 0; low < g.low_channels; low += lanes) {
      Taps taps;
      for (int phase = 0; phase < 4; ++phase) {
        Vector u[components<F>] = {};
        for (int64_t i = 0; i < count; ++i) {
          const Components from = weight_sums(g, const_cast<float*>(sums + i * stride));
          for (int k = 0; k < components<F>; ++k) u[k] += load(from.row(k, phase * g.high_channels + high) + low);
        }
        taps_of_components<F>(u, phase, taps);
      }
      taps.scatter(gradient + (low * g.high_channels + high) * 16, g.high_channels * 16);
    }
}

// ---- few high channels: no transform ----------------------------------------------------------------------------
// down: [kernel row, kernel column, high channel][low channel]; up: [low channel][kernel row, kernel column, high
// channel].
inline void pack_direct(const Geometry& g, bool down, int64_t begin, int64_t end, const float* weight, float* packed) {
  for (int64_t low = down ? 0 : begin; low < (down ? g.low_channels : end); ++low)
    for (int64_t high = down ? begin : 0; high < (down ? end : g.high_channels); ++high)
      for (int64_t t = 0; t < 16; ++t) {
        const int64_t tap = t * g.high_channels + high;
        packed[down ? tap * g.low_channels + low : low * 16 * g.high_channels + tap] =
            weight[(low * g.high_channels + high) * 16 + t];
      }
}

inline void finish_direct(const Geometry& g, int64_t begin, int64_t end, const float* sums, int64_t count,
                          size_t stride, float* gradient) {
  for (int64_t low = 0; low < g.low_channels; ++low)
    for (int64_t high = begin; high < end; ++high)
      for (int64_t t = 0; t < 16; ++t) {
        float sum = 0;
        for (int64_t i = 0; i < count; ++i)
          sum += sums[i * stride + (t * g.high_channels + high) * g.low_channels + low];
        gradient[(low * g.high_channels + high) * 16 + t] = sum;
      }
}

}  // namespace teasel::nn::kernels::TEASEL_ISA
