// 4x4 stride-2 convolutions between low images and high images of few channels (pixels), and the Bernoulli likelihood
// of such pixels.
#pragma once
#include <cmath>

#include "teasel/nn/kernels/block.hpp"
#include "teasel/nn/kernels/convolution.hpp"
#include "teasel/nn/kernels/winograd.hpp"

namespace teasel::nn::kernels::TEASEL_ISA {

// A high image with a border of one pixel.
inline Padded bordered_high(const Geometry& g) { return {2 * g.height + 2, 2 * g.width + 2, g.high_channels}; }

// low [height, width, low_channels] floats = down(high); `packed` as pack_direct makes it.
inline void direct_down(const Geometry& g, const Padded& high, const float* packed, float* low) {
  const int64_t c = g.high_channels, depth = 4 * c;
  for (int64_t row = 0; row < g.height; ++row)
    for (int64_t kernel = 0; kernel < 4; ++kernel) {
      const float *a = high.at(2 * row + kernel, 0), *b = packed + kernel * depth * g.low_channels;
      float* to = low + row * g.width * g.low_channels;
      for (int64_t column = 0; column < g.low_channels;) {
        const int64_t width = panel_width(column, g.low_channels);
        const auto product = width == 2 * lanes
                                 ? (kernel ? rows_of_blocks<Single, 2, true> : rows_of_blocks<Single, 2, false>)
                                 : (kernel ? rows_of_blocks<Single, 1, true> : rows_of_blocks<Single, 1, false>);
        product(g.width, depth, a, 2 * c, 1, b + column, g.low_channels, to + column, g.low_channels);
        column += width;
      }
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

// high (bordered, its middle) = up(low) + bias: every low pixel's products with all taps, added where they belong.
inline void direct_up(const Geometry& g, const float* low, const float* packed, const float* bias, float* taps,
                      const Padded& high) {
  const int64_t columns = 16 * g.high_channels, strip = 4 * g.high_channels;
  for (int64_t x = 0; x < high.width; ++x)
    for (int64_t c = 0; c < high.channels; ++c) high.at(0, x)[c] = bias ? bias[c] : 0;
  for (int64_t row = 1; row < high.height; ++row)
    std::memcpy(high.at(row, 0), high.data, static_cast<size_t>(high.width * high.channels) * sizeof(float));
  for (int64_t row = 0; row < g.height; ++row) {
    for (int64_t column = 0; column < columns;) {
      const int64_t width = panel_width(column, columns);
      const auto product = width == 2 * lanes ? rows_of_blocks<Single, 2, false> : rows_of_blocks<Single, 1, false>;
      product(g.width, g.low_channels, low + row * g.width * g.low_channels, g.low_channels, 1, packed + column, columns,
              taps + column, columns);
      column += width;
    }
    for (int64_t x = 0; x < g.width; ++x)
      for (int64_t kernel = 0; kernel < 4; ++kernel) {
        const float* from = taps + x * columns + kernel * strip;
        float* to = high.at(2 * row + kernel, 2 * x);
        for (int64_t i = 0; i < strip; i += 4)
          for (int64_t j = 0; j < 4; ++j) to[i + j] += from[i + j];
      }
  }
}

// ---- pixels -----------------------------------------------------------------------------------------------------
// Planes [channels, height, width] of a data set to floats in the middle of `to`, bytes as value / 255, bits beginning
// with the most significant.
inline void widen_pixels(const void* image, Pixels pixels, const Padded& to) {
  const int64_t height = to.height - 2, width = to.width - 2, channels = to.channels;
  const auto* bytes = static_cast<const uint8_t*>(image);
  const auto* floats = static_cast<const float*>(image);
  for (int64_t c = 0; c < channels; ++c)
    for (int64_t row = 0; row < height; ++row) {
      float* at = to.at(row + 1, 1) + c;
      const int64_t first = (c * height + row) * width;
      switch (pixels) {
        case Pixels::bit:
          for (int64_t x = 0; x < width; ++x)
            at[x * channels] = static_cast<float>((bytes[(first + x) / 8] >> (7 - (first + x) % 8)) & 1);
          break;
        case Pixels::u8:
          for (int64_t x = 0; x < width; ++x) at[x * channels] = static_cast<float>(bytes[first + x]) / 255;
          break;
        case Pixels::f32:
          for (int64_t x = 0; x < width; ++x) at[x * channels] = floats[first + x];
      }
    }
}

// ---- exp and friends ---------------------------------------------------------------------------------------------
// e^x for x <= 0, to about one unit in the last place; 0 below -87.
inline Vector exp_of_negative(Vector x) {
  x = maximum(x, splat(-87.0f));
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
  const Vector s = t / (t + 2.0f), q = s * s;
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
