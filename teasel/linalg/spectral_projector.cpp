#include "teasel/linalg/spectral_projector.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <limits>

#include "teasel/linalg/batches.hpp"
#include "teasel/linalg/lapack.hpp"

namespace teasel::linalg {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using Complex = c10::complex<double>;

// Chosen modes of one operator: s eigenvalues, V [K, s] and U^H [s, K] with U^H V = I.
struct Chosen {
  Tensor eigenvalues, right, left;
};

Chosen chosen_modes(const Tensor& koopman, const Tensor& chosen) {
  const int64_t n = koopman.size(0);
  Eigensystem system;
  eigensystem(koopman.const_data_ptr<double>(), n, system);
  const auto options = at::TensorOptions().dtype(at::kComplexDouble);
  const auto tensor = [&](std::vector<std::complex<double>>& list, at::IntArrayRef shape) {
    return at::from_blob(list.data(), shape, options).clone();
  };
  const Tensor index = chosen.nonzero().squeeze(1);
  const Tensor values = tensor(system.values, {n}).index_select(0, index);
  const double total = at::imag(values).sum().item<double>(), size = at::imag(values).abs().sum().item<double>();
  expect(!(std::abs(total) > 1e-9 * size), "a conjugate pair must be chosen whole");
  const Tensor right = tensor(system.right, {n, n}).index_select(1, index);
  const Tensor left = tensor(system.left, {n, n}).index_select(1, index).mH();
  return {values, right, at::linalg_solve(left.matmul(right), left)};
}

// One operator's share of the way back, [K, K].
Tensor gradient_of(const Tensor& koopman, const Chosen& modes, const Tensor& gradient) {
  const Tensor c = koopman.to(at::kComplexDouble), g = gradient.mT().to(at::kComplexDouble);
  const Tensor eye = at::eye(c.size(0), c.options()), p = modes.right.matmul(modes.left), q = eye - p;
  // Adding a multiple of P makes lambda - C regular and leaves the range of Q alone.
  const double shift = 1 + c.abs().sum(0).max().item<double>();
  Tensor out = at::zeros_like(c);
  for (int64_t i = 0; i < modes.eigenvalues.size(0); ++i) {
    const Tensor regular = modes.eigenvalues[i] * eye - c + shift * p;
    const Tensor v = modes.right.narrow(1, i, 1), u = modes.left.narrow(0, i, 1);
    const Tensor row = at::linalg_solve(regular.mT(), u.matmul(g).mT()).mT().matmul(q);
    const Tensor column = q.matmul(at::linalg_solve(regular, g.matmul(v)));
    out += v.matmul(row) + column.matmul(u);
  }
  return at::real(out).mT();
}

struct Projector : torch::autograd::Function<Projector> {
  static Tensor forward(AutogradContext* context, const Tensor& koopman, const std::vector<Chosen>& modes) {
    Tensor out = at::empty_like(koopman);
    for_instances(koopman.size(0), [&](int64_t b) {
      const auto& own = modes[static_cast<size_t>(b)];
      out[b].copy_(at::real(own.right.matmul(own.left)));
    });
    context->save_for_backward({koopman});
    context->saved_data["modes"] = packed(modes);
    return out;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const Tensor koopman = context->get_saved_variables()[0];
    const auto lists = context->saved_data["modes"].toTensorVector();
    Tensor out = at::empty_like(koopman);
    for_instances(koopman.size(0), [&](int64_t b) {
      const at::NoGradGuard no_gradient;
      const auto* own = lists.data() + 3 * b;
      out[b].copy_(gradient_of(koopman[b], {own[0], own[1], own[2]}, gradients[0][b]));
    });
    return {out, Tensor()};
  }

