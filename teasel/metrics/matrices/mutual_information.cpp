// Mutual information I(z_j; v_k) of every latent and factor, nats, from equal-width bins of the latents (the estimator
// of disentanglement_lib, Locatello et al. 2019; bins: stats/histogram.hpp). Plug-in estimates: independent variables
// come out too high by about (bins - 1)(classes - 1) / (2 N) (Miller 1955). Where values of a factor are not known, bins
// and information are those of the other items.
#include "teasel/metrics/matrix.hpp"
#include "teasel/stats/columns.hpp"
#include "teasel/stats/entropy.hpp"
#include "teasel/stats/histogram.hpp"

namespace teasel {
namespace {

struct InformationOptions {
  int64_t bins = 20;

  void describe(Fields& f) { f.field("bins", bins, "equal-width bins of every latent", between(2, 10000)); }
};

class MutualInformation : public MatrixSource {
 public:
  using Options = InformationOptions;
  MutualInformation(const Options& options, const Setup&) : o_(options) {}

  bool trains() const override { return false; }
  ScoreMatrix compute(const TrainTest& tables, uint64_t) const override {
    const CodeTable& table = tables.train;
    ScoreMatrix out = empty_matrix(table);
    std::vector<std::vector<int32_t>> bins_of_all(table.d);
    for (const auto k : out.used) {
      const auto known = labelled(table, k);
      for (int64_t j = 0; j < table.d; ++j) {
        auto& bins = bins_of_all[j];
        const bool all = known.n == table.n;
        if (!all || bins.empty()) {
          const auto codes = column(known.z, known.n, table.d, j);
          auto labels = bin_labels(codes, equal_width_edges(codes, o_.bins));
          if (!all) {
            out.values[j * table.k + k] = information(labels, known);
            continue;
          }
          bins = std::move(labels);
        }
        out.values[j * table.k + k] = information(bins, known);
      }
    }
    return out;
  }

 private:
  double information(const std::vector<int32_t>& bins, const Labelled& known) const {
    return mutual_information(contingency(bins, o_.bins, known.labels, known.classes), o_.bins, known.classes);
  }

  Options o_;
};

TEASEL_REGISTER(MatrixSource, MutualInformation, "mutual information of latents and factors, from histograms");

}  // namespace
}  // namespace teasel
