#include "teasel/nn/location_scale.hpp"

#include <ATen/ATen.h>

#include <cmath>

namespace teasel::nn {

void LocationScaleOptions::describe(Fields& f, const std::vector<std::string>& forms, std::string_view form_doc,
                                    std::string_view scale_doc) {
  f.field("form", form, form_doc, one_of(forms));
  f.field("scale", scale, scale_doc, between(1e-6, 1e6));
  f.field("learned_scale", learned_scale, "the scale is a parameter that begins at `scale`");
  f.field("smallest_scale", smallest_scale, "what a learned scale stays above, in the data's units",
          between(1e-6, 1e6));
  f.field("location", location,
          "logistic: the decoder's numbers pass the logistic function into the data's range; identity: they are taken "
          "as they are",
          one_of({"logistic", "identity"}));
}

LocationScale::LocationScale(const LocationScaleOptions& options, const Setup& setup)
    : options_(options), low_(setup.low), high_(setup.high), store_(&setup.build.store) {
  if (options.location == "logistic" && !(std::isfinite(low_) && std::isfinite(high_) && low_ < high_))
    throw Error("the likelihood's location cannot be logistic: the data's values have no lowest and highest",
                "Set likelihood.location = \"identity\".");
  if (!options.learned_scale) return;
  if (options.form != "density")
    throw Error("the likelihood's form '" + options.form + "' has no scale that could be learned",
                "Set likelihood.form = \"density\", or likelihood.learned_scale = false.");
  if (options.scale <= options.smallest_scale)
    throw Error("the likelihood's scale does not begin above its smallest",
                "Raise likelihood.scale, or lower likelihood.smallest_scale.");
  log_excess_ = setup.build.store.add(setup.build.prefix + "log_excess",
                                      at::full({1}, std::log(options.scale - options.smallest_scale), at::kFloat));
}

Tensor LocationScale::location(const Tensor& raw) const {
  if (options_.location == "identity") return raw;
  const Tensor unit = raw.sigmoid();
  return low_ == 0 && high_ == 1 ? unit : low_ + (high_ - low_) * unit;
}

Tensor LocationScale::scale() const {
  if (!log_excess_) return at::scalar_tensor(options_.scale, at::kDouble);
  return ((*store_)[*log_excess_].exp() + options_.smallest_scale).squeeze(0);
}

}  // namespace teasel::nn
