// Products of small dense matrices.
#pragma once
#include <cstdint>

namespace teasel {

// c [rows, columns] = a b, row-major, where a[i, m] lies at a[i * a_row + m * a_inner] (so that a may be a transpose)
// and b is [inner, columns]. Every entry is summed in one order, whatever the shapes beside it.
void dense_product(const float* a, int64_t a_row, int64_t a_inner, const float* b, float* c, int64_t rows,
                   int64_t columns, int64_t inner);

}  // namespace teasel
