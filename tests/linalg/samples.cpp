#include "tests/linalg/samples.hpp"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <random>

namespace teasel::testing {

using at::Tensor;

Tensor normal(at::IntArrayRef shape, uint64_t seed) {
  std::mt19937_64 source(seed);
  std::normal_distribution<double> draw;
  Tensor out = at::empty(shape, doubles());
  for (int64_t i = 0; i < out.numel(); ++i) out.data_ptr<double>()[i] = draw(source);
  return out;
}

namespace {

// Orthonormal columns [batch, rows, columns].
Tensor orthonormal(int64_t batch, int64_t rows, int64_t columns, uint64_t seed) {
  return std::get<0>(at::linalg_qr(normal({batch, rows, columns}, seed)));
}

Tensor spread_values(int64_t count, double condition) {
  return at::logspace(0, -std::log10(condition), count, 10.0, doubles());
}

}  // namespace

Sequences sequences(int64_t batch, int64_t frames, int64_t width, double condition, uint64_t seed) {
  const int64_t m = frames - 1, rank = std::min(m, width);
  const Tensor u = orthonormal(batch, m, rank, seed),
               v = orthonormal(batch, width, std::min(rank + 1, width), seed + 1);
  const Tensor x = (u * spread_values(rank, condition)).matmul(v.narrow(2, 0, rank).mT());
  std::mt19937_64 source(seed + 2);
  std::uniform_real_distribution<double> uniform(-1, 1);
  Sequences out{at::empty({batch, frames, width}, doubles()),
                at::empty({batch, m}, doubles().dtype(at::kComplexDouble)), at::empty({batch, m}, doubles())};
  for (int64_t b = 0; b < batch; ++b) {
    Tensor polynomial = at::ones({1}, doubles());  // highest power first
    const auto times = [&](const Tensor& factor) {
      Tensor product = at::zeros({polynomial.size(0) + factor.size(0) - 1}, doubles());
      for (int64_t i = 0; i < factor.size(0); ++i) product.narrow(0, i, polynomial.size(0)) += factor[i] * polynomial;
      polynomial = product;
    };
    for (int64_t j = 0; j < m;) {
      const double re = uniform(source), im = uniform(source);
      if (j + 1 < m && re * re + im * im < 1) {
        out.spectrum[b][j].fill_(c10::complex<double>(re, std::abs(im)));
        out.spectrum[b][j + 1].fill_(c10::complex<double>(re, -std::abs(im)));
        times(at::tensor({1.0, -2 * re, re * re + im * im}, doubles()));
        j += 2;
      } else if (j + 1 == m) {
        out.spectrum[b][j++].fill_(re);
        times(at::tensor({1.0, -re}, doubles()));
      }
    }
    out.coefficients[b].copy_(-polynomial.narrow(0, 1, m).flip(0));
    const Tensor last = out.coefficients[b].matmul(x[b]);
    const Tensor beyond = rank < width ? v[b].select(1, rank) * (0.1 / condition) : at::zeros({width}, doubles());
    out.z[b].copy_(at::cat({x[b], (last + beyond).unsqueeze(0)}));
  }
  return out;
}

Tensor similar(const Tensor& j, double condition, uint64_t seed) {
  const int64_t n = j.size(0);
  const Tensor u = orthonormal(1, n, n, seed)[0], v = orthonormal(1, n, n, seed + 1)[0];
  const Tensor s = (u * spread_values(n, condition)).matmul(v.mT());
  return s.matmul(j).matmul(at::linalg_inv(s));
}

double distance(const Tensor& a, const Tensor& b) {
  Tensor left = b.clone();
  double out = 0;
  for (int64_t i = 0; i < a.size(0); ++i) {
    const Tensor all = (left - a[i]).abs();
    const int64_t nearest = all.argmin().item<int64_t>();
    out = std::max(out, all[nearest].item<double>());
    left = at::cat({left.narrow(0, 0, nearest), left.narrow(0, nearest + 1, left.size(0) - nearest - 1)});
  }
  return out;
}

Tensor differences(const std::function<Tensor(const Tensor&)>& f, const Tensor& at_point, double step) {
  const at::NoGradGuard no_gradient;
  Tensor out = at::empty_like(at_point), moved = at_point.detach().clone();
  for (int64_t i = 0; i < out.numel(); ++i) {
    double& entry = moved.data_ptr<double>()[i];
    const double before = entry;
    const auto at_distance = [&](double steps) {
      entry = before + steps * step;
      return f(moved).item<double>();
    };
    out.data_ptr<double>()[i] =
        (8 * (at_distance(1) - at_distance(-1)) - (at_distance(2) - at_distance(-2))) / (12 * step);
    entry = before;
  }
  return out;
}

Tensor gradient(const std::function<Tensor(const Tensor&)>& f, const Tensor& at_point) {
  const Tensor x = at_point.detach().clone().set_requires_grad(true);
  return torch::autograd::grad({f(x)}, {x})[0];
}

double relative(const Tensor& a, const Tensor& b) {
  return ((a - b).square().sum().sqrt() / b.square().sum().sqrt()).item<double>();
}

}  // namespace teasel::testing
