// Importance of latents to gradient boosted trees that predict a factor (the matrix behind disentanglement_lib's DCI,
// Locatello et al. 2019): each latent's share of what all splits of all trees take off the squared error of the
// gradients. Columns sum to 1; one is all 0 where no tree found a split.
//
// Trees, defaults and importances are those of scikit-learn's GradientBoostingClassifier (from 0.20 on; before, each
// tree's importances were normalised first), but for which of several latents that cut a node alike is taken:
// scikit-learn draws there, so its own random states differ as well. With `bins`, cuts are looked for between that many
// bins of equally many items instead of between all values; a latent with at most so many values loses nothing.
#include <optional>

#include "teasel/metrics/boosting_options.hpp"
#include "teasel/metrics/importance.hpp"
#include "teasel/stats/logistic_regression.hpp"

namespace teasel {
namespace {

// Every cut there is, not those between bins alone: that takes seconds, and is what publications have.
struct GbtOptions : BoostedTreesOptions {
  GbtOptions() { bins = 0; }
};

class GbtImportance : public MatrixSource {
 public:
  using Options = GbtOptions;
  GbtImportance(const Options& options, const Setup&) : o_(options) {}

  bool trains() const override { return true; }
  ScoreMatrix compute(const TrainTest& tables, uint64_t) const override {
    std::optional<BoostingColumns> of_all;
    return importance_matrix(tables, [&](const LabelledParts& parts, int64_t) {
      if (parts.train.n < tables.train.n) return fit(parts, o_.prepare(parts.train.z, parts.train.n, tables.train.d));
      if (!of_all) of_all = o_.prepare(parts.train.z, parts.train.n, tables.train.d);
      return fit(parts, *of_all);
    });
  }

 private:
  FactorFit fit(const LabelledParts& parts, const BoostingColumns& columns) const {
    const BoostedClassifier model(columns, parts.train.labels, parts.classes, o_.boosting);
    return {model.importance(), accuracy(model.fitted(), parts.train.labels),
            accuracy(model.predict(parts.test.z, parts.test.n), parts.test.labels)};
  }

  Options o_;
};

TEASEL_REGISTER(MatrixSource, GbtImportance, "importance of latents to gradient boosted trees that predict a factor");

}  // namespace
}  // namespace teasel
