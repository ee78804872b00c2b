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
    return {{"", mean_over_factors(matrix, top_gaps(matrix))}};
  }
  Parts parts(const ScoreMatrix& matrix) const override { return {{"gap", top_gaps(matrix)}}; }
};

TEASEL_REGISTER(Aggregation, Sap, "gap of the two greatest entries of a factor; mean over factors");

}  // namespace
}  // namespace teasel
