#include "teasel/metrics/importance.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "teasel/stats/interval.hpp"
#include "teasel/stats/logistic_regression.hpp"

namespace teasel {

ScoreMatrix importance_matrix(const TrainTest& tables,
                              const std::function<FactorFit(const LabelledParts& parts, int64_t factor)>& fit) {
  ScoreMatrix out = empty_matrix(tables.train);
  out.accuracy.assign(out.factors, 0);
  out.accuracy_train.assign(out.factors, 0);
  for (const auto k : out.used) {
    const auto parts = labelled(tables, k);
    const FactorFit found = fit(parts, k);
    for (int64_t j = 0; j < out.latents; ++j) out.values[j * out.factors + k] = found.importance[j];
    out.accuracy[k] = parts.test.n > 0 ? found.accuracy : 0;
    out.accuracy_train[k] = found.accuracy_train;
  }
  return out;
}

Score::Output Accuracies::output(std::string name) const {
  const double half = normal_975 * error;
  return {std::move(name), mean, mean - half, mean + half};
}

// Factors share their items, so an item's part in the error of the mean is the sum over factors of what it adds.
Accuracies test_accuracies(
    const TrainTest& tables, std::span<const int64_t> factors,
    const std::function<std::vector<int32_t>(const LabelledParts& parts, int64_t factor)>& predict) {
  const auto count = static_cast<double>(factors.size());
  Accuracies out{.by_factor = std::vector<double>(tables.train.k)};
  std::vector<double> adds(tables.test.n);
  for (const auto k : factors) {
    const auto parts = labelled(tables, k);
    if (parts.train.n == 0 || parts.test.n == 0) continue;
    const auto predicted = predict(parts, k);
    const double share = out.by_factor[k] = accuracy(predicted, parts.test.labels);
    out.mean += share / count;
    out.least = std::min(out.least, share);
    const auto known = class_labels(tables.test, k);
    for (int64_t i = 0, at = 0; i < tables.test.n; ++i) {
      if (known[i] < 0) continue;
      const double right = predicted[at] == parts.test.labels[at] ? 1 : 0;
      adds[i] += (right - share) / (count * static_cast<double>(parts.test.n));
      ++at;
    }
  }
  for (const double add : adds) out.error += add * add;
  out.error = std::sqrt(out.error);
  return out;
}

}  // namespace teasel
