// The gap of the separated attribute predictability (Kumar et al. 2018, "Variational inference of disentangled latent
// concepts", section 3): by how much the two greatest entries of every factor differ; the mean over factors.
#include <cmath>

#include "teasel/metrics/matrix.hpp"

namespace teasel {
namespace {

class Sap : public Aggregation {
 public:
  using Options = NoOptions;
  Sap(const Options&, const Setup&) {}

  std::vector<NamedValue> aggregate(const ScoreMatrix& matrix) const override {
    if (matrix.latents < 2 || matrix.used.empty()) return {{"", std::nan("")}};
    const auto gaps = gaps_of(matrix);
    double mean = 0;
    for (const auto k : matrix.used) mean += gaps[k] / static_cast<double>(matrix.used.size());
    return {{"", mean}};
  }
  Parts parts(const ScoreMatrix& matrix) const override { return {{"gap", gaps_of(matrix)}}; }

 private:
  static std::vector<double> gaps_of(const ScoreMatrix& matrix) {
    std::vector<double> out(matrix.factors);
    for (const auto k : matrix.used) {
      const auto top = top_two(matrix.column(k));
      out[k] = top.first - top.second;
    }
    return out;
  }
};

TEASEL_REGISTER(Aggregation, Sap, "gap of the two greatest entries of a factor; mean over factors");

}  // namespace
}  // namespace teasel
