// LinearKernels for the instruction set of the including file.
#pragma once
#include <algorithm>

#include "teasel/nn/kernels/block.hpp"
#include "teasel/nn/kernels/linear.hpp"
#include "teasel/nn/kernels/transpose.hpp"

namespace teasel::nn::kernels::TEASEL_ISA {

inline int64_t rounded_up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

// A matrix of `width` columns in panels (block.hpp), with columns enough for whole vectors; its rows are words.
template <class Precision>
struct Panels {
  float* data;
  int64_t depth, columns;  // in words; in lanes

  Panels(const void* memory, int64_t values, int64_t width)
      : data(static_cast<float*>(const_cast<void*>(memory))),
        depth((values + Precision::values_per_word - 1) / Precision::values_per_word),
        columns(rounded_up(width, lanes)) {}
  size_t bytes() const { return floats(depth * columns); }
  // The vector of columns n.. in the row that holds value k.
  float* at(int64_t k, int64_t n) const { return panel_word(data, depth, columns, k / Precision::values_per_word, n); }
  // Calls run(first column, its panel, how far apart the panel's rows lie) for columns begin..end, where panels begin.
  template <class Run>
  void each(int64_t begin, int64_t end, const Run& run) const {
    for (int64_t n = begin; n < end; n += panel_width(n, columns)) run(n, at(0, n), panel_width(n, columns));
  }
};

// Stores values k and k + 1 of the depth, or k alone where a word holds one value.
template <class Precision>
void store_depth(const Panels<Precision>& to, int64_t k, int64_t n, Vector first, Vector second) {
  if constexpr (Precision::values_per_word == 1) {
    store(to.at(k, n), first);
    if (k + 1 < to.depth) store(to.at(k + 1, n), second);
  } else {
    Precision::store_pair(to.at(k, n), first, second);
  }
}

// The batch in pieces whose operands stay in the cache.
constexpr int64_t batch_piece = 64;

// to [batch, features], columns begin.. of it = finish(transpose(from)), from [rows][batch] `from_row` apart.
template <class Finish>
void write_transposed(const float* from, int64_t from_row, int64_t rows, int64_t batch, float* to, int64_t features,
                      const Finish& finish) {
  for (int64_t r = 0; r < rows; r += lanes)
    for (int64_t b = 0; b < batch; b += lanes) {
      Vector v[lanes];
      for (int i = 0; i < lanes; ++i)
        v[i] = r + i < rows ? finish(load(from + (r + i) * from_row + b), r + i) : Vector{};
      transpose(v);
      for (int64_t i = 0; i < std::min<int64_t>(lanes, batch - b); ++i)
        store_part(to + (b + i) * features + r, v[i], rows - r);
    }
}

template <class Precision>
class Linear final : public LinearKernels {
  static constexpr int64_t word = Precision::values_per_word;
  using Operand = Panels<Precision>;

 public:
  explicit Linear(const char* name) : name_(name) {}
  const char* name() const override { return name_; }

  size_t input_bytes(const LinearShape& s) const override { return Operand(nullptr, s.in, s.batch).bytes(); }
  void pack_input(const LinearShape& s, int64_t begin, int64_t end, const float* x, void* packed) const override {
    const Operand to(packed, s.in, s.batch);
    for (int64_t b = 0; b < s.batch; b += lanes)
      for (int64_t f = begin; f < end; f += lanes) {
        Vector v[lanes];
        for (int i = 0; i < lanes; ++i) v[i] = b + i < s.batch ? load_part(x + (b + i) * s.in + f, end - f) : Vector{};
        transpose(v);
        for (int64_t i = 0; i < lanes && f + i < end; i += 2) store_depth(to, f + i, b, v[i], v[i + 1]);
      }
  }

  // For some rows of the weight at a time: a copy whose rows do not fall on each other in the cache, times all panels.
  void forward(const LinearShape& s, int64_t begin, int64_t end, const void* input, const float* weight,
               const float* bias, float* y, Workspace& work) const override {
    const Operand x(input, s.in, s.batch);
    const int64_t row = rounded_up(s.in, lanes) / word + 16;
    Parts parts;
    const size_t rows_at = parts.add(floats(block_rows * row)), sums_at = parts.add(floats(unit * batch_piece));
    parts.take(work);
    float *rows = parts.at(rows_at), *sums = parts.at(sums_at);
    for (int64_t b = 0; b < s.batch; b += batch_piece)
      for (int64_t o = begin; o < end; o += unit) {
        const int64_t outputs = std::min(unit, end - o);
        for (int64_t r = 0; r < outputs; r += block_rows) {
          const int64_t count = std::min<int64_t>(block_rows, outputs - r);
          for (int64_t i = 0; i < count; ++i) copy_row(weight + (o + r + i) * s.in, s.in, rows + i * row);
          x.each(b, std::min(b + batch_piece, x.columns), [&](int64_t n, const float* panel, int64_t width) {
            product_with_panel<Precision, false>(width, count, x.depth, rows, row, 1, panel, width,
                                                 sums + r * batch_piece + n - b, batch_piece);
          });
        }
        const auto finish = [&](Vector v, int64_t r) {
          if (bias) v += bias[o + r];
          return where(v < Vector{}, v * s.slope, v);  // lets NaN through
        };
        write_transposed(sums, batch_piece, outputs, std::min(batch_piece, s.batch - b), y + b * s.out + o, s.out,
                         finish);
      }
  }

