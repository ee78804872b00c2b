// Disentanglement and completeness of DCI (Eastwood and Williams 2018), for any matrix: how far each latent serves a
// single factor, and each factor is served by a single latent. The third reading, informativeness, is the accuracy of
// the predictors behind the matrix; the metric `dci` has it.
#include "teasel/metrics/dci_scores.hpp"

namespace teasel {
namespace {

struct DciAggregationOptions {
  std::string factor_weights = "importance";

  void describe(Fields& f) {
    f.field("factor_weights", factor_weights, "weights of the factors in completeness",
            one_of({"importance", "equal"}));
  }
};

class DciAggregation : public Aggregation {
 public:
  using Options = DciAggregationOptions;
  DciAggregation(Options options, const Setup&) : o_(std::move(options)) {}

  std::vector<NamedValue> aggregate(const ScoreMatrix& matrix) const override {
    const auto scores = dci_scores(matrix, o_.factor_weights == "equal");
    return {{"disentanglement", scores.disentanglement}, {"completeness", scores.completeness}};
  }

 private:
  Options o_;
};

TEASEL_REGISTER(Aggregation, DciAggregation, "disentanglement and completeness: entropies of rows and of columns");

}  // namespace
}  // namespace teasel
