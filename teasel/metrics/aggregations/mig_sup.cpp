// The gap of MIG-sup (Li et al. 2020, "Progressive learning and disentanglement of hierarchical representations",
// section 4): entries as shares of the factors' entropies; by how much the two greatest of every latent differ; the
// mean over latents. It is to latents what the gap of `mig` is to factors.
#include <cmath>

#include "teasel/metrics/matrix.hpp"

namespace teasel {
namespace {

struct MigSupOptions {
  bool normalise = true;

  void describe(Fields& f) { f.field("normalise", normalise, "entries are divided by the factors' entropies first"); }
};

class MigSup : public Aggregation {
 public:
  using Options = MigSupOptions;
  MigSup(const Options& options, const Setup&) : o_(options) {}

  std::vector<NamedValue> aggregate(const ScoreMatrix& matrix) const override {
    if (matrix.used.size() < 2) return {{"", std::nan("")}};
    double mean = 0;
    for (const double gap : gaps_of(matrix)) mean += gap / static_cast<double>(matrix.latents);
    return {{"", mean}};
  }
  Parts parts(const ScoreMatrix& matrix) const override { return {{"gap_of_latent", gaps_of(matrix)}}; }

 private:
  std::vector<double> gaps_of(const ScoreMatrix& matrix) const {
    std::vector<double> out(matrix.latents);
    for (int64_t j = 0; j < matrix.latents; ++j) {
      std::vector<double> shares;
      for (const auto k : matrix.used) shares.push_back(matrix.at(j, k) / (o_.normalise ? matrix.entropy[k] : 1));
      const auto top = top_two(shares);
      out[j] = top.first - top.second;
    }
    return out;
  }

  Options o_;
};

TEASEL_REGISTER(Aggregation, MigSup, "gap of the two factors that a latent has most to do with; mean over latents");

}  // namespace
}  // namespace teasel
