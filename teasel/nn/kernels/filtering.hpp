// Winograd's minimal filtering in one dimension: F(outputs, 2) computes so many neighbouring outputs
// y[o] = d[o] g[0] + d[o + 1] g[1] with outputs + 1 multiplications m = filter(g) * input(d), y = output(m).
#pragma once
#include "teasel/nn/kernels/simd.hpp"

namespace teasel::nn::kernels::TEASEL_ISA {

// F(2, 2): m0 = (d0 - d1) g0, m1 = d1 (g0 + g1), m2 = (d1 - d2) g1; y0 = m0 + m1, y1 = m1 - m2.
struct TwoOutputs {
  static constexpr int outputs = 2, points = 3;
  static void input(const Vector (&d)[3], Vector (&t)[3]) { t[0] = d[0] - d[1], t[1] = d[1], t[2] = d[1] - d[2]; }
  static void output(const Vector (&m)[3], Vector (&y)[2]) { y[0] = m[0] + m[1], y[1] = m[1] - m[2]; }
  // The transposes: gradients of outputs to gradients of products, and of filtered weights to those of weights.
  static void output_gradient(const Vector (&y)[2], Vector (&m)[3]) { m[0] = y[0], m[1] = y[0] + y[1], m[2] = -y[1]; }
  static void filter(Vector g0, Vector g1, Vector (&u)[3]) { u[0] = g0, u[1] = g0 + g1, u[2] = g1; }
  static void filter_gradient(const Vector (&u)[3], Vector& g0, Vector& g1) { g0 = u[0] + u[1], g1 = u[1] + u[2]; }
};

// F(4, 2), interpolating at 0, 1, -1, 2 and infinity (Toom and Cook's construction; Lavin and Gray 2016).
struct FourOutputs {
  static constexpr int outputs = 4, points = 5;
  static void input(const Vector (&d)[5], Vector (&t)[5]) {
    const Vector a = d[3] - d[1];
    t[0] = a + 2.0f * (d[0] - d[2]);
    t[1] = d[3] - d[2] - 2.0f * d[1];
    t[2] = d[3] - 3.0f * d[2] + 2.0f * d[1];
    t[3] = a;
    t[4] = d[4] - d[2] - 2.0f * a;
  }
  static void output(const Vector (&m)[5], Vector (&y)[4]) {
    const Vector sum = m[1] + m[2], difference = m[1] - m[2];
    y[0] = m[0] + sum + m[3];
    y[1] = difference + 2.0f * m[3];
    y[2] = sum + 4.0f * m[3];
    y[3] = difference + 8.0f * m[3] + m[4];
  }
  static void output_gradient(const Vector (&y)[4], Vector (&m)[5]) {
    const Vector even = y[0] + y[2], odd = y[1] + y[3];
    m[0] = y[0];
    m[1] = even + odd;
    m[2] = even - odd;
    m[3] = y[0] + 2.0f * y[1] + 4.0f * y[2] + 8.0f * y[3];
    m[4] = y[3];
  }
  static void filter(Vector g0, Vector g1, Vector (&u)[5]) {
    u[0] = 0.5f * g0;
    u[1] = -0.5f * (g0 + g1);
    u[2] = (g1 - g0) * (1.0f / 6);
    u[3] = (g0 + 2.0f * g1) * (1.0f / 6);
    u[4] = g1;
  }
  static void filter_gradient(const Vector (&u)[5], Vector& g0, Vector& g1) {
    const Vector third = (u[3] - u[2]) * (1.0f / 6);
    g0 = 0.5f * (u[0] - u[1]) + third;
    g1 = u[4] - 0.5f * u[1] + u[2] * (1.0f / 6) + u[3] * (1.0f / 3);
  }
};

// Applies a map of one dimension along both axes of a square: [in][in] -> [out * out].
template <int in, int out, class Map>
inline __attribute__((always_inline)) void both_axes(const Vector (&from)[in][in], Vector (&to)[out * out],
                                                     const Map& map) {
  Vector half[out][in];
#pragma GCC unroll 5
  for (int j = 0; j < in; ++j) {
    Vector column[in], mapped[out];
#pragma GCC unroll 5
    for (int i = 0; i < in; ++i) column[i] = from[i][j];
    map(column, mapped);
#pragma GCC unroll 5
    for (int i = 0; i < out; ++i) half[i][j] = mapped[i];
  }
#pragma GCC unroll 5
  for (int i = 0; i < out; ++i) {
    Vector mapped[out];
    map(half[i], mapped);
#pragma GCC unroll 5
    for (int j = 0; j < out; ++j) to[i * out + j] = mapped[j];
  }
}

}  // namespace teasel::nn::kernels::TEASEL_ISA
