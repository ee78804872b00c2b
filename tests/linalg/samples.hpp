// Matrices and sequences to test with, and finite differences.
#pragma once
#include <ATen/ATen.h>

#include <functional>

namespace teasel::testing {

inline at::TensorOptions doubles() { return at::TensorOptions().dtype(at::kDouble); }

// Standard normal numbers that depend on `seed` alone.
at::Tensor normal(at::IntArrayRef shape, uint64_t seed);

// Sequences whose spectrum is known.
struct Sequences {
  at::Tensor z;             // [batch, frames, width]
  at::Tensor spectrum;      // [batch, frames - 1] complex: the roots, in the unit disc, conjugate pairs together
  at::Tensor coefficients;  // [batch, frames - 1]: of the last frame on those before
};

// The rows before the last have this condition, singular values spread evenly in logarithms. The last is the
// combination of them that the roots ask for, and a part of size .1 / condition that no combination reaches: least
// squares with a larger one lose the condition squared, whoever solves them.
Sequences sequences(int64_t batch, int64_t frames, int64_t width, double condition, uint64_t seed);

// S J S^-1 for a random S of this condition.
at::Tensor similar(const at::Tensor& j, double condition, uint64_t seed);

// The greatest distance between complex numbers of one list [n] and of the other, each matched with its nearest in
// turn.
double distance(const at::Tensor& a, const at::Tensor& b);

// The gradient of a scalar function by central differences of the fourth order.
at::Tensor differences(const std::function<at::Tensor(const at::Tensor&)>& f, const at::Tensor& at, double step = 2e-5);
// The same by autograd.
at::Tensor gradient(const std::function<at::Tensor(const at::Tensor&)>& f, const at::Tensor& at);
// |a - b| / |b|, Frobenius.
double relative(const at::Tensor& a, const at::Tensor& b);

}  // namespace teasel::testing
