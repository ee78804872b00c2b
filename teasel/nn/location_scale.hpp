// What likelihoods with a location and a scale share: Gaussian, Laplace.
#pragma once
#include <optional>

#include "teasel/nn/likelihood.hpp"

namespace teasel::nn {

struct LocationScaleOptions {
  std::string form = "density";
  double scale = 0.1, smallest_scale = 0.001;
  bool learned_scale = false;
  std::string location = "logistic";

  // `forms`: what the likelihood may compute, "density" first; `scale_doc`: what its scale is.
  void describe(Fields& f, const std::vector<std::string>& forms, std::string_view form_doc,
                std::string_view scale_doc);
};

// The location is low + (high - low) logistic(raw), inside the data's range, or raw itself. The scale is one number for
// all pixels, fixed or learned: smallest_scale + exp(log_excess), with the parameter "<prefix>log_excess" [1]. The
// smallest scale keeps the density finite where an image is copied exactly (a background of one colour).
class LocationScale : public Likelihood {
 public:
  // Error where a learned scale has no say in the form, is not above the smallest, or the range has no ends.
  LocationScale(const LocationScaleOptions& options, const Setup& setup);
  Tensor mean(const Tensor& raw) const override { return location(raw); }

 protected:
  const std::string& form() const { return options_.form; }
  Tensor location(const Tensor& raw) const;
  Tensor scale() const;  // scalar, in the data's units
  double range() const { return high_ - low_; }

 private:
  LocationScaleOptions options_;
  double low_, high_;
  const ParameterStore* store_;
  std::optional<size_t> log_excess_;
};

}  // namespace teasel::nn
