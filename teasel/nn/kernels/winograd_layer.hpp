// Both directions of a layer by Winograd's filtering, each with the products that the other direction's weights need.
#pragma once
#include "teasel/nn/kernels/weights.hpp"
#include "teasel/nn/kernels/winograd.hpp"
#include "teasel/nn/kernels/workspace.hpp"

namespace teasel::nn::kernels::TEASEL_ISA {

template <class Activation>
struct LayerPass {
  const Activation* input;
  const Activation* positive;  // null, or the input counts only where this is positive
  const float* packed;
  Finish finish;
  Activation* output;  // null: only the weights' gradient is wanted
};

// For the gradient of the weights: `other` is the image on the output's side that the input is multiplied with.
template <class Activation>
struct WeightPass {
  const Activation* other = nullptr;  // null: no gradient wanted
  float* sums = nullptr;
  float* bias_gradient = nullptr;  // sums of the input by channel
};

constexpr Components none{nullptr, 0, 0};

// sums[k] += transpose(high[k]) low[k]
template <class Precision, class F>
void add_weight_products(const Geometry& g, int64_t rows, const Components& high, const Components& low, float* to) {
  const Components sums = weight_sums(g, to);
  for (int k = 0; k < components<F>; ++k)
    product_of_transpose<Precision>(sums.rows, sums.row_words, rows, high.row(k, 0), high.row_words, low.row(k, 0),
                                    low.row_words, sums.row(k, 0), sums.row_words);
}

// What both directions work with: padded images, and operands for a group of images, so that every product has rows
// enough.
template <class Precision, class F>
struct WinogradWork {
  static constexpr int64_t word = Precision::values_per_word, group_rows = 64;
  Tiles tiles;
  int64_t group, pair_rows;  // images; rows of an image's operands for the weights
  Padded high_image, low_image;
  Components operands, sums, high_tiles, low_tiles;
  bool shared;  // one word a value: what down reads serves the weights too

