// Modularity (Ridgeway and Mozer 2018, "Learning deep disentangled embeddings with the F-statistic loss", section 3),
// for any matrix: 1 - sum_{k != k*} m_jk^2 / (m_jk*^2 (K - 1)) of every latent j, where k* is the factor it has most to
// do with; the mean over all latents. A latent whose row is 0 counts as 0.
#include <algorithm>
#include <cmath>

#include "teasel/metrics/matrix.hpp"

namespace teasel {
namespace {

class Modularity : public Aggregation {
 public:
  using Options = NoOptions;
  Modularity(const Options&, const Setup&) {}

  std::vector<NamedValue> aggregate(const ScoreMatrix& matrix) const override {
    if (matrix.used.size() < 2) return {{"", std::nan("")}};
    double mean = 0;
    for (const double value : of_latents(matrix)) mean += value / static_cast<double>(matrix.latents);
    return {{"", mean}};
  }
  Parts parts(const ScoreMatrix& matrix) const override { return {{"modularity_of_latent", of_latents(matrix)}}; }

 private:
  static std::vector<double> of_latents(const ScoreMatrix& matrix) {
    std::vector<double> out(matrix.latents);
    for (int64_t j = 0; j < matrix.latents; ++j) {
      double squares = 0, greatest = 0;
      for (const double entry : matrix.row(j)) {
        squares += entry * entry;
        greatest = std::max(greatest, entry * entry);
      }
      const double others = static_cast<double>(matrix.used.size()) - 1;
      out[j] = greatest > 0 ? 1 - (squares - greatest) / (greatest * others) : 0;
    }
    return out;
  }
};

TEASEL_REGISTER(Aggregation, Modularity, "how far every latent has to do with one factor alone; mean over latents");

}  // namespace
}  // namespace teasel
