// A metric from outside the library: the part of each factor's variance that its best single latent explains linearly.
#include <algorithm>

#include "teasel/metrics/metric.hpp"

namespace example {

using namespace teasel;

class ExplainedVariance : public Metric {
 public:
  using Options = NoOptions;
  ExplainedVariance(const Options&, const Setup&) {}

  Expected expected() const override { return {.perfect = 1, .noise = 0.1}; }
  Needs needs() const override { return {}; }

  Score compute(Evidence& evidence, uint64_t) const override {
    const CodeTable& table = evidence.table();
    double sum = 0;
    for (int64_t k = 0; k < table.k; ++k) {
      double best = 0;
      for (int64_t d = 0; d < table.d; ++d) best = std::max(best, explained(table, d, k));
      sum += best;
    }
    const double mean = sum / static_cast<double>(table.k);
    Score score;
    score.outputs = {{"explained_variance", mean, mean, mean}};
    score.samples = table.n;
    return score;
  }

 private:
  static double explained(const CodeTable& table, int64_t d, int64_t k) {
    double z = 0, y = 0, zz = 0, yy = 0, zy = 0;
    const auto n = static_cast<double>(table.n);
    for (int64_t i = 0; i < table.n; ++i) {
      const double a = table.z[static_cast<size_t>(i * table.d + d)], b = table.y[static_cast<size_t>(i * table.k + k)];
      z += a / n, y += b / n, zz += a * a / n, yy += b * b / n, zy += a * b / n;
    }
    const double covariance = zy - z * y, scale = (zz - z * z) * (yy - y * y);
    return scale > 0 ? covariance * covariance / scale : 0;
  }
};

TEASEL_REGISTER(Metric, ExplainedVariance, "variance of each factor that its best latent explains");

}  // namespace example