  WinogradWork(const Geometry& g, int64_t images, bool down, bool weights, Workspace& work)
      : tiles(g, F::outputs),
        group(std::clamp<int64_t>(group_rows / tiles.count(), 1, std::max<int64_t>(images, 1))),
        pair_rows(tile_rows<Precision>(tiles)),
        high_image(padded_high(g, tiles)),
        low_image(padded_low(g, tiles)),
        shared(down && word == 1) {
    const int64_t rows = group * tiles.count(), pairs = group * pair_rows;
    operands = {nullptr, rows, (down ? 4 * g.high_channels : g.low_channels) / word};
    sums = {nullptr, rows, down ? g.low_channels : g.high_channels};
    constexpr int count = components<F>;
    Parts parts;
    const size_t at[] = {parts.add(floats(high_image.size())),
                         parts.add(floats(low_image.size() * (down ? 1 : group))),
                         parts.add(Components::bytes(count, rows, operands.row_words)),
                         parts.add(Components::bytes(count, rows, sums.row_words)),
                         parts.add(weights && !shared ? Components::bytes(count, pairs, 4 * g.high_channels) : 0),
                         parts.add(weights ? Components::bytes(count, pairs, g.low_channels) : 0)};
    parts.take(work);
    high_image.data = parts.at(at[0]), low_image.data = parts.at(at[1]);
    operands.data = parts.at(at[2]), sums.data = parts.at(at[3]);
    high_tiles = shared ? operands : Components{parts.at(at[4]), pairs, 4 * g.high_channels};
    low_tiles = {parts.at(at[5]), pairs, g.low_channels};
    std::memset(high_image.data, 0, floats(high_image.size()));
    std::memset(low_image.data, 0, floats(low_image.size() * (down ? 1 : group)));
  }
  // up reads a low image once per phase: every image of the group has its own.
  Padded low_image_of(int64_t i) const {
    Padded image = low_image;
    image.data += i * image.size();
    return image;
  }
  // sums = operands times the packed weights of a filter
  void multiply(int64_t images, const Packing& packing, int64_t filter, const float* packed) const {
    const int64_t size = packing.component_words<Precision>();
    for (int k = 0; k < components<F>; ++k)
      product_with_panels<Precision, false>(
          images * tiles.count(), packing.columns, operands.row_words, operands.row(k, 0), operands.row_words,
          packed + (components<F> * filter + k) * size, sums.row(k, 0), sums.row_words);
  }
};

// low = finish(down(high)) and the products of high with `weights.other`, a low image.
template <class Precision, class F, class Activation = typename Precision::Activation>
void winograd_down(const Geometry& g, int64_t begin, int64_t end, const LayerPass<Activation>& pass,
                   const WeightPass<Activation>& weights, Workspace& work) {
  const WinogradWork<Precision, F> w(g, end - begin, true, weights.other, work);
  for (int64_t first = begin; first < end; first += w.group) {
    const int64_t images = std::min(w.group, end - first);
    for (int64_t i = 0; i < images; ++i) {
      const int64_t high = (first + i) * g.high_size(), low = (first + i) * g.low_size();
      fill<Precision>(w.high_image, 2 * g.height, 2 * g.width, pass.input + high,
                      pass.positive ? pass.positive + high : nullptr, weights.bias_gradient);
      if (weights.other && !w.shared)
        transform_high_tiles<Precision, F>(w.high_image, w.tiles, w.high_tiles, i * w.pair_rows,
                                           pass.output ? w.operands : none, i * w.tiles.count());
      else
        transform_high<Precision, F>(w.high_image, w.tiles, w.operands, i * w.tiles.count());
      if (!weights.other) continue;
      fill<Precision>(w.low_image, g.height, g.width, weights.other + low, nullptr, nullptr);
      transform_low_tiles<Precision, F>(w.low_image, w.tiles, w.low_tiles, i * w.pair_rows);
    }
    if (weights.other)
      add_weight_products<Precision, F>(g, images * w.pair_rows, w.high_tiles, w.low_tiles, weights.sums);
    if (!pass.output) continue;
    w.multiply(images, Packing(g, true), 0, pass.packed);
    for (int64_t i = 0; i < images; ++i)
      write_tiles<Precision, F>(w.sums, i * w.tiles.count(), w.tiles, {g.low_channels, g.height, g.width, 1, 0, 0},
                                pass.finish, pass.output + (first + i) * g.low_size());
  }
}

// high = finish(up(low)) and the products of low with `weights.other`, a high image.
template <class Precision, class F, class Activation = typename Precision::Activation>
void winograd_up(const Geometry& g, int64_t begin, int64_t end, const LayerPass<Activation>& pass,
                 const WeightPass<Activation>& weights, Workspace& work) {
  const WinogradWork<Precision, F> w(g, end - begin, false, weights.other, work);
  for (int64_t first = begin; first < end; first += w.group) {
    const int64_t images = std::min(w.group, end - first);
    for (int64_t i = 0; i < images; ++i) {
      const int64_t high = (first + i) * g.high_size(), low = (first + i) * g.low_size();
      fill<Precision>(w.low_image_of(i), g.height, g.width, pass.input + low,
                      pass.positive ? pass.positive + low : nullptr, weights.bias_gradient);
      if (!weights.other) continue;
      transform_low_tiles<Precision, F>(w.low_image_of(i), w.tiles, w.low_tiles, i * w.pair_rows);
      fill<Precision>(w.high_image, 2 * g.height, 2 * g.width, weights.other + high, nullptr, nullptr);
      transform_high_tiles<Precision, F>(w.high_image, w.tiles, w.high_tiles, i * w.pair_rows, none, 0);
    }
    if (weights.other)
      add_weight_products<Precision, F>(g, images * w.pair_rows, w.high_tiles, w.low_tiles, weights.sums);
    if (!pass.output) continue;
    for (int phase = 0; phase < 4; ++phase) {
      const int s = phase / 2, u = phase % 2;
      for (int64_t i = 0; i < images; ++i)
        transform_low<Precision, F>(w.low_image_of(i), w.tiles, s, u, w.operands, i * w.tiles.count());
      w.multiply(images, Packing(g, false), phase, pass.packed);
      for (int64_t i = 0; i < images; ++i)
        write_tiles<Precision, F>(w.sums, i * w.tiles.count(), w.tiles,
                                  {g.high_channels, 2 * g.height, 2 * g.width, 2, s, u}, pass.finish,
                                  pass.output + (first + i) * g.high_size());
    }
  }
}

}  // namespace teasel::nn::kernels::TEASEL_ISA
