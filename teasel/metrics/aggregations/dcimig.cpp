// DCIMIG, also called 3CharM (Sepliarskaia et al. 2019, "Evaluating disentangled representations", section 4): every
// latent stands for the factor it has most to do with, by as much as that entry is above its next; every factor takes
// the best latent that stands for it; the sum over factors, as a share of the sum of their entropies.
#include <algorithm>
#include <cmath>

#include "teasel/metrics/matrix.hpp"

namespace teasel {
namespace {

class Dcimig : public Aggregation {
 public:
  using Options = NoOptions;
  Dcimig(const Options&, const Setup&) {}

  std::vector<NamedValue> aggregate(const ScoreMatrix& matrix) const override {
    if (matrix.used.size() < 2) return {{"", std::nan("")}};
    const auto gaps = gaps_of(matrix);
    double sum = 0, entropy = 0;
    for (const auto k : matrix.used) {
      sum += gaps[k];
      entropy += matrix.entropy[k];
    }
    return {{"", sum / entropy}};
  }
  Parts parts(const ScoreMatrix& matrix) const override { return {{"gap", gaps_of(matrix)}}; }

 private:
  static std::vector<double> gaps_of(const ScoreMatrix& matrix) {
    std::vector<double> out(matrix.factors);
    for (int64_t j = 0; j < matrix.latents; ++j) {
      const auto row = matrix.row(j);
      const auto best = matrix.used[std::ranges::max_element(row) - row.begin()];
      const auto top = top_two(row);
      out[best] = std::max(out[best], top.first - top.second);
    }
    return out;
  }
};

TEASEL_REGISTER(Aggregation, Dcimig, "best gap of the latents that stand for a factor, over the factors' entropies");

}  // namespace
}  // namespace teasel
