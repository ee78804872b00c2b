// e^x in double precision, for loops that the compiler turns into vector code.
#pragma once
#include <bit>
#include <cstdint>

namespace teasel {

// exp(x) for x <= 709 to about 1e-15; 0 below -708. 2^k e^r with k = round(x / ln 2), |r| <= ln 2 / 2: adding 3 * 2^51
// leaves k in the low bits of the sum, from where it goes into the exponent; e^r by its series, whose next term is
// 4e-18.
static inline double exponential(double x) {
  constexpr double to_integer = 6755399441055744.0, log2_e = 1.4426950408889634;
  constexpr double ln2_high = 0.69314718036912382, ln2_low = 1.9082149292705877e-10;
  const double bounded = x > -708.0 ? x : -708.0;
  const double shifted = bounded * log2_e + to_integer, k = shifted - to_integer;
  const double r = (bounded - k * ln2_high) - k * ln2_low;
  double sum = 1.0 / 6227020800.0;
  sum = sum * r + 1.0 / 479001600.0;
  sum = sum * r + 1.0 / 39916800.0;
  sum = sum * r + 1.0 / 3628800.0;
  sum = sum * r + 1.0 / 362880.0;
  sum = sum * r + 1.0 / 40320.0;
  sum = sum * r + 1.0 / 5040.0;
  sum = sum * r + 1.0 / 720.0;
  sum = sum * r + 1.0 / 120.0;
  sum = sum * r + 1.0 / 24.0;
  sum = sum * r + 1.0 / 6.0;
  sum = sum * r + 0.5;
  sum = sum * r + 1.0;
  sum = sum * r + 1.0;
  const double power = std::bit_cast<double>(std::bit_cast<uint64_t>(sum) + (std::bit_cast<uint64_t>(shifted) << 52));
  return x > -708.0 ? power : 0.0;
}

}  // namespace teasel
