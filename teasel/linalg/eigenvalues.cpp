#include "teasel/linalg/eigenvalues.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <complex>

#include "teasel/linalg/batches.hpp"
#include "teasel/linalg/lapack.hpp"

namespace teasel::linalg {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using Complex = c10::complex<double>;

struct Values : torch::autograd::Function<Values> {
  static variable_list forward(AutogradContext* context, const Tensor& matrices) {
    const Tensor c = matrices.contiguous();
    const int64_t batch = c.size(0), n = c.size(1);
    const Tensor real = at::empty({batch, n}, c.options()), imaginary = at::empty_like(real),
                 condition = at::empty_like(real),
                 right = at::empty({batch, n, n}, c.options().dtype(at::kComplexDouble)), left = at::empty_like(right);
    for_instances(batch, [&](int64_t b) {
      Eigensystem system;
      eigensystem(c.const_data_ptr<double>() + b * n * n, n, system);
      for (int64_t j = 0; j < n; ++j) {
        std::complex<double> product = 0;
        for (int64_t i = 0; i < n; ++i) product += std::conj(system.left[i * n + j]) * system.right[i * n + j];
        real.data_ptr<double>()[b * n + j] = system.values[j].real();
        imaginary.data_ptr<double>()[b * n + j] = system.values[j].imag();
        condition.data_ptr<double>()[b * n + j] = 1 / std::abs(product);
      }
      std::copy(system.right.begin(), system.right.end(), right.data_ptr<Complex>() + b * n * n);
      std::copy(system.left.begin(), system.left.end(), left.data_ptr<Complex>() + b * n * n);
    });
    context->save_for_backward({right, left, condition});
    context->mark_non_differentiable({condition});
    return {real, imaginary, condition};
  }

  // d loss / d C_ab = sum over eigenvalues of Re(conj(g) conj(u_a) v_b / (u^H v)), g = d loss / d Re + i d loss / d Im.
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor &right = saved[0], &left = saved[1], condition = saved[2];
    const Tensor zero = at::zeros_like(condition);
    const Tensor g = at::complex(gradients[0].defined() ? gradients[0] : zero,
                                 gradients[1].defined() ? gradients[1].neg() : zero);  // conjugated
    const Tensor product = (left.conj() * right).sum(1);                               // u^H v [B, n]
    const Tensor size = product.abs().clamp_min(1 / greatest_condition);
    const Tensor weight = g * at::where(product == 0, at::ones_like(product), product).sgn().conj() / size;
    return {at::real(at::matmul(left.conj() * weight.unsqueeze(1), right.transpose(1, 2)))};
  }
};

}  // namespace

Spectrum eigenvalues(const Tensor& matrices) {
  expect_double(matrices, 3, "a batch of matrices [B, n, n]");
  expect(matrices.size(1) == matrices.size(2), "eigenvalues are those of square matrices");
  const variable_list out = Values::apply(matrices);
  return {out[0], out[1], out[2]};
}

}  // namespace teasel::linalg