  size_t factor_bytes(const LinearShape& s) const override { return Operand(nullptr, s.batch, s.in).bytes(); }
  void pack_factor(const LinearShape& s, int64_t begin, int64_t end, const float* x, void* packed) const override {
    const Operand to(packed, s.batch, s.in);
    for (int64_t b = 0; b < s.batch; b += 2)
      for (int64_t f = begin; f < end; f += lanes) {
        const float* at = x + b * s.in + f;
        store_depth(to, b, f, load_part(at, end - f), b + 1 < s.batch ? load_part(at + s.in, end - f) : Vector{});
      }
  }

  // Two copies: for the gradient of the input (panels), and behind it for that of the weight: [out][batch].
  size_t gradient_bytes(const LinearShape& s) const override {
    return Operand(nullptr, s.out, s.batch).bytes() + floats(s.out * gradient_row(s));
  }
  void pack_gradient(const LinearShape& s, int64_t begin, int64_t end, const float* y_gradient, const float* y,
                     void* packed, float* bias_gradient) const override {
    const Operand to(packed, s.out, s.batch);
    float* rows = to.data + to.depth * to.columns;
    for (int64_t f = begin; f < end; f += lanes) {
      Vector sum{};
      for (int64_t b = 0; b < s.batch; b += lanes) {
        Vector v[lanes];
        for (int i = 0; i < lanes; ++i) {
          const int64_t at = (b + i) * s.out + f;
          v[i] = b + i < s.batch ? load_part(y_gradient + at, end - f) : Vector{};
          if (s.slope != 1 && b + i < s.batch)
            v[i] = where(load_part(y + at, end - f) > Vector{}, v[i], v[i] * s.slope);
          sum += v[i];
        }
        transpose(v);
        for (int64_t i = 0; i < lanes && f + i < end; ++i) {
          if (i % 2 == 0) store_depth(to, f + i, b, v[i], v[i + 1]);
          Precision::store_row(rows + (f + i) * gradient_row(s), b, v[i]);
        }
      }
      if (bias_gradient) store_part(bias_gradient + f, sum, end - f);
    }
  }

  void weight_gradient(const LinearShape& s, int64_t begin, int64_t end, const void* gradient, const void* factor,
                       float* weight_gradient, Workspace& work) const override {
    const Operand x(factor, s.batch, s.in), g(gradient, s.out, s.batch);
    const float* rows = g.data + g.depth * g.columns;
    float* last = static_cast<float*>(work.get(floats(block_rows * 2 * lanes)));  // columns beyond the matrix
    for (int64_t o = begin; o < end; o += block_rows) {
      const int64_t count = std::min<int64_t>(block_rows, end - o);
      x.each(0, x.columns, [&](int64_t n, const float* panel, int64_t width) {
        float* to = weight_gradient + o * s.in + n;
        const bool whole = n + width <= s.in;
        product_with_panel<Precision, false>(width, count, x.depth, rows + o * gradient_row(s), gradient_row(s), 1,
                                             panel, width, whole ? to : last, whole ? s.in : width);
        for (int64_t i = 0; i < (whole ? 0 : count); ++i)
          std::memcpy(to + i * s.in, last + i * width, floats(s.in - n));
      });
    }
  }

  // For some columns of the weight at a time: a copy in which `block_rows` of them lie side by side, times all panels.
  void input_gradient(const LinearShape& s, int64_t begin, int64_t end, const void* gradient, const float* weight,
                      float* x_gradient, Workspace& work) const override {
    constexpr int64_t tile = 2 * unit;
    const Operand g(gradient, s.out, s.batch);
    const int64_t block_size = g.depth * block_rows + 16;
    Parts parts;
    const size_t columns_at = parts.add(floats(tile / block_rows * block_size)),
                 sums_at = parts.add(floats(tile * batch_piece));
    parts.take(work);
    float *columns = parts.at(columns_at), *sums = parts.at(sums_at);
    for (int64_t f = begin; f < end; f += tile) {
      const int64_t features = std::min(tile, end - f);
      copy_columns(s, f, features, weight, columns, block_size);
      for (int64_t b = 0; b < s.batch; b += batch_piece) {
        for (int64_t r = 0; r < features; r += block_rows)
          g.each(b, std::min(b + batch_piece, g.columns), [&](int64_t n, const float* panel, int64_t width) {
            product_with_panel<Precision, false>(width, block_rows, g.depth, columns + r / block_rows * block_size, 1,
                                                 block_rows, panel, width, sums + r * batch_piece + n - b, batch_piece);
          });
        write_transposed(sums, batch_piece, features, std::min(batch_piece, s.batch - b), x_gradient + b * s.in + f,
                         s.in, [](Vector v, int64_t) { return v; });
      }
    }
  }

 private:
  // Words from one row [batch] of a gradient to the next.
  static int64_t gradient_row(const LinearShape& s) { return rounded_up(s.batch, lanes) / word + 16; }

  static void copy_row(const float* from, int64_t count, float* to) {
    for (int64_t k = 0; k < count; k += lanes) Precision::store_row(to, k, load_part(from + k, count - k));
  }

  // Columns first..first + count of the weight to blocks [out][block_rows]. A vector is wider than a block's row; what
  // it writes too much the next row overwrites, or falls into the space between the blocks.
  static void copy_columns(const LinearShape& s, int64_t first, int64_t count, const float* weight, float* to,
                           int64_t block_size) {
    for (int64_t k = 0; k < s.out; k += word)
      for (int64_t c = 0; c < count; c += block_rows) {
        const float* from = weight + k * s.in + first + c;
        float* at = to + c / block_rows * block_size + k / word * block_rows;
        const int64_t left = s.in - first - c;
        if constexpr (word == 1)
          store(at, load_part(from, left));
        else
          Precision::store_pair(at, load_part(from, left), k + 1 < s.out ? load_part(from + s.in, left) : Vector{});
      }
  }

  const char* name_;
};

}  // namespace teasel::nn::kernels::TEASEL_ISA
