// The gap of the mutual information gap (Chen et al. 2018, "Isolating sources of disentanglement", equation 6), for any
// matrix: by how much the two greatest entries of every factor differ, as a share of the factor's entropy; the mean
// over factors. For a matrix that is not in nats, `sap` takes the gap as it is.
#include <algorithm>
#include <cmath>

#include "teasel/metrics/matrix.hpp"

namespace teasel {
namespace {

class Mig : public Aggregation {
 public:
  using Options = NoOptions;
  Mig(const Options&, const Setup&) {}

  std::vector<NamedValue> aggregate(const ScoreMatrix& matrix) const override {
    if (matrix.latents < 2 || matrix.used.empty()) return {{"", std::nan("")}};
    return {{"", mean_over_factors(matrix, gaps_of(matrix))}};
  }
  Parts parts(const ScoreMatrix& matrix) const override { return {{"gap", gaps_of(matrix)}}; }

 private:
  static std::vector<double> gaps_of(const ScoreMatrix& matrix) {
    auto out = top_gaps(matrix);
    for (const auto k : matrix.used) out[k] /= matrix.entropy[k];
    return out;
  }
};

TEASEL_REGISTER(Aggregation, Mig, "gap of the two greatest entries of a factor, over its entropy; mean over factors");

}  // namespace
}  // namespace teasel
