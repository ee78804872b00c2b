// Scores that are an aggregation of a matrix which nothing has to be trained for (mig, modularity, ...).
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "teasel/metrics/matrix.hpp"
#include "teasel/metrics/metric.hpp"

namespace teasel {

class MatrixMetric : public Metric {
 public:
  Needs needs() const override { return {}; }
  // Outputs as the aggregation names them, after the metric's name; where two estimators were asked for (`both`), those
  // of the second once more as NAME.corrected. detail: the matrix, under its own name, [latents,
  // factors]; the parts of the aggregation; entropy [factors] (nats, where there are any); factors_used (factor
  // numbers).
  Score compute(Evidence& evidence, uint64_t seed) const override;

 protected:
  // `name`: the metric. `samples`: items that are drawn (0: every item once).
  MatrixMetric(std::string name, int64_t samples, const std::string& matrix, const Value& matrix_options,
               const std::string& aggregation, const Value& aggregation_options = {});

 private:
  std::string name_, matrix_name_;
  int64_t samples_;
  std::unique_ptr<MatrixSource> matrix_, corrected_;  // the second is perhaps none
  std::unique_ptr<Aggregation> aggregation_;
};

}  // namespace teasel
