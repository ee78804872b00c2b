// The gap of the mutual information gap (Chen et al. 2018, equation 6), for any matrix: of every factor its two greatest
// entries differ by how much, as a share of the factor's entropy; the mean over factors. For a matrix that is not in
// nats, `sap` takes the gap as it is.
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
    double mean = 0;
    for (const auto k : matrix.used) {
      double first = 0, second = 0;
      for (int64_t j = 0; j < matrix.latents; ++j) {
        second = std::max(second, std::min(first, matrix.at(j, k)));
        first = std::max(first, matrix.at(j, k));
      }
      mean += (first - second) / matrix.entropy[k] / static_cast<double>(matrix.used.size());
    }
    return {{"", mean}};
  }
};

TEASEL_REGISTER(Aggregation, Mig, "gap of the two greatest entries of a factor, over its entropy; mean over factors");

}  // namespace
}  // namespace teasel
