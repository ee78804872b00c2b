// 4x4 stride-2 convolutions between low images and high images of few channels (pixels), and the Bernoulli likelihood
// of such pixels.
#pragma once
#include <cmath>

#include "teasel/nn/kernels/bits.hpp"
#include "teasel/nn/kernels/block.hpp"
#include "teasel/nn/kernels/convolution.hpp"
#include "teasel/nn/kernels/winograd.hpp"

namespace teasel::nn::kernels::TEASEL_ISA {

// A high image with a border of one pixel.
inline Padded bordered_high(const Geometry& g) { return {2 * g.height + 2, 2 * g.width + 2, g.high_channels}; }

// low [height, width, low_channels] floats = down(high); `packed` as pack_direct makes it. The depth of the product
// runs over the kernel's columns and channels, which lie side by side in a row of the image, and then over its rows.
template <int vectors>
void direct_down_panel(const Geometry& g, const Padded& high, const float* packed, float* low) {
  const int64_t depth = 4 * g.high_channels, pixel = 2 * g.high_channels, next_row = high.width * high.channels;
  for (int64_t row = 0; row < g.height; ++row) {
    const float* a = high.at(2 * row, 0);
    float* to = low + row * g.width * g.low_channels;
    int64_t x = 0;
    for (; x + block_rows <= g.width; x += block_rows)
      block<Single, block_rows, vectors, false, 4>(depth, a + x * pixel, pixel, 1, packed, g.low_channels,
                                                   to + x * g.low_channels, g.low_channels, next_row);
    for (; x + 4 <= g.width; x += 4)
      block<Single, 4, vectors, false, 4>(depth, a + x * pixel, pixel, 1, packed, g.low_channels,
                                          to + x * g.low_channels, g.low_channels, next_row);
    for (; x < g.width; ++x)
      block<Single, 1, vectors, false, 4>(depth, a + x * pixel, pixel, 1, packed, g.low_channels,
                                          to + x * g.low_channels, g.low_channels, next_row);
  }
}

inline void direct_down(const Geometry& g, const Padded& high, const float* packed, float* low) {
  for (int64_t column = 0; column < g.low_channels;) {
    const int64_t width = panel_width(column, g.low_channels);
    if (width == 2 * lanes)
      direct_down_panel<2>(g, high, packed + column, low + column);
    else
      direct_down_panel<1>(g, high, packed + column, low + column);
    column += width;
  }
}

// sums [kernel row, kernel column, high channel][low channel] += the gradient of the weights, from the high image and
// the low one's rows (`low_row` floats from one to the next).
inline void direct_weight_sums(const Geometry& g, const Padded& high, const float* low, int64_t low_row, float* sums) {
  const int64_t c = g.high_channels, depth = 4 * c;
  for (int64_t row = 0; row < g.height; ++row)
    for (int64_t kernel = 0; kernel < 4; ++kernel)
      for (int64_t column = 0; column < g.low_channels;) {
        const int64_t width = panel_width(column, g.low_channels);
        const auto product = width == 2 * lanes ? rows_of_blocks<Single, 2, true> : rows_of_blocks<Single, 1, true>;
        product(depth, g.width, high.at(2 * row + kernel, 0), 1, 2 * c, low + row * low_row + column, g.low_channels,
                sums + kernel * depth * g.low_channels + column, g.low_channels);
        column += width;
      }
}

// Adds the taps [width][kernel row, kernel column, channel] of a row of low pixels to the four rows of the high image
// that they touch, `next_row` floats apart. Neighbours overlap by two columns: pixel x and x - 1 write columns 2x and
// 2x + 1 together, so that no addition waits for the one before.
template <int channels>
void add_taps_at(const float* left, const float* right, float* to, int64_t next_row) {
  for (int kernel = 0; kernel < 4; ++kernel)
    for (int i = 0; i < 2 * channels; ++i)
      to[kernel * next_row + i] +=
          (right ? right[4 * channels * kernel + i] : 0) + (left ? left[4 * channels * kernel + 2 * channels + i] : 0);
}
template <int channels>
void add_taps(int64_t width, const float* taps, float* to, int64_t next_row) {
  constexpr int64_t pixel = 16 * channels;
  add_taps_at<channels>(nullptr, taps, to, next_row);
  for (int64_t x = 1; x < width; ++x)
    add_taps_at<channels>(taps + (x - 1) * pixel, taps + x * pixel, to + 2 * x * channels, next_row);
  add_taps_at<channels>(taps + (width - 1) * pixel, nullptr, to + 2 * width * channels, next_row);
}

// The same for one channel, in vectors: of two neighbouring pixels the columns `first` and `first` + 1 of every kernel
// row that a vector holds.
template <int first, int... lane>
inline Vector two_columns(Vector a, Vector b, std::integer_sequence<int, lane...>) {
  return __builtin_shuffle(a, b, Integers{(lane / 4 * 4 + first + lane % 2 + lane % 4 / 2 * lanes)...});
}
typedef float Columns __attribute__((vector_size(16), aligned(4), may_alias));
inline void add_columns(const Vector& v, float* to, int64_t next_row) {
  const auto* rows = reinterpret_cast<const Columns*>(&v);
#pragma GCC unroll 4
  for (int kernel = 0; kernel < lanes / 4; ++kernel)
    *reinterpret_cast<Columns*>(to + kernel * next_row) += rows[kernel];
}
template <>
inline void add_taps<1>(int64_t width, const float* taps, float* to, int64_t next_row) {
  constexpr std::make_integer_sequence<int, lanes> all;
  for (int64_t part = 0; part < 16; part += lanes) {
    float* rows = to + part / 4 * next_row;
    Vector before{};
    int64_t x = 0;
    for (; x < width; x += 2) {
      const Vector here = load(taps + 16 * x + part),
                   after = x + 1 < width ? load(taps + 16 * x + 16 + part) : Vector{};
      add_columns(two_columns<0>(here, after, all) + two_columns<2>(before, here, all), rows + 2 * x, next_row);
      before = after;
    }
    if (x == width)  // an even number of pixels: what the last one adds to the border
      for (int64_t i = 0; i < lanes; ++i)
        if (i % 4 > 1) rows[i / 4 * next_row + 2 * x + i % 4 - 2] += before[i];
  }
}

// high (bordered, its middle) = up(low) + bias: every low pixel's products with all taps, added where they belong.
template <int channels>
void direct_up(const Geometry& g, const float* low, const float* packed, const float* bias, float* taps,
               const Padded& high) {
  constexpr int64_t columns = 16 * channels;
  for (int64_t x = 0; x < high.width; ++x)
    for (int64_t c = 0; c < channels; ++c) high.at(0, x)[c] = bias ? bias[c] : 0;
  for (int64_t row = 1; row < high.height; ++row)
    std::memcpy(high.at(row, 0), high.data, static_cast<size_t>(high.width * high.channels) * sizeof(float));
  for (int64_t row = 0; row < g.height; ++row) {
    for (int64_t column = 0; column < columns;) {
      const int64_t width = panel_width(column, columns);
      const auto product = width == 2 * lanes ? rows_of_blocks<Single, 2, false> : rows_of_blocks<Single, 1, false>;
      product(g.width, g.low_channels, low + row * g.width * g.low_channels, g.low_channels, 1, packed + column,
              columns, taps + column, columns);
      column += width;
    }
    add_taps<channels>(g.width, taps, high.at(2 * row, 0), high.width * channels);
  }
}

inline void direct_up(const Geometry& g, const float* low, const float* packed, const float* bias, float* taps,
                      const Padded& high) {
  switch (g.high_channels) {
    case 1:
      return direct_up<1>(g, low, packed, bias, taps, high);
    case 2:
      return direct_up<2>(g, low, packed, bias, taps, high);
    case 3:
      return direct_up<3>(g, low, packed, bias, taps, high);
    default:
      return direct_up<4>(g, low, packed, bias, taps, high);
  }
}

// ---- pixels -----------------------------------------------------------------------------------------------------
// A row of pixels from number `first` of the image on, width floats `step` apart from `to` on.
inline void widen_row(const void* image, Pixels pixels, int64_t first, int64_t width, int64_t step, float* to) {
  const auto* bytes = static_cast<const uint8_t*>(image);
  if (pixels == Pixels::bit && step == 1 && first % 8 == 0 && width % 8 == 0) {
    const auto* table = widened_bytes().data();
    for (int64_t b = 0; b < width / 8; ++b) std::memcpy(to + 8 * b, table + bytes[first / 8 + b], 8 * sizeof(float));
    return;
  }
  for (int64_t x = 0; x < width; ++x) {
    const int64_t at = first + x;
    to[x * step] = pixels == Pixels::bit  ? static_cast<float>((bytes[at / 8] >> (7 - at % 8)) & 1)
                   : pixels == Pixels::u8 ? static_cast<float>(bytes[at]) / 255
                                          : static_cast<const float*>(image)[at];
  }
}

// Planes [channels, height, width] of a data set to floats in the middle of `to`, bytes as value / 255, bits beginning
// with the most significant.
inline void widen_pixels(const void* image, Pixels pixels, const Padded& to) {
  const int64_t height = to.height - 2, width = to.width - 2, channels = to.channels;
  for (int64_t c = 0; c < channels; ++c)
    for (int64_t row = 0; row < height; ++row)
      widen_row(image, pixels, (c * height + row) * width, width, channels, to.at(row + 1, 1) + c);
}

// ---- exp and friends ---------------------------------------------------------------------------------------------
// e^x for x <= 0, to about one unit in the last place; e^-86 below that. Half of it is the least number that is not
// subnormal: those cost a processor a hundred cycles each, and logits of background pixels lead there.
inline Vector exp_of_negative(Vector x) {
  x = maximum(x, splat(-86.0f));
  const Vector magic = splat(12582912.0f);  // 1.5 * 2^23: adding it rounds to whole numbers
  const Vector shifted = x * 1.44269504f + magic, n = shifted - magic;
  const Vector r = (x - n * 0.693145752f) - n * 1.42860677e-6f;  // ln 2 in two parts
  Vector p = splat(1.0f / 5040);
  p = p * r + 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  const Integers exponent = (reinterpret_cast<Integers>(shifted) - 0x4b400000 + 127) << 23;
  return p * reinterpret_cast<Vector>(exponent);
}

// log(1 + t) for 0 <= t <= 1, to about one unit in the last place of the result: 2 artanh(t / (2 + t)).
inline Vector log_of_one_plus(Vector t) {
  const Vector s = t / (t + 2.0f), q = maximum(s, splat(1e-15f)) * maximum(s, splat(1e-15f));
  Vector p = splat(2.0f / 17);
  p = p * q + 2.0f / 15;
  p = p * q + 2.0f / 13;
  p = p * q + 2.0f / 11;
  p = p * q + 2.0f / 9;
  p = p * q + 2.0f / 7;
  p = p * q + 2.0f / 5;
  p = p * q + 2.0f / 3;
  p = p * q + 2.0f;
  return p * s;
}

struct BernoulliTerms {
  Vector loss, gradient;
};
// softplus(a) - x a and sigmoid(a) - x
inline BernoulliTerms bernoulli_terms(Vector a, Vector x) {
  const Vector zero{}, negative = a > zero ? -a : a, e = exp_of_negative(negative), inverse = 1.0f / (e + 1.0f);
  return {maximum(a, zero) + log_of_one_plus(e) - x * a, (a > zero ? inverse : e * inverse) - x};
}

// Loss of one image of logits (bordered) against pixels of the same layout; gradient [2 height, 2 width, channels].
inline float bernoulli_image(const Padded& logits, const Padded& pixels, float* gradient) {
  const int64_t height = logits.height - 2, width = (logits.width - 2) * logits.channels;
  double loss = 0;
  for (int64_t row = 0; row < height; ++row) {
    const float *a = logits.at(row + 1, 1), *x = pixels.at(row + 1, 1);
    float* to = gradient + row * width;
    Vector sum{};
    int64_t i = 0;
    for (; i + lanes <= width; i += lanes) {
      const auto terms = bernoulli_terms(load(a + i), load(x + i));
      sum += terms.loss;
      store(to + i, terms.gradient);
    }
    if (i < width) {
      const size_t rest = static_cast<size_t>(width - i) * sizeof(float);
      Vector last_a{}, last_x{};
      std::memcpy(&last_a, a + i, rest);
      std::memcpy(&last_x, x + i, rest);
      const auto terms = bernoulli_terms(last_a, last_x);
      std::memcpy(to + i, &terms.gradient, rest);
      for (int64_t l = 0; l < width - i; ++l) sum[0] += terms.loss[l];
    }
    for (int l = 0; l < lanes; ++l) loss += sum[l];
  }
  return static_cast<float>(loss);
}

}  // namespace teasel::nn::kernels::TEASEL_ISA
