#include "teasel/metrics/random_groups.hpp"

#include <algorithm>
#include <cmath>

#include "teasel/stats/columns.hpp"
#include "teasel/stats/interval.hpp"

namespace teasel {
namespace {

constexpr int64_t fewest_groups = 3, fewest_to_train = 100, fewest_to_test = 10;

CodeTable group_of(const CodeTable& table, const std::vector<int64_t>& order, int64_t g, int64_t groups,
                   const Stream& stream) {
  std::vector<int64_t> rows;
  for (int64_t i = g; i < table.n; i += groups) rows.push_back(order[i]);
  return take_items(table, rows, stream);
}

}  // namespace

PairEstimates estimate_by_groups(Evidence& evidence, int64_t train, int64_t test, const Stream& stream,
                                 const std::vector<std::string>& names, const PairEstimator& estimator,
                                 int64_t groups) {
  PairEstimates out{{}, train_test(evidence, train, test, stream)};
  const auto values = estimator(out.tables);
  for (size_t j = 0; j < names.size(); ++j) out.outputs.push_back({names[j], values[j], values[j], values[j]});
  const int64_t used = std::min({groups, out.tables.train.n / fewest_to_train, out.tables.test.n / fewest_to_test});
  if (used < fewest_groups) return out;
  const auto train_order = stream.named("groups").permutation(out.tables.train.n),
             test_order = stream.named("test_groups").permutation(out.tables.test.n);
  std::vector<double> others;
  for (int64_t g = 0; g < used; ++g) {
    const auto of_group = estimator({group_of(out.tables.train, train_order, g, used, stream),
                                     group_of(out.tables.test, test_order, g, used, stream)});
    others.insert(others.end(), of_group.begin(), of_group.end());
  }
  if (!std::ranges::all_of(others, [](double value) { return std::isfinite(value); })) return out;
  const auto moments = column_moments(others, used, static_cast<int64_t>(names.size()));
  for (size_t j = 0; j < names.size(); ++j) {
    const double half = student_975(used - 1) * std::sqrt(moments.variance[j] / static_cast<double>(used));
    out.outputs[j].low -= half;
    out.outputs[j].high += half;
  }
  return out;
}

}  // namespace teasel
