// Mutual information I(z_j; v_k) of every latent and factor, nats, from distances to nearest neighbours (Ross 2014): no
// bins, so nothing depends on their number or on outliers. The estimator is that of scikit-learn's mutual_info_classif
// (stats/nearest.hpp), with noise of 1e-10 against ties. Estimates of independent variables scatter about 0 and are cut
// off below. Latents of one vector-valued unit make a single row of the matrix: a unit's information is that of all its
// columns together, by the greatest coordinate difference.
#include <algorithm>

#include "teasel/metrics/matrix.hpp"
#include "teasel/stats/columns.hpp"
#include "teasel/stats/nearest.hpp"

namespace teasel {
namespace {

struct NeighbourOptions {
  int64_t neighbours = 3;

  void describe(Fields& f) {
    f.field("neighbours", neighbours, "the neighbour within the class whose distance is taken", between(1, 1000));
  }
};

class KnnInformation : public MatrixSource {
 public:
  using Options = NeighbourOptions;
  KnnInformation(const Options& options, const Setup&) : o_(options) {}

  bool trains() const override { return false; }
  ScoreMatrix compute(const TrainTest& tables, uint64_t seed) const override {
    const CodeTable& table = tables.train;
    ScoreMatrix out = empty_matrix(table);
    const auto units = columns_of_units(table);
    out.latents = static_cast<int64_t>(units.size());
    out.values.assign(out.latents * out.factors, 0);
    for (const auto k : out.used) {
      const auto known = labelled(table, k);
#pragma omp parallel for schedule(dynamic)
      for (int64_t u = 0; u < out.latents; ++u) {
        const auto width = static_cast<int64_t>(units[u].size());
        std::vector<double> points(known.n * width);
        for (int64_t c = 0; c < width; ++c) {
          const auto jitter = jittered(column(known.z, known.n, table.d, units[u][c]), seed + units[u][c]);
          for (int64_t i = 0; i < known.n; ++i) points[i * width + c] = jitter[i];
        }
        out.values[u * out.factors + k] = nearest_information(points, width, known.labels, o_.neighbours);
      }
    }
    return out;
  }

 private:
  static std::vector<std::vector<int64_t>> columns_of_units(const CodeTable& table) {
    std::vector<std::vector<int64_t>> out;
    for (int64_t j = 0; j < table.d; ++j) {
      const size_t unit = table.unit.empty() ? j : table.unit[j];
      if (out.size() <= unit) out.resize(unit + 1);
      out[unit].push_back(j);
    }
    std::erase_if(out, [](auto& columns) { return columns.empty(); });
    return out;
  }

  Options o_;
};

TEASEL_REGISTER(MatrixSource, KnnInformation, "mutual information of latents and factors, from nearest neighbours");

}  // namespace
}  // namespace teasel
