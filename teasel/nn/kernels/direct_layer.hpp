// Layers between low images and pixels.
#pragma once
#include "teasel/nn/kernels/direct.hpp"
#include "teasel/nn/kernels/workspace.hpp"

namespace teasel::nn::kernels::TEASEL_ISA {

// Images as a data set stores them.
struct Source {
  const void* images;
  int64_t image_bytes;
  Pixels pixels;
  void widen(int64_t i, const Padded& to) const {
    widen_pixels(static_cast<const char*>(images) + i * image_bytes, pixels, to);
  }
};

// Memory of the functions below.
struct DirectWork {
  Padded high;        // bordered by zeros
  Padded other;       // the same, for pixels that a likelihood compares with
  float *low, *taps;  // low: [height, width, low_channels]

  DirectWork(const Geometry& g, Workspace& work) : high(bordered_high(g)), other(high) {
    Parts parts;
    const size_t at[] = {parts.add(floats(high.size())), parts.add(floats(high.size())),
                         parts.add(floats(g.low_size())), parts.add(floats(g.width * 16 * g.high_channels))};
    parts.take(work);
    high.data = parts.at(at[0]), other.data = parts.at(at[1]), low = parts.at(at[2]), taps = parts.at(at[3]);
    std::memset(high.data, 0, floats(high.size()));
    std::memset(other.data, 0, floats(high.size()));
  }
};

// Activations as floats: themselves, or widened into `to`.
template <class Precision>
const float* as_floats(const typename Precision::Activation* from, int64_t count, float* to) {
  if constexpr (std::is_same_v<typename Precision::Activation, float>) {
    return from;
  } else {
    for (int64_t k = 0; k < count; k += lanes) store(to + k, Precision::load_activation(from + k));
    return to;
  }
}

template <class Precision, class Activation = typename Precision::Activation>
void direct_layer_down(const Geometry& g, int64_t begin, int64_t end, const Source& source, const float* packed,
                       const Finish& finish, Activation* low, Workspace& work) {
  DirectWork w(g, work);
  for (int64_t i = begin; i < end; ++i) {
    source.widen(i, w.high);
    direct_down(g, w.high, packed, w.low);
    for (int64_t p = 0; p < g.height * g.width; ++p)
      for (int64_t c = 0; c < g.low_channels; c += lanes)
        Precision::store_activation(low + i * g.low_size() + p * g.low_channels + c,
                                    finish(load(w.low + p * g.low_channels + c), c));
  }
}

template <class Precision, class Activation = typename Precision::Activation>
void direct_layer_down_backward(const Geometry& g, int64_t begin, int64_t end, const Source& source,
                                const Activation* low, const Activation* low_gradient, float* sums,
                                float* bias_gradient, Workspace& work) {
  DirectWork w(g, work);
  for (int64_t i = begin; i < end; ++i) {
    source.widen(i, w.high);
    const int64_t image = i * g.low_size();
    for (int64_t c = 0; c < g.low_channels; c += lanes) {
      Vector sum{};
      for (int64_t at = c; at < g.low_size(); at += g.low_channels) {
        Vector v = Precision::load_activation(low_gradient + image + at);
        if (low) v = where(Precision::load_activation(low + image + at) > Vector{}, v, Vector{});
        sum += v;
        store(w.low + at, v);
      }
      store(bias_gradient + c, load(bias_gradient + c) + sum);
    }
    direct_weight_sums(g, w.high, w.low, g.width * g.low_channels, sums);
  }
}

// high [2 height, 2 width, high_channels] floats
template <class Precision, class Activation = typename Precision::Activation>
void direct_layer_up(const Geometry& g, int64_t begin, int64_t end, const Activation* low, const float* packed,
                     const float* bias, bool relu, float* high, Workspace& work) {
  DirectWork w(g, work);
  const int64_t row = 2 * g.width * g.high_channels;
  for (int64_t i = begin; i < end; ++i) {
    direct_up(g, as_floats<Precision>(low + i * g.low_size(), g.low_size(), w.low), packed, bias, w.taps, w.high);
    for (int64_t y = 0; y < 2 * g.height; ++y) {
      const float* from = w.high.at(y + 1, 1);
      float* to = high + i * g.high_size() + y * row;
      for (int64_t x = 0; x < row; ++x) to[x] = relu && from[x] < 0 ? 0 : from[x];
    }
  }
}

template <class Precision, class Activation = typename Precision::Activation>
void direct_layer_bernoulli(const Geometry& g, int64_t begin, int64_t end, const Activation* low, const float* packed,
                            const float* bias, const Source& source, float* loss, float* logit_gradient,
                            Workspace& work) {
  DirectWork w(g, work);
  for (int64_t i = begin; i < end; ++i) {
    direct_up(g, as_floats<Precision>(low + i * g.low_size(), g.low_size(), w.low), packed, bias, w.taps, w.high);
    source.widen(i, w.other);
    loss[i] = bernoulli_image(w.high, w.other, logit_gradient + i * g.high_size());
  }
}

// sums[c] += the values of channel c in a row of `count` floats.
inline void add_pixels(const float* row, int64_t count, int64_t channels, float* sums) {
  if (channels > 1) {
    for (int64_t x = 0; x < count; x += channels)
      for (int64_t c = 0; c < channels; ++c) sums[c] += row[x + c];
    return;
  }
  Vector sum{};
  int64_t x = 0;
  for (; x + lanes <= count; x += lanes) sum += load(row + x);
  for (; x < count; ++x) sums[0] += row[x];
  for (int l = 0; l < lanes; ++l) sums[0] += sum[l];
}

// The gradient of high, times scale[i] where given and only where `high` is positive where given.
template <class Precision, class Activation = typename Precision::Activation>
void direct_layer_up_backward(const Geometry& g, int64_t begin, int64_t end, const Activation* low, const float* high,
                              const float* high_gradient, const float* scale, const float* packed_down,
                              Activation* low_gradient, float* sums, float* bias_gradient, Workspace& work) {
  DirectWork w(g, work);
  const int64_t row = 2 * g.width * g.high_channels;
  for (int64_t i = begin; i < end; ++i) {
    const int64_t image = i * g.high_size();
    for (int64_t y = 0; y < 2 * g.height; ++y) {
      const float factor = scale ? scale[i] : 1, *from = high_gradient + image + y * row;
      float* to = w.high.at(y + 1, 1);
      if (high)
        for (int64_t x = 0; x < row; ++x) to[x] = high[image + y * row + x] > 0 ? factor * from[x] : 0;
      else
        for (int64_t x = 0; x < row; ++x) to[x] = factor * from[x];
      add_pixels(to, row, g.high_channels, bias_gradient);
    }
    direct_weight_sums(g, w.high, as_floats<Precision>(low + i * g.low_size(), g.low_size(), w.low),
                       g.width * g.low_channels, sums);
    if (!low_gradient) continue;
    direct_down(g, w.high, packed_down, w.low);
    for (int64_t k = 0; k < g.low_size(); k += lanes)
      Precision::store_activation(low_gradient + i * g.low_size() + k, load(w.low + k));
  }
}

}  // namespace teasel::nn::kernels::TEASEL_ISA
