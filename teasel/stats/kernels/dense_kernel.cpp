#include "teasel/stats/kernels/dense_kernel.hpp"

#include <algorithm>
#include <cstring>

#include "teasel/stats/kernels/vector_clones.hpp"

namespace teasel {
namespace {

using Lanes = float __attribute__((vector_size(64)));
constexpr int64_t width = 16, tall = 4, wide = 2;  // a tile: 4 rows of 2 vectors

}  // namespace

// Four rows at a time keep a tile of the result in registers; the last columns go one by one, in vectors of rows.
TEASEL_VECTOR_CLONES void dense_product(const float* a, int64_t a_row, int64_t a_inner, const float* b, float* c,
                                        int64_t rows, int64_t columns, int64_t inner) {
  const int64_t whole = columns / (width * wide) * (width * wide);
  for (int64_t i = 0; i < rows; i += tall) {
    const int64_t here = std::min(tall, rows - i);
    const float* lines[tall];
    for (int64_t r = 0; r < tall; ++r) lines[r] = a + (i + std::min(r, here - 1)) * a_row;
    for (int64_t j = 0; j < whole; j += width * wide) {
      Lanes sum[tall][wide] = {};
      for (int64_t m = 0; m < inner; ++m) {
        Lanes left, right;
        std::memcpy(&left, b + m * columns + j, sizeof left);
        std::memcpy(&right, b + m * columns + j + width, sizeof right);
        for (int64_t r = 0; r < tall; ++r) {
          const float factor = lines[r][m * a_inner];
          sum[r][0] += factor * left;
          sum[r][1] += factor * right;
        }
      }
      for (int64_t r = 0; r < here; ++r)
        for (int64_t v = 0; v < wide; ++v)
          std::memcpy(c + (i + r) * columns + j + v * width, &sum[r][v], sizeof(Lanes));
    }
    for (int64_t r = 0; r < here; ++r) {
      float* out = c + (i + r) * columns;
      for (int64_t j = whole; j < columns; ++j) out[j] = 0;
      for (int64_t m = 0; m < inner; ++m) {
        const float factor = lines[r][m * a_inner];
        for (int64_t j = whole; j < columns; ++j) out[j] += factor * b[m * columns + j];
      }
    }
  }
}

}  // namespace teasel
