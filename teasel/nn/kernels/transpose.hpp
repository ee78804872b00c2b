// Squares of `lanes` x `lanes` floats, transposed in registers.
#pragma once
#include <algorithm>
#include <utility>

#include "teasel/nn/kernels/simd.hpp"

namespace teasel::nn::kernels::TEASEL_ISA {

// The lower or upper halves of two vectors, one lane of either in turn.
template <int from, int... lane>
inline Vector interleave(Vector a, Vector b, std::integer_sequence<int, lane...>) {
  return __builtin_shuffle(a, b, Integers{(lane % 2 * lanes + lane / 2 + from)...});
}

// Row i becomes column i. Each round deals the rows' halves to twice as many lanes; after log2(lanes) rounds every lane
// stands alone.
inline __attribute__((always_inline)) void transpose(Vector (&v)[lanes]) {
  using Lanes = std::make_integer_sequence<int, lanes>;
#pragma GCC unroll 4
  for (int round = 1; round < lanes; round *= 2) {
    Vector dealt[lanes];
#pragma GCC unroll 8
    for (int i = 0; i < lanes / 2; ++i) {
      dealt[2 * i] = interleave<0>(v[i], v[i + lanes / 2], Lanes{});
      dealt[2 * i + 1] = interleave<lanes / 2>(v[i], v[i + lanes / 2], Lanes{});
    }
#pragma GCC unroll 16
    for (int i = 0; i < lanes; ++i) v[i] = dealt[i];
  }
}

// The first `count` floats at p, or all lanes; zeros beyond.
inline Vector load_part(const float* p, int64_t count) {
  if (count >= lanes) return load(p);
  Vector v{};
  if (count > 0) std::memcpy(&v, p, static_cast<size_t>(count) * sizeof(float));
  return v;
}
inline void store_part(float* p, Vector v, int64_t count) {
  if (count >= lanes)
    store(p, v);
  else
    std::memcpy(p, &v, static_cast<size_t>(std::max<int64_t>(count, 0)) * sizeof(float));
}

}  // namespace teasel::nn::kernels::TEASEL_ISA
