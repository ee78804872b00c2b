// Vectors of floats for the instruction set of the including file, which defines TEASEL_ISA, the namespace of
// everything that depends on it: the same source is compiled once per instruction set.
#pragma once
#include <immintrin.h>

#include <cstdint>
#include <cstring>

#ifndef TEASEL_ISA
#error "define TEASEL_ISA before including simd.hpp"
#endif

namespace teasel::nn::kernels::TEASEL_ISA {

#if defined(__AVX512F__)
constexpr int lanes = 16;
constexpr int block_rows = 12;  // rows x 2 vectors of sums, 2 vectors of operands: 26 of 32 registers
#else
constexpr int lanes = 8;
constexpr int block_rows = 6;  // 12 sums, 2 operands, 1 broadcast: 15 of 16 registers
#endif

typedef float Vector __attribute__((vector_size(4 * lanes)));
typedef int32_t Integers __attribute__((vector_size(4 * lanes)));
typedef float UnalignedVector __attribute__((vector_size(4 * lanes), aligned(4), may_alias));

inline Vector load(const float* p) { return *reinterpret_cast<const UnalignedVector*>(p); }
inline void store(float* p, Vector v) { *reinterpret_cast<UnalignedVector*>(p) = v; }
#if defined(__AVX512F__)
inline Vector splat(float x) { return reinterpret_cast<Vector>(_mm512_set1_ps(x)); }
#else
inline Vector splat(float x) { return reinterpret_cast<Vector>(_mm256_set1_ps(x)); }
#endif
inline Vector where(Integers condition, Vector yes, Vector no) { return condition ? yes : no; }
inline Vector maximum(Vector a, Vector b) { return a > b ? a : b; }

// Operands are 32-bit words: a float, or two bfloat16 that one instruction multiplies and adds.
struct Single {
  using Activation = float;
  static constexpr int values_per_word = 1;
  static Vector load_activation(const float* p) { return load(p); }
  static void store_activation(float* p, Vector v) { store(p, v); }
  // `lanes` neighbouring values of a row of operands, beginning at value k.
  static void store_row(float* row, int64_t k, Vector v) { store(row + k, v); }
  static Vector multiply_add(float a, Vector b, Vector sum) { return splat(a) * b + sum; }
};

#if defined(__AVX512BF16__)
struct Half {
  using Activation = uint16_t;
  static constexpr int values_per_word = 2;
  static Vector load_activation(const uint16_t* p) {
    const __m512i wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
    return reinterpret_cast<Vector>(_mm512_slli_epi32(wide, 16));
  }
  static __m256i narrow(Vector v) { return reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(reinterpret_cast<__m512>(v))); }
  static void store_activation(uint16_t* p, Vector v) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), narrow(v)); }
  static void store_row(float* row, int64_t k, Vector v) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(row + k / 2), narrow(v));
  }
  // Two vectors side by side in every word, the first in the lower half.
  static void store_pair(float* words, Vector first, Vector second) {
    const __m512i low = _mm512_cvtepu16_epi32(narrow(first)), high = _mm512_cvtepu16_epi32(narrow(second));
    _mm512_storeu_si512(words, _mm512_or_si512(low, _mm512_slli_epi32(high, 16)));
  }
  static Vector multiply_add(float a, Vector b, Vector sum) {
    return reinterpret_cast<Vector>(_mm512_dpbf16_ps(
        reinterpret_cast<__m512>(sum), reinterpret_cast<__m512bh>(splat(a)), reinterpret_cast<__m512bh>(b)));
  }
};

// Activations of 16 bits, products of floats: what remains of the gain where the instruction above is slow.
struct Stored : Single {
  using Activation = uint16_t;
  static Vector load_activation(const uint16_t* p) { return Half::load_activation(p); }
  static void store_activation(uint16_t* p, Vector v) { Half::store_activation(p, v); }
};
#endif

}  // namespace teasel::nn::kernels::TEASEL_ISA
