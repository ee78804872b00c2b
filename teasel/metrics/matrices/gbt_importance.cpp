// Importance of latents to gradient boosted trees that predict a factor (the matrix behind disentanglement_lib's DCI,
// Locatello et al. 2019): each latent's share of what all splits of all trees take off the squared error of the
// gradients. Columns sum to 1; one is all 0 where no tree found a split.
//
// Trees, defaults and importances are those of scikit-learn's GradientBoostingClassifier (from 0.20 on; before, each
// tree's importances were normalised first), but for which of several latents that cut a node alike is taken: there,
// rounding or a random order decides, here a hash. Importances of its random states lie up to .008 apart with 1,200 to
// 2,000 items to learn from and up to .01 with 100; ours lie as near.
//
// Other programs' importances are other numbers. XGBoost with as many, as deep trees of the same rate gives summed gains
// of Newton steps and, by its default weights, does not cut around single items: DCI's disentanglement of noisy codes
// comes out up to .08 higher (tests/golden/score_tables.py); with its own defaults, trees of depth 6 and mean gains, up
// to .28 lower.
#include <optional>

#include "teasel/metrics/boosting_options.hpp"
#include "teasel/metrics/importance.hpp"
#include "teasel/stats/logistic_regression.hpp"

namespace teasel {
namespace {

class GbtImportance : public MatrixSource {
 public:
  using Options = BoostedTreesOptions;
  GbtImportance(const Options& options, const Setup&) : o_(options) {}

  bool trains() const override { return true; }
  ScoreMatrix compute(const TrainTest& tables, uint64_t) const override {
    std::optional<BinnedColumns> of_all;
    return importance_matrix(tables, [&](const LabelledParts& parts, int64_t) {
      if (parts.train.n < tables.train.n) return fit(parts, bin_columns(parts.train.z, parts.train.n, tables.train.d));
      if (!of_all) of_all = bin_columns(parts.train.z, parts.train.n, tables.train.d);
      return fit(parts, *of_all);
    });
  }

 private:
  FactorFit fit(const LabelledParts& parts, const BinnedColumns& columns) const {
    const BoostedClassifier model(columns, parts.train.labels, parts.classes, o_.boosting);
    return {model.importance(), accuracy(model.fitted(), parts.train.labels),
            accuracy(model.predict(parts.test.z, parts.test.n), parts.test.labels)};
  }

  Options o_;
};

TEASEL_REGISTER(MatrixSource, GbtImportance, "importance of latents to gradient boosted trees that predict a factor");

}  // namespace
}  // namespace teasel
