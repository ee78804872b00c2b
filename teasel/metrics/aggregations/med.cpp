// MED and Top-k MED (Cao et al. 2022, "An empirical study on disentanglement of negative-free contrastive learning"),
// for any matrix: entries as shares of their factor's sum over latents, and of these what `dci` reads off importances.
// With `top` > 0 the same once more of chosen latents alone: of each factor the `top` that mix factors least, where a
// latent belongs to the factor of its greatest share.
#include <algorithm>
#include <functional>

#include "teasel/metrics/dci_scores.hpp"
#include "teasel/stats/columns.hpp"

namespace teasel {
namespace {

struct MedOptions {
  int64_t top = 0;

  void describe(Fields& f) {
    f.field("top", top, "latents of each factor that are scored by themselves as well; 0: none", at_least(0));
  }
};

class Med : public Aggregation {
 public:
  using Options = MedOptions;
  Med(const Options& options, const Setup&) : o_(options) {}

  std::vector<NamedValue> aggregate(const ScoreMatrix& matrix) const override {
    const auto shares = shares_of(matrix);
    const auto all = dci_scores(shares, false);
    std::vector<NamedValue> out{{"disentanglement", all.disentanglement}, {"completeness", all.completeness}};
    if (o_.top == 0) return out;
    const auto kept = chosen(shares, all.by_latent);
    const auto top = dci_scores(rows_of(shares, kept), false);
    out.push_back({"top_disentanglement", top.disentanglement});
    // One latent among many that were there to choose from: the factors share it, which is the worst there is.
    out.push_back({"top_completeness", kept.size() == 1 && shares.latents > 1 ? 0 : top.completeness});
    return out;
  }
  Parts parts(const ScoreMatrix& matrix) const override {
    const auto shares = shares_of(matrix);
    const auto scores = dci_scores(shares, false);
    Parts out{{"shares", shares.values}, {"disentanglement", scores.by_latent}, {"completeness", scores.by_factor}};
    if (o_.top == 0) return out;
    out["chosen"].assign(shares.latents, 0);
    for (const auto j : chosen(shares, scores.by_latent)) out["chosen"][j] = 1;
    return out;
  }

 private:
  static ScoreMatrix shares_of(ScoreMatrix matrix) {
    for (const auto k : matrix.used) {
      double sum = 0;
      for (const double entry : matrix.column(k)) sum += entry;
      for (int64_t j = 0; j < matrix.latents && sum > 0; ++j) matrix.values[j * matrix.factors + k] /= sum;
    }
    return matrix;
  }
  std::vector<int64_t> chosen(const ScoreMatrix& shares, const std::vector<double>& disentanglement) const {
    std::vector<std::vector<int64_t>> of_factor(shares.used.size());
    for (int64_t j = 0; j < shares.latents && !shares.used.empty(); ++j) {
      const auto row = shares.row(j);
      of_factor[std::ranges::max_element(row) - row.begin()].push_back(j);
    }
    std::vector<int64_t> kept;
    for (auto& latents : of_factor) {
      std::ranges::stable_sort(latents, std::greater(), [&](int64_t j) { return disentanglement[j]; });
      latents.resize(std::min<size_t>(latents.size(), o_.top));
      kept.insert(kept.end(), latents.begin(), latents.end());
    }
    return kept;
  }
  static ScoreMatrix rows_of(const ScoreMatrix& matrix, const std::vector<int64_t>& rows) {
    ScoreMatrix out = matrix;
    out.latents = static_cast<int64_t>(rows.size());
    out.values = take_rows(matrix.values, matrix.factors, rows);
    return out;
  }

  Options o_;
};

TEASEL_REGISTER(Aggregation, Med, "disentanglement and completeness of a factor's shares, as of importances");

}  // namespace
}  // namespace teasel
