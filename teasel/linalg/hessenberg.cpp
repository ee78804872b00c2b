#include "teasel/linalg/hessenberg.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace teasel::linalg {
namespace {

constexpr int64_t most_sweeps = 60;       // for one eigenvalue; two or three are usual
constexpr int64_t exceptional_each = 10;  // sweeps after which a shift of its own breaks a cycle

// The eigenvalues of [[a, b], [c, d]].
void block_eigenvalues(double a, double b, double c, double d, std::complex<double>* out) {
  const double half = 0.5 * (a - d), discriminant = half * half + b * c;
  if (discriminant < 0) {
    const double imaginary = std::sqrt(-discriminant);
    out[0] = {0.5 * (a + d), imaginary};
    out[1] = std::conj(out[0]);
    return;
  }
  // The one farther from d without cancellation, the other by the product of both.
  const double far = half + std::copysign(std::sqrt(discriminant), half);
  out[0] = d + far;
  out[1] = far == 0 ? d : d - b * c / far;
}

// A matrix during the iteration; rows and columns [first, last] are the block that is not deflated yet.
class Francis {
 public:
  Francis(double* h, int64_t n) : h_(h), n_(n) {
    for (int64_t i = 0; i < n * n; ++i) norm_ += std::abs(h[i]);
  }

  bool run(std::complex<double>* out) {
    if (!std::isfinite(norm_)) return false;
    int64_t sweeps = 0;
    for (int64_t last = n_ - 1; last >= 0;) {
      const int64_t first = deflated(last);
      if (first + 1 < last) {
        if (++sweeps > most_sweeps) return false;
        sweep(first, last, sweeps % exceptional_each == 0);
        continue;
      }
      if (first == last) {
        out[last] = at(last, last);
      } else {
        block_eigenvalues(at(first, first), at(first, last), at(last, first), at(last, last), out + first);
      }
      last = first - 1;
      sweeps = 0;
    }
    return true;
  }

 private:
  double& at(int64_t i, int64_t j) { return h_[i * n_ + j]; }

  // The first row of the block that ends with `last`: above it the subdiagonal entry counts as zero.
  int64_t deflated(int64_t last) {
    for (int64_t l = last; l > 0; --l) {
      const double around = std::abs(at(l - 1, l - 1)) + std::abs(at(l, l));
      if (std::abs(at(l, l - 1)) > std::numeric_limits<double>::epsilon() * (around == 0 ? norm_ : around)) continue;
      at(l, l - 1) = 0;
      return l;
    }
    return 0;
  }

  // One step with the two eigenvalues of the last 2x2 block as shifts.
  void sweep(int64_t first, int64_t last, bool exceptional) {
    double trace = at(last - 1, last - 1) + at(last, last);
    double determinant = at(last - 1, last - 1) * at(last, last) - at(last - 1, last) * at(last, last - 1);
    if (exceptional) {
      const double size = std::abs(at(last, last - 1)) + std::abs(at(last - 1, last - 2));
      trace = 1.5 * size;
      determinant = size * size;
    }
    // The first column of (H - s1)(H - s2), divided by its last factor.
    double x = at(first, first) * at(first, first) + at(first, first + 1) * at(first + 1, first) -
               trace * at(first, first) + determinant;
    double y = at(first + 1, first) * (at(first, first) + at(first + 1, first + 1) - trace);
    double z = at(first + 1, first) * at(first + 2, first + 1);
    for (int64_t k = first; k < last; ++k) {
      if (k > first) {
        x = at(k, k - 1);
        y = at(k + 1, k - 1);
        z = k + 2 <= last ? at(k + 2, k - 1) : 0;
      }
      reflect(k, first, last, x, y, z);
    }
  }

  // The reflection that takes (x, y, z) to a multiple of the first axis, on rows and columns k, k+1, k+2 of the block.
  void reflect(int64_t k, int64_t first, int64_t last, double x, double y, double z) {
    const double scale = std::abs(x) + std::abs(y) + std::abs(z);
    if (scale == 0) return;
    x /= scale, y /= scale, z /= scale;
    const double length = std::copysign(std::sqrt(x * x + y * y + z * z), x);
    const double v0 = 1 + x / length, v1 = y / length / v0, v2 = z / length / v0;  // v = (1, v1, v2)
    const bool three = k + 2 <= last;
    if (k > first) at(k, k - 1) = -length * scale, at(k + 1, k - 1) = 0;
    if (k > first && three) at(k + 2, k - 1) = 0;
    for (int64_t j = k; j <= last; ++j) {
      const double sum = v0 * (at(k, j) + v1 * at(k + 1, j) + (three ? v2 * at(k + 2, j) : 0));
      at(k, j) -= sum, at(k + 1, j) -= sum * v1;
      if (three) at(k + 2, j) -= sum * v2;
    }
    for (int64_t i = first; i <= std::min(k + 3, last); ++i) {
      const double sum = v0 * (at(i, k) + v1 * at(i, k + 1) + (three ? v2 * at(i, k + 2) : 0));
      at(i, k) -= sum, at(i, k + 1) -= sum * v1;
      if (three) at(i, k + 2) -= sum * v2;
    }
  }

  double* h_;
  int64_t n_;
  double norm_ = 0;
};

}  // namespace

void balance(double* h, int64_t n) {
  for (bool changed = true; changed;) {
    changed = false;
    for (int64_t i = 0; i < n; ++i) {
      double row = 0, column = 0;
      for (int64_t j = 0; j < n; ++j)
        if (j != i) row += std::abs(h[i * n + j]), column += std::abs(h[j * n + i]);
      if (row == 0 || column == 0 || !std::isfinite(row + column)) continue;
      const int exponent = std::ilogb(std::sqrt(row / column));
      const double factor = std::ldexp(1.0, std::clamp(exponent, -500, 500));
      if (factor == 1 || (column * factor + row / factor) >= 0.95 * (column + row)) continue;
      changed = true;
      for (int64_t j = 0; j < n; ++j) h[i * n + j] /= factor;
      for (int64_t j = 0; j < n; ++j) h[j * n + i] *= factor;
    }
  }
}

bool hessenberg_eigenvalues(double* h, int64_t n, std::complex<double>* eigenvalues) {
  return Francis(h, n).run(eigenvalues);
}

}  // namespace teasel::linalg
