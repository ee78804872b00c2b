// The inner loop of all products: a block of a matrix product, held in registers.
#pragma once
#include "teasel/nn/kernels/simd.hpp"

namespace teasel::nn::kernels::TEASEL_ISA {

// sum[r][n] (+)= sum over d < depth of a[r * a_row + d * a_step] * b[d * b_row + n], for r < rows, n < vectors * lanes.
// With `stretches` the depth is as many stretches of that length, those of a lying a_stretch apart.
template <class Precision, int rows, int vectors, bool add, int stretches = 1>
inline __attribute__((always_inline)) void block(int64_t depth, const float* a, int64_t a_row, int64_t a_step,
                                                 const float* b, int64_t b_row, float* sum, int64_t sum_row,
                                                 int64_t a_stretch = 0) {
  Vector s[rows][vectors];
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) s[r][v] = add ? load(sum + r * sum_row + v * lanes) : Vector{};
  for (int stretch = 0; stretch < stretches; ++stretch, a += a_stretch) {
    const float* at = a;
    for (int64_t d = 0; d < depth; ++d) {
      Vector operand[vectors];
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) operand[v] = load(b + v * lanes);
#pragma GCC unroll 16
      for (int r = 0; r < rows; ++r)
#pragma GCC unroll 4
        for (int v = 0; v < vectors; ++v) s[r][v] = Precision::multiply_add(at[r * a_row], operand[v], s[r][v]);
      at += a_step;
      b += b_row;
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) store(sum + r * sum_row + v * lanes, s[r][v]);
}

// The same for any number of rows.
template <class Precision, int vectors, bool add>
inline void rows_of_blocks(int64_t rows, int64_t depth, const float* a, int64_t a_row, int64_t a_step, const float* b,
                           int64_t b_row, float* sum, int64_t sum_row) {
  int64_t r = 0;
  for (; r + block_rows <= rows; r += block_rows)
    block<Precision, block_rows, vectors, add>(depth, a + r * a_row, a_row, a_step, b, b_row, sum + r * sum_row,
                                               sum_row);
  for (; r + 4 <= rows; r += 4)
    block<Precision, 4, vectors, add>(depth, a + r * a_row, a_row, a_step, b, b_row, sum + r * sum_row, sum_row);
  for (; r < rows; ++r)
    block<Precision, 1, vectors, add>(depth, a + r * a_row, a_row, a_step, b, b_row, sum + r * sum_row, sum_row);
}

// A panel of columns: two vectors wide, or one where no two are left.
inline int64_t panel_width(int64_t column, int64_t columns) {
  return columns - column >= 2 * lanes ? 2 * lanes : lanes;
}

// rows_of_blocks for a panel of that width.
template <class Precision, bool add>
inline void product_with_panel(int64_t width, int64_t rows, int64_t depth, const float* a, int64_t a_row,
                               int64_t a_step, const float* b, int64_t b_row, float* sum, int64_t sum_row) {
  if (width == 2 * lanes)
    rows_of_blocks<Precision, 2, add>(rows, depth, a, a_row, a_step, b, b_row, sum, sum_row);
  else
    rows_of_blocks<Precision, 1, add>(rows, depth, a, a_row, a_step, b, b_row, sum, sum_row);
}

// Where the word (k, n) of a matrix in panels lies.
inline float* panel_word(float* matrix, int64_t depth, int64_t columns, int64_t k, int64_t n) {
  const int64_t pairs = columns / (2 * lanes) * (2 * lanes);
  const int64_t begin = n < pairs ? n / (2 * lanes) * (2 * lanes) : n / lanes * lanes;
  return matrix + begin * depth + k * panel_width(begin, columns) + (n - begin);
}

// sum [rows, columns] (+)= a b, where b lies in panels: all rows of the first panel, then of the second...
template <class Precision, bool add>
void product_with_panels(int64_t rows, int64_t columns, int64_t depth, const float* a, int64_t a_row, const float* b,
                         float* sum, int64_t sum_row) {
  for (int64_t column = 0; column < columns;) {
    const int64_t width = panel_width(column, columns);
    product_with_panel<Precision, add>(width, rows, depth, a, a_row, 1, b + column * depth, width, sum + column,
                                       sum_row);
    column += width;
  }
}

// sum [rows, columns] += transpose(a) b, a [depth, rows], b [depth, columns].
template <class Precision>
void product_of_transpose(int64_t rows, int64_t columns, int64_t depth, const float* a, int64_t a_row, const float* b,
                          int64_t b_row, float* sum, int64_t sum_row) {
  for (int64_t column = 0; column < columns;) {
    const int64_t width = panel_width(column, columns);
    product_with_panel<Precision, true>(width, rows, depth, a, 1, a_row, b + column, b_row, sum + column, sum_row);
    column += width;
  }
}

}  // namespace teasel::nn::kernels::TEASEL_ISA
