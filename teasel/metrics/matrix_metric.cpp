#include "teasel/metrics/matrix_metric.hpp"

#include <cmath>
#include <optional>
#include <utility>

#include "teasel/metrics/estimate.hpp"

namespace teasel {

namespace {

bool asks_for_both(const Value& options) { return options.text_at("estimator") == "both"; }

// The options with one estimator, where they ask for two.
Value with_estimator(Value options, const char* estimator) {
  if (asks_for_both(options)) options.set("estimator", estimator);
  return options;
}

}  // namespace

MatrixMetric::MatrixMetric(std::string name, int64_t samples, const std::string& matrix, const Value& matrix_options,
                           const std::string& aggregation, const Value& aggregation_options)
    : name_(std::move(name)),
      matrix_name_(matrix),
      samples_(samples),
      matrix_(Registry<MatrixSource>::get().make(matrix, with_estimator(matrix_options, "plug_in"), {})),
      aggregation_(Registry<Aggregation>::get().make(aggregation, aggregation_options, {})) {
  if (asks_for_both(matrix_options))
    corrected_ = Registry<MatrixSource>::get().make(matrix, with_estimator(matrix_options, "auto"), {});
}

Score MatrixMetric::compute(Evidence& evidence, uint64_t seed) const {
  std::optional<ScoreMatrix> of_all;  // the first matrix that is made is that of the score itself
  const auto values_of = [&](const CodeTable& items) {
    auto matrix = matrix_->compute({items, {}}, seed);
    std::vector<double> out;
    for (auto& value : aggregation_->aggregate(matrix)) out.push_back(value.value);
    if (!of_all) of_all = std::move(matrix);
    if (corrected_)
      for (auto& value : aggregation_->aggregate(corrected_->compute({items, {}}, seed))) out.push_back(value.value);
    return out;
  };
  std::vector<std::string> names;
  for (auto& value : aggregation_->aggregate(ScoreMatrix{}))
    names.push_back(value.name.empty() ? name_ : name_ + "." + value.name);
  for (size_t i = 0, count = corrected_ ? names.size() : 0; i < count; ++i) names.push_back(names[i] + ".corrected");

  auto estimates = estimate(evidence, samples_, Stream(seed, name_), names, values_of);
  if (of_all->used.empty())
    throw Error(name_ + " needs a factor of which at least two values occur, and these codes have none",
                "Factors that are constant, nuisances, or continuous where a metric counts classes are left out.");
  for (auto& output : estimates.outputs)
    if (std::isnan(output.value))
      throw Error(output.name + " compares at least two latents or two factors, and these codes have one");

  Score score;
  score.outputs = std::move(estimates.outputs);
  score.detail = aggregation_->parts(*of_all);
  put_matrix(score, matrix_name_, *of_all);
  score.samples = estimates.table.n;
  return score;
}

}  // namespace teasel
