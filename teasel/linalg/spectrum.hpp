// What all routines for eigenvalues return.
#pragma once
#include <ATen/core/Tensor.h>

namespace teasel::linalg {

struct Spectrum {
  at::Tensor real, imaginary;  // [B, n] double; conjugate pairs one after the other, the positive imaginary part first
  // [B, n], without gradient: to first order, by how much an eigenvalue moves at most when the operator changes by 1
  // (Frobenius norm; for the companion form, when its coefficients do). Infinite where eigenvalues meet.
  at::Tensor condition;
};

// An eigenvalue's gradient is as large as its condition, which has no bound where eigenvalues meet. Beyond this one the
// gradient is scaled down to what it would be with this condition.
inline constexpr double greatest_condition = 1e8;

}  // namespace teasel::linalg
