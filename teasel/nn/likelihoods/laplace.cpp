#include <ATen/ATen.h>

#include "teasel/nn/location_scale.hpp"

namespace teasel::nn {

// Laplace with one scale b for all pixels, fixed or learned: |x - m| / b + ln 2 b, summed over an item. Its mean is its
// median m.
//
// absolute_error_3 is 3 times the sum of |x - m| (YannDubs/disentangling-vae), b = 1/3 without the constant; the factor
// is empirical and keeps the betas of Bernoulli likelihoods usable.
//
// Meant for grey and coloured images. On binary ones a pixel's best constant is its median: training rests at the
// median image for thousands of steps, and with a logistic location at one colour, where that function is flat.
class Laplace : public LocationScale {
 public:
  struct Options : LocationScaleOptions {
    void describe(Fields& f) {
      LocationScaleOptions::describe(f, {"density", "absolute_error_3"},
                                     "density: the logarithm of the density; absolute_error_3: 3 times the sum of "
                                     "absolute errors",
                                     "mean absolute deviation of a pixel, in the data's units (form density)");
    }
  };
  Laplace(const Options& options, const Setup& setup) : LocationScale(options, setup) {}

  Tensor negative_log_likelihood(const Tensor& raw, const Items& items) const override {
    const Tensor error = (items.values() - location(raw)).abs().flatten(1).sum(1);
    if (form() == "absolute_error_3") return 3 * error;
    const Tensor b = scale();
    return error / b + static_cast<double>(raw.numel() / raw.size(0)) * (2 * b).log();
  }
};

TEASEL_REGISTER(Likelihood, Laplace, "Laplace with one scale, fixed or learned; three times the absolute error");

}  // namespace teasel::nn
