#include "teasel/metrics/estimate.hpp"

#include <algorithm>
#include <cmath>

#include "teasel/stats/columns.hpp"
#include "teasel/stats/interval.hpp"

namespace teasel {
namespace {

constexpr int64_t fewest_rounds = 3;  // an interval from fewer says nothing
constexpr int64_t fewest_items = 8;   // halves of fewer are no sample

// Outputs of these values; `others` has a row of values for each further draw or left-out group, `scale` times whose
// sum of squares about their mean (or about `values`) is the variance of `values`.
std::vector<Score::Output> with_intervals(const std::vector<std::string>& names, const std::vector<double>& values,
                                          const std::vector<double>& others, int64_t rounds, double scale,
                                          HalvesAbout about = HalvesAbout::mean) {
  std::vector<Score::Output> outputs;
  const auto d = static_cast<int64_t>(names.size());
  const auto moments = rounds >= fewest_rounds ? column_moments(others, rounds, d) : ColumnMoments{};
  for (int64_t j = 0; j < d; ++j) {
    double half = 0;
    if (rounds >= fewest_rounds) {
      double squares = moments.variance[j] * static_cast<double>(rounds - 1);
      const double off = moments.mean[j] - values[j];
      if (about == HalvesAbout::value) squares += off * off * static_cast<double>(rounds);
      half = student_975(rounds - 1) * std::sqrt(scale * squares);
    }
    outputs.push_back({names[j], values[j], values[j] - half, values[j] + half});
  }
  return outputs;
}

// How the values of further draws become a variance: another draw varies as the first.
double scale_of_draws(int64_t rounds) { return 1 / static_cast<double>(rounds - 1); }
// The jackknife's: (g - 1) / g times the sum of squares.
double scale_of_groups(int64_t groups) { return static_cast<double>(groups - 1) / static_cast<double>(groups); }

// Random halves of n items: two differ by as much as n items from their expectation, but for the part that an odd item
// makes.
double scale_of_halves(int64_t n, int64_t rounds) {
  return static_cast<double>(n / 2) / static_cast<double>(n - n / 2) * scale_of_draws(rounds);
}

bool draws_again(Evidence& evidence, int64_t samples) {
  const CodeTable& table = evidence.table();
  return !evidence.split() && (table.sampled || (table.full_grid && samples > 0));
}

// The items outside of group `g` of `groups` random ones.
CodeTable without_group(const CodeTable& table, const std::vector<int64_t>& order, int64_t g, int64_t groups,
                        const Stream& stream) {
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < table.n; ++i)
    if (order[i] % groups != g) rows.push_back(i);
  return take_items(table, rows, stream);
}

// A random half of the items, in their order.
CodeTable half_of(const CodeTable& table, const Stream& stream) {
  auto rows = stream.permutation(table.n);
  rows.resize(table.n / 2);
  std::ranges::sort(rows);
  return take_items(table, rows, stream);
}

void append(std::vector<double>& to, const std::vector<double>& values) {
  to.insert(to.end(), values.begin(), values.end());
}

}  // namespace

Estimates estimate(Evidence& evidence, int64_t samples, const Stream& stream, const std::vector<std::string>& names,
                   const Estimator& estimator, int64_t rounds, HalvesAbout about) {
  Estimates out{{}, drawn(evidence, samples, stream)};
  const auto values = estimator(out.table);
  std::vector<double> others;
  if (draws_again(evidence, samples) && rounds >= fewest_rounds) {
    for (int64_t round = 0; round < rounds; ++round)
      append(others, estimator(drawn(evidence, samples, stream.named("again", round))));
    out.outputs = with_intervals(names, values, others, rounds, scale_of_draws(rounds));
    return out;
  }
  if (out.table.full_grid || out.table.n < fewest_items || rounds < fewest_rounds) {
    out.outputs = with_intervals(names, values, {}, 0, 0);
    return out;
  }
  for (int64_t round = 0; round < rounds; ++round)
    append(others, estimator(half_of(out.table, stream.named("half", round))));
  out.outputs = with_intervals(names, values, others, rounds, scale_of_halves(out.table.n, rounds), about);
  return out;
}

PairEstimates estimate(Evidence& evidence, int64_t train, int64_t test, const Stream& stream,
                       const std::vector<std::string>& names, const PairEstimator& estimator, int64_t rounds) {
  PairEstimates out{{}, train_test(evidence, train, test, stream)};
  const auto values = estimator(out.tables);
  std::vector<double> others;
  if (draws_again(evidence, train) && rounds >= fewest_rounds) {
    for (int64_t round = 0; round < rounds; ++round)
      append(others, estimator(train_test(evidence, train, test, stream.named("again", round))));
    out.outputs = with_intervals(names, values, others, rounds, scale_of_draws(rounds));
    return out;
  }
  const int64_t groups = std::min({rounds, out.tables.train.n, out.tables.test.n});
  if (groups < fewest_rounds) {
    out.outputs = with_intervals(names, values, {}, 0, 0);
    return out;
  }
  const auto train_order = stream.named("groups").permutation(out.tables.train.n),
             test_order = stream.named("test_groups").permutation(out.tables.test.n);
  for (int64_t g = 0; g < groups; ++g)
    append(others, estimator({without_group(out.tables.train, train_order, g, groups, stream),
                              without_group(out.tables.test, test_order, g, groups, stream)}));
  out.outputs = with_intervals(names, values, others, groups, scale_of_groups(groups));
  return out;
}

}  // namespace teasel
