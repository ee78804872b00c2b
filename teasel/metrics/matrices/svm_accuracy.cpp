// How well a linear support vector machine on a single latent tells the classes of each factor: its accuracy on items
// to test on (Kumar et al. 2018, "Variational inference of disentangled latent concepts from unlabeled observations",
// with the classifier of disentanglement_lib, Locatello et al. 2019: liblinear's squared hinge, C = .01, balanced
// classes).
//
// A line through one number cannot tell more than the outermost of many ordered classes, so accuracies stay near
// 1 / #classes, and the strength C works on the units of the codes: `standardise` takes these away. Chance is the share
// of the class that is always named. Items whose class does not occur among those to train on count as wrong.
#include "teasel/metrics/matrix.hpp"
#include "teasel/metrics/predictor.hpp"
#include "teasel/stats/columns.hpp"
#include "teasel/stats/linear_svm.hpp"
#include "teasel/stats/scaling.hpp"

namespace teasel {
namespace {

struct SvmOptions {
  double c = 0.01;
  bool balanced = true, standardise = true;

  void describe(Fields& f) {
    f.field("c", c, "weight of the losses against the penalty on slope and intercept", at_least(1e-12));
    f.field("balanced", balanced, "weigh classes so that each counts the same");
    f.field("standardise", standardise, "divide codes by their standard deviations first");
  }
};

class SvmAccuracy : public MatrixSource {
 public:
  using Options = SvmOptions;
  SvmAccuracy(const Options& options, const Setup&) : o_(options) {}

  bool trains() const override { return true; }
  ScoreMatrix compute(const TrainTest& tables, uint64_t) const override {
    ScoreMatrix out = empty_matrix(tables.train);
    out.accuracy.assign(out.factors, 0);
    for (const auto k : out.used) {
      auto parts = labelled(tables, k);
      if (o_.standardise) {
        const Scaling scaling = standard_scaling(parts.train.z, out.latents);
        for (auto* part : {&parts.train, &parts.test}) part->z = scaling.apply(part->z);
      }
#pragma omp parallel for schedule(dynamic)
      for (int64_t j = 0; j < out.latents; ++j) out.values[j * out.factors + k] = accuracy(parts, out.latents, j);
      for (int64_t j = 0; j < out.latents; ++j) out.accuracy[k] = std::max(out.accuracy[k], out.at(j, k));
    }
    return out;
  }

 private:
  double accuracy(const LabelledParts& parts, int64_t latents, int64_t j) const {
    const auto sorted = sorted_column(column(parts.train.z, parts.train.n, latents, j));
    const LinearSvm svm = fit_linear_svm(sorted, parts.train.labels, {o_.c, o_.balanced});
    int64_t right = 0;
    for (int64_t i = 0; i < parts.test.n; ++i)
      right += svm.predict(parts.test.z[i * latents + j]) == parts.test.labels[i];
    return parts.test.n > 0 ? static_cast<double>(right) / static_cast<double>(parts.test.n) : 0;
  }

  Options o_;
};

TEASEL_REGISTER(MatrixSource, SvmAccuracy, "accuracy of a linear support vector machine on each latent alone");

}  // namespace
}  // namespace teasel
