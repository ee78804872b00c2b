#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

#include "teasel/nn/location_scale.hpp"

namespace teasel::nn {

// Gaussian with one standard deviation s for all pixels, fixed or learned (Rybkin, Daniilidis and Levine 2021, "Simple
// and effective VAE training with calibrated decoders"): 1/2 ((x - m) / s)^2 + ln s + 1/2 ln 2 pi, summed over an item.
//
// The other forms are what published code has in its place, and betas of published presets suppose them:
//   squared_error      the sum of (x - m)^2, without the 1/2 and without a variance (1Konny/Beta-VAE): s^2 = 1/2
//   squared_error_255  the sum of squares of values in 0..255, divided by 255 (YannDubs/disentangling-vae): for values
//                      in 0..1 255 times the sum of (x - m)^2, s^2 = 1/510
class Gaussian : public LocationScale {
 public:
  struct Options : LocationScaleOptions {
    void describe(Fields& f) {
      LocationScaleOptions::describe(f, {"density", "squared_error", "squared_error_255"},
                                     "density: the logarithm of the density; squared_error: the sum of squares; "
                                     "squared_error_255: that of values in 0..255, divided by 255",
                                     "standard deviation of a pixel, in the data's units (form density)");
    }
  };
  Gaussian(const Options& options, const Setup& setup) : LocationScale(options, setup) {
    if (form() == "squared_error_255" && !(std::isfinite(range()) && range() > 0))
      throw Error("the likelihood's form squared_error_255 needs data with a lowest and a highest value",
                  "Choose the form squared_error.");
  }

  Tensor negative_log_likelihood(const Tensor& raw, const Items& items) const override {
    const Tensor squares = (items.values() - location(raw)).square().flatten(1).sum(1);
    if (form() == "squared_error") return squares;
    if (form() == "squared_error_255") return squares * (255 / (range() * range()));
    const Tensor s = scale();
    const auto pixels = static_cast<double>(raw.numel() / raw.size(0));
    return 0.5 * squares / s.square() + pixels * (s.log() + 0.5 * std::log(2 * std::numbers::pi));
  }
};

TEASEL_REGISTER(Likelihood, Gaussian,
                "Gaussian with one scale, fixed or learned; sums of squares as published code has them");

}  // namespace teasel::nn