 private:
  static std::vector<Tensor> packed(const std::vector<Chosen>& modes) {
    std::vector<Tensor> out;
    for (auto& mode : modes) out.insert(out.end(), {mode.eigenvalues, mode.right, mode.left});
    return out;
  }
};

Tensor length(const Tensor& rows) { return rows.square().sum(-1, true).sqrt(); }

// Where lambda lies at the shift itself, the matrix to be solved with is singular: a step of the size of rounding
// helps.
Tensor shifted(const Tensor& koopman, double shift) {
  const Tensor eye = at::eye(koopman.size(1), koopman.options());
  const Tensor size = koopman.abs().amax({1, 2}, true) + std::abs(shift);
  return koopman - (shift + 16 * std::numeric_limits<double>::epsilon() * size) * eye;
}

// Left vectors of C are right ones of its transpose.
Tensor nearest_vector(const Tensor& factors, const Tensor& pivots, bool transposed, int64_t iterations) {
  const int64_t batch = factors.size(0), n = factors.size(1);
  // A fixed start that is no multiple of a coordinate axis nor the same for each.
  Tensor x = (at::arange(1, n + 1, factors.options()) * 0.7548776662466927).frac().add(0.5).expand({batch, n});
  for (int64_t i = 0; i < iterations; ++i) {
    x = at::linalg_lu_solve(factors, pivots, (x / length(x)).unsqueeze(2), /*left=*/true, /*adjoint=*/transposed)
            .squeeze(2);
  }
  return x / length(x);
}

}  // namespace

Mode nearest_mode(const Tensor& koopman, double shift, int64_t iterations) {
  expect_double(koopman, 3, "a batch of operators [B, K, K]");
  const at::NoGradGuard no_gradient;
  const auto [factors, pivots] = at::linalg_lu_factor(shifted(koopman, shift));
  Mode out;
  out.right = nearest_vector(factors, pivots, false, iterations);
  Tensor u = nearest_vector(factors, pivots, true, iterations);
  u = u / (u * out.right).sum(1, true);
  const Tensor image = koopman.matmul(out.right.unsqueeze(2)).squeeze(2),
               row = u.unsqueeze(1).matmul(koopman).squeeze(1);
  out.eigenvalue = (u * image).sum(1);
  const Tensor value = out.eigenvalue.unsqueeze(1);
  out.residual = ((length(image - value * out.right) + length(row - value * u) / length(u)) /
                  koopman.square().sum({1, 2}).sqrt().unsqueeze(1))
                     .squeeze(1);
  out.left = u;
  return out;
}

Tensor spectral_projector(const Tensor& koopman, const Tensor& chosen) {
  expect_double(koopman, 3, "a batch of operators [B, K, K]");
  expect(chosen.sizes() == koopman.sizes().slice(0, 2), "every eigenvalue must be chosen or not: bool [B, K]");
  std::vector<Chosen> modes(static_cast<size_t>(koopman.size(0)));
  const Tensor operators = koopman.detach().contiguous();
  for_instances(koopman.size(0), [&](int64_t b) {
    const at::NoGradGuard no_gradient;
    modes[static_cast<size_t>(b)] = chosen_modes(operators[b], chosen[b]);
  });
  return Projector::apply(koopman, modes);
}

Tensor spectral_projector(const Tensor& koopman, const Mode& mode) {
  std::vector<Chosen> modes;
  for (int64_t b = 0; b < koopman.size(0); ++b) {
    const auto as_complex = [](const Tensor& t) { return t.detach().to(at::kComplexDouble); };
    modes.push_back({as_complex(mode.eigenvalue[b]).unsqueeze(0), as_complex(mode.right[b]).unsqueeze(1),
                     as_complex(mode.left[b]).unsqueeze(0)});
  }
  return Projector::apply(koopman, modes);
}

Tensor spectral_gap(const Tensor& real, const Tensor& imaginary, const Tensor& chosen) {
  const Tensor values = at::complex(real, imaginary);
  const Tensor distance = (values.unsqueeze(2) - values.unsqueeze(1)).abs();
  const Tensor across = chosen.unsqueeze(2).logical_and(chosen.logical_not().unsqueeze(1));
  return at::where(across, distance, at::full({}, std::numeric_limits<double>::infinity(), real.options()))
      .amin({1, 2});
}

}  // namespace teasel::linalg
