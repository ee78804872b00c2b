// Absolute correlation of every latent and factor, 0 to 1: Pearson's or Spearman's, or their squares (what a linear
// predictor from one latent explains). Cyclic factors, which come back to where they began, are correlated as angles
// instead: with their cosine and sine at once (Mardia 1976). Continuous factors take part; categorical ones do with
// their class numbers, which have no order. Where values of a factor are not known, the other items count.
#include <cmath>

#include "teasel/metrics/correlations.hpp"
#include "teasel/metrics/matrix.hpp"

namespace teasel {
namespace {

struct CorrelationOptions {
  std::string kind = "pearson";
  bool squared = false, cyclic = true;

  void describe(Fields& f) {
    f.field("kind", kind, "of numbers, or of ranks", one_of({"pearson", "spearman"}));
    f.field("squared", squared, "the share of variance explained instead of the correlation");
    f.field("cyclic", cyclic, "correlate cyclic factors as angles; else as the numbers they are");
  }
};

class Correlation : public MatrixSource {
 public:
  using Options = CorrelationOptions;
  Correlation(const Options& options, const Setup&) : o_(options) {}

  bool trains() const override { return false; }
  ScoreMatrix compute(const TrainTest& tables, uint64_t) const override {
    const CodeTable& table = tables.train;
    ScoreMatrix out = empty_matrix(table);
    out.used = varying_factors(table);
    out.values = correlations(table, out.used, o_.kind == "spearman", o_.cyclic);
    for (auto& value : out.values) value = o_.squared ? value * value : std::abs(value);
    return out;
  }

 private:
  Options o_;
};

TEASEL_REGISTER(MatrixSource, Correlation, "absolute correlations of latents and factors, cyclic factors as angles");

}  // namespace
}  // namespace teasel
