// Gradient boosted trees: scikit-learn's GradientBoostingClassifier, but for ties between latents (stats/boosting.hpp).
#include <optional>

#include "teasel/metrics/boosting_options.hpp"
#include "teasel/metrics/predictor.hpp"

namespace teasel {
namespace {

class GradientBoosting : public Predictor {
 public:
  using Options = BoostedTreesOptions;
  GradientBoosting(const Options& options, const Setup&) : o_(options) {}

  void fit(std::span<const double> codes, std::span<const int32_t> labels, int64_t classes, uint64_t) override {
    const auto n = static_cast<int64_t>(labels.size());
    d_ = static_cast<int64_t>(codes.size()) / n;
    model_.emplace(bin_columns(codes, n, d_), labels, classes, o_.boosting);
  }

  std::vector<int32_t> predict(std::span<const double> codes) const override {
    return model_->predict(codes, static_cast<int64_t>(codes.size()) / d_);
  }

 private:
  Options o_;
  int64_t d_ = 1;
  std::optional<BoostedClassifier> model_;
};

TEASEL_REGISTER(Predictor, GradientBoosting, "gradient boosted trees, equal to scikit-learn's");

}  // namespace
}  // namespace teasel
