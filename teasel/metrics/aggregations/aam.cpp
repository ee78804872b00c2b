// Axis alignment (the code of disentangling-vae, Dubois et al. 2019), for any matrix: of every factor the greatest
// entry less the sum of all others, as a share of it, at least 0; the mean over factors. A factor whose column is 0
// counts as 0.
#include <algorithm>
#include <cmath>

#include "teasel/metrics/matrix.hpp"

namespace teasel {
namespace {

class Aam : public Aggregation {
 public:
  using Options = NoOptions;
  Aam(const Options&, const Setup&) {}

  std::vector<NamedValue> aggregate(const ScoreMatrix& matrix) const override {
    if (matrix.latents < 2 || matrix.used.empty()) return {{"", std::nan("")}};
    return {{"", mean_over_factors(matrix, of_factors(matrix))}};
  }
  Parts parts(const ScoreMatrix& matrix) const override { return {{"alignment", of_factors(matrix)}}; }

 private:
  static std::vector<double> of_factors(const ScoreMatrix& matrix) {
    std::vector<double> out(matrix.factors);
    for (const auto k : matrix.used) {
      double sum = 0, greatest = 0;
      for (const double entry : matrix.column(k)) {
        sum += entry;
        greatest = std::max(greatest, entry);
      }
      out[k] = greatest > 0 ? std::max(0.0, 2 * greatest - sum) / greatest : 0;
    }
    return out;
  }
};

TEASEL_REGISTER(Aggregation, Aam, "greatest entry of a factor less all others, as a share of it; mean over factors");

}  // namespace
}  // namespace teasel
