#include "teasel/linalg/lapack.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

extern "C" void dgeev_(const char* left, const char* right, const int* n, double* a, const int* lda, double* real,
                       double* imaginary, double* left_vectors, const int* ldl, double* right_vectors, const int* ldr,
                       double* work, const int* work_size, int* info);

namespace teasel::linalg {
namespace {

// LAPACK's columns of a conjugate pair hold its real and its imaginary part.
void unpack(const std::vector<double>& packed, const std::vector<double>& imaginary, int64_t n,
            std::vector<std::complex<double>>& out) {
  const auto column = [&](int64_t i, int64_t j) { return packed[static_cast<size_t>(j * n + i)]; };
  for (int64_t j = 0; j < n; ++j) {
    const bool pair = imaginary[static_cast<size_t>(j)] != 0;
    for (int64_t i = 0; i < n; ++i) {
      const std::complex<double> entry(column(i, j), pair ? column(i, j + 1) : 0);
      out[static_cast<size_t>(i * n + j)] = entry;
      if (pair) out[static_cast<size_t>(i * n + j + 1)] = std::conj(entry);
    }
    j += pair;
  }
}

}  // namespace

bool eigensystem(const double* matrix, int64_t n, Eigensystem& out) {
  const auto square = static_cast<size_t>(n * n), side = static_cast<size_t>(n);
  std::vector<double> a(square), left(square), right(square), real(side), imaginary(side), work(16 * side + 64);
  for (auto* list : {&out.right, &out.left}) list->assign(square, std::numeric_limits<double>::quiet_NaN());
  out.values.assign(side, std::numeric_limits<double>::quiet_NaN());
  if (!std::all_of(matrix, matrix + square, [](double x) { return std::isfinite(x); })) return false;
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < n; ++j) a[static_cast<size_t>(j * n + i)] = matrix[i * n + j];
  const int size = static_cast<int>(n), room = static_cast<int>(work.size());
  int info = 0;
  dgeev_("V", "V", &size, a.data(), &size, real.data(), imaginary.data(), left.data(), &size, right.data(), &size,
         work.data(), &room, &info);
  if (info != 0) return false;
  for (size_t j = 0; j < side; ++j) out.values[j] = {real[j], imaginary[j]};
  unpack(right, imaginary, n, out.right);
  unpack(left, imaginary, n, out.left);
  return true;
}

}  // namespace teasel::linalg
