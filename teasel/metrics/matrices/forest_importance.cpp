// Importance of latents to a random forest that predicts a factor (Breiman 2001): each latent's share of what the
// splits of a tree take off the impurity, as the mean over trees. Columns sum to 1; one is all 0 where no tree found a
// split.
//
// Trees and importances are those of scikit-learn's RandomForestClassifier; which items and latents a tree sees is
// drawn by other random numbers, so that numbers agree as far as scikit-learn's own random states do.
#include <cmath>
#include <optional>

#include "teasel/metrics/importance.hpp"
#include "teasel/stats/forest.hpp"
#include "teasel/stats/logistic_regression.hpp"

namespace teasel {
namespace {

struct ForestImportanceOptions {
  int64_t trees = 100, depth = 0;
  std::string impurity = "gini", latents = "sqrt";

  void describe(Fields& f) {
    f.field("trees", trees, "trees of a forest", between(1, 100000));
    f.field("depth", depth, "splits from the root of a tree to a leaf; 0: until the items of a node are alike",
            between(0, 1000));
    f.field("impurity", impurity, "what a split lowers", one_of({"gini", "entropy"}));
    f.field("latents", latents, "latents looked at in each node: the root of their number, or all",
            one_of({"sqrt", "all"}));
  }
};

class ForestImportance : public MatrixSource {
 public:
  using Options = ForestImportanceOptions;
  ForestImportance(Options options, const Setup&) : o_(std::move(options)) {}

  bool trains() const override { return true; }
  ScoreMatrix compute(const TrainTest& tables, uint64_t seed) const override {
    const int64_t d = tables.train.d;
    ForestOptions options{.trees = o_.trees, .depth = o_.depth};
    options.impurity = o_.impurity == "gini" ? ForestOptions::Impurity::gini : ForestOptions::Impurity::entropy;
    options.features = o_.latents == "all" ? 0 : static_cast<int64_t>(std::sqrt(static_cast<double>(d)));
    std::optional<SortedColumns> of_all;
    return importance_matrix(tables, [&](const LabelledParts& parts, int64_t) {
      const auto fit = [&](const SortedColumns& columns) -> FactorFit {
        const ForestClassifier model(columns, parts.train.labels, parts.classes, options, seed);
        return {model.importance(), accuracy(model.predict(parts.train.z, parts.train.n), parts.train.labels),
                accuracy(model.predict(parts.test.z, parts.test.n), parts.test.labels)};
      };
      if (parts.train.n < tables.train.n) return fit(sort_columns(parts.train.z, parts.train.n, d));
      if (!of_all) of_all = sort_columns(parts.train.z, parts.train.n, d);
      return fit(*of_all);
    });
  }

 private:
  Options o_;
};

TEASEL_REGISTER(MatrixSource, ForestImportance, "importance of latents to a random forest that predicts a factor");

}  // namespace
}  // namespace teasel
