// Logistic regression on codes as they are or in units of their standard deviations: a softmax with a penalty on the
// slopes, as scikit-learn's, or liblinear's one-against-rest of before scikit-learn 0.22; of one strength, or of the
// strength that cross-validation chooses (scikit-learn's LogisticRegressionCV with unshuffled folds, which
// disentanglement_lib's downstream tasks use).
#include "teasel/stats/logistic_regression.hpp"

#include "teasel/metrics/predictor.hpp"
#include "teasel/stats/scaling.hpp"

namespace teasel {
namespace {

struct LogisticOptions {
  double c = 1;
  int64_t strengths = 0, folds = 5;
  bool balanced = false, standardise = false, one_vs_rest = false;

  void describe(Fields& f) {
    f.field("c", c, "weight of the losses against the penalty on the slopes", at_least(1e-12));
    f.field("strengths", strengths, "strengths from 1e-4 to 1e4 that cross-validation chooses c from; 0: c is as given",
            between(0, 100));
    f.field("folds", folds, "folds of the cross-validation: contiguous parts, unshuffled", between(2, 100));
    f.field("balanced", balanced, "weigh classes so that each counts the same");
    f.field("standardise", standardise, "divide codes by their standard deviations first");
    f.field("one_vs_rest", one_vs_rest, "liblinear's form: a problem for each class, its intercept penalised");
  }
};

class LogisticRegressionPredictor : public Predictor {
 public:
  using Options = LogisticOptions;
  LogisticRegressionPredictor(const Options& options, const Setup&) : o_(options) {}

  void fit(std::span<const double> codes, std::span<const int32_t> labels, int64_t classes, uint64_t) override {
    const auto d = static_cast<int64_t>(codes.size() / labels.size());
    scaling_ = standard_scaling(codes, d);
    const auto x = scaled(codes);
    LogisticSettings settings{
        .c = o_.c, .balanced = o_.balanced, .one_vs_rest = o_.one_vs_rest, .penalised_intercept = o_.one_vs_rest};
    settings.tolerance = 1e-5;  // ten times closer than scikit-learn goes
    model_ = o_.strengths == 0 ? fit_logistic_regression(x, labels, classes, settings)
                               : cross_validated_logistic_regression(
                                     x, labels, classes, geometric_steps(1e-4, 1e4, o_.strengths), o_.folds, settings)
                                     .model;
  }

  std::vector<int32_t> predict(std::span<const double> codes) const override { return model_.predict(scaled(codes)); }

 private:
  std::vector<double> scaled(std::span<const double> codes) const {
    return o_.standardise ? scaling_.apply(codes) : std::vector<double>(codes.begin(), codes.end());
  }

  Options o_;
  Scaling scaling_;
  LogisticRegression model_;
};

TEASEL_REGISTER(Predictor, LogisticRegressionPredictor, "logistic regression, cross-validated if asked for");

}  // namespace
}  // namespace teasel
