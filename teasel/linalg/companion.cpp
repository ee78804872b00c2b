#include "teasel/linalg/companion.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <vector>

#include "teasel/linalg/batches.hpp"
#include "teasel/linalg/companion_fit.hpp"

namespace teasel::linalg {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

CompanionFit fit_of(const Tensor& z) { return {z.size(1) - 1, z.size(2)}; }

// d loss / d c_k = sum over roots x of Re(conj(g) x^k / p'(x)) for g = d loss / d Re x + i d loss / d Im x.
void gradient_of_coefficients(const double* c, int64_t m, const double* real, const double* imaginary,
                              const double* condition, const double* d_real, const double* d_imaginary, double* out) {
  std::fill(out, out + m, 0.0);
  for (int64_t j = 0; j < m; ++j) {
    const std::complex<double> x(real[j], imaginary[j]), g(d_real[j], d_imaginary[j]);
    if (g == 0.0) continue;
    std::complex<double> derivative = companion_derivative(c, m, x);
    if (derivative == 0.0) derivative = std::numeric_limits<double>::min();
    std::complex<double> part = std::conj(g) / derivative;
    if (!(condition[j] <= greatest_condition)) {
      double powers = 0;
      for (int64_t k = 0; k < m; ++k) powers += std::pow(std::norm(x), static_cast<double>(k));
      part *= greatest_condition * std::abs(derivative) / std::sqrt(powers);
    }
    for (int64_t k = 0; k < m; ++k, part *= x) out[k] += part.real();
  }
}

struct Roots : torch::autograd::Function<Roots> {
  static variable_list forward(AutogradContext* context, const Tensor& sequences) {
    const Tensor z = sequences.contiguous();
    const CompanionFit fit = fit_of(z);
    const int64_t batch = z.size(0), m = fit.frames, frame = (m + 1) * fit.width;
    const Tensor buffer = at::empty({batch, fit.size()}, z.options()), real = at::empty({batch, m}, z.options()),
                 imaginary = at::empty_like(real), condition = at::empty_like(real),
                 fit_condition = at::empty({batch}, z.options());
    const auto* in = z.const_data_ptr<double>();
    auto *at_buffer = buffer.data_ptr<double>(), *re = real.data_ptr<double>(), *im = imaginary.data_ptr<double>(),
         *sensitive = condition.data_ptr<double>(), *of_fit = fit_condition.data_ptr<double>();
    for_instances(batch, [&](int64_t b) {
      std::vector<std::complex<double>> roots(static_cast<size_t>(m));
      double* own = at_buffer + b * fit.size();
      of_fit[b] = fit.fit(in + b * frame, own);
      if (!fit.roots(fit.coefficients(own), roots.data(), sensitive + b * m)) {
        std::fill(roots.begin(), roots.end(), std::numeric_limits<double>::quiet_NaN());
        std::fill_n(sensitive + b * m, m, std::numeric_limits<double>::infinity());
      }
      for (int64_t j = 0; j < m; ++j) re[b * m + j] = roots[j].real(), im[b * m + j] = roots[j].imag();
    });
    context->save_for_backward({z, buffer, real, imaginary, condition});
    context->mark_non_differentiable({condition, fit_condition});
    return {real, imaginary, condition, fit_condition};
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor& z = saved[0];
    const CompanionFit fit = fit_of(z);
    const int64_t m = fit.frames, frame = (m + 1) * fit.width;
    const auto given = [&](size_t i) {
      return gradients[i].defined() ? gradients[i].contiguous() : at::zeros_like(saved[2]);
    };
    const Tensor of_real = given(0), of_imaginary = given(1), out = at::zeros_like(z);
    for_instances(z.size(0), [&](int64_t b) {
      const auto row = [&](const Tensor& t) { return t.const_data_ptr<double>() + b * m; };
      double* own = saved[1].data_ptr<double>() + b * fit.size();
      std::vector<double> gradient(static_cast<size_t>(m));
      gradient_of_coefficients(fit.coefficients(own), m, row(saved[2]), row(saved[3]), row(saved[4]), row(of_real),
                               row(of_imaginary), gradient.data());
      fit.backward(own, gradient.data(), out.data_ptr<double>() + b * frame);
    });
    return {out};
  }
};

}  // namespace

CompanionSpectrum companion_spectrum(const Tensor& z) {
  expect_double(z, 3, "a batch of sequences [B, T, K]");
  expect(z.size(1) >= 2 && z.size(1) - 1 <= z.size(2), "a companion form needs 2 <= T <= K + 1");
  const variable_list out = Roots::apply(z);
  return {{out[0], out[1], out[2]}, out[3]};
}

}  // namespace teasel::linalg
