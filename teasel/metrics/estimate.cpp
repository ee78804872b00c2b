#include "teasel/metrics/estimate.hpp"

#include <algorithm>
#include <cmath>

#include "teasel/stats/columns.hpp"
#include "teasel/stats/interval.hpp"

namespace teasel {
namespace {

constexpr int64_t fewest_rounds = 3;  // an interval from fewer says nothing
constexpr int64_t fewest_items = 8;   // halves of fewer are no sample
constexpr int64_t many_rounds = 15;   // from here on it is told how fast the variance falls
constexpr int64_t fewest_in_a_quarter = 32;

// Outputs of these values, each the middle of an interval: Student's t times the root of its variance.
std::vector<Score::Output> with_intervals(const std::vector<std::string>& names, const std::vector<double>& values,
                                          const std::vector<double>& variances, int64_t degrees) {
  std::vector<Score::Output> outputs;
  for (size_t j = 0; j < names.size(); ++j) {
    const double half = variances.empty() ? 0 : student_975(degrees) * std::sqrt(variances[j]);
    outputs.push_back({names[j], values[j], values[j] - half, values[j] + half});
  }
  return outputs;
}

// `scale` times the sum of squares about their mean of each column of `rows` rows.
std::vector<double> scaled_squares(const std::vector<double>& others, int64_t rows, size_t columns, double scale) {
  auto squares = column_moments(others, rows, static_cast<int64_t>(columns)).variance;
  for (double& s : squares) s *= static_cast<double>(rows - 1) * scale;
  return squares;
}

// How the values of further draws become a variance: another draw varies as the first.
double scale_of_draws(int64_t rounds) { return 1 / static_cast<double>(rounds - 1); }
// The jackknife's: (g - 1) / g times the sum of squares.
double scale_of_groups(int64_t groups) { return static_cast<double>(groups - 1) / static_cast<double>(groups); }

bool draws_again(Evidence& evidence, int64_t samples) {
  const CodeTable& table = evidence.table();
  return !evidence.split() && table.full_grid && (table.sampled || samples > 0);
}

// The items outside of group `g` of `groups` random ones.
CodeTable without_group(const CodeTable& table, const std::vector<int64_t>& order, int64_t g, int64_t groups,
                        const Stream& stream) {
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < table.n; ++i)
    if (order[i] % groups != g) rows.push_back(i);
  return take_items(table, rows, stream);
}

void append(std::vector<double>& to, const std::vector<double>& values) {
  to.insert(to.end(), values.begin(), values.end());
}

// Random cuts of a table into quarters, two of which are a half.
class Cuts {
 public:
  Cuts(const CodeTable& table, const Stream& stream, const Estimator& estimator, size_t outputs)
      : table_(table), stream_(stream), estimator_(estimator), outputs_(outputs) {}

  // Adds to `sums` the variance of the values on the parts of cut number `cut`, which have no item in common.
  void add(int64_t cut, int64_t parts, std::vector<double>& sums) const {
    const auto order = stream_.named("cut", cut).permutation(table_.n);
    std::vector<double> values;
    const int64_t size = table_.n / parts;
    for (int64_t part = 0; part < parts; ++part) {
      std::vector<int64_t> rows(order.begin() + part * size, order.begin() + (part + 1) * size);
      std::ranges::sort(rows);
      append(values, estimator_(take_items(table_, rows, stream_)));
    }
    const auto moments = column_moments(values, parts, static_cast<int64_t>(outputs_));
    for (size_t j = 0; j < outputs_; ++j) sums[j] += moments.variance[j];
  }

 private:
  const CodeTable& table_;
  const Stream& stream_;
  const Estimator& estimator_;
  size_t outputs_;
};

struct Variances {
  std::vector<double> of_outputs;
  int64_t degrees = 0;  // of freedom
};

// What the estimator varies by on tables as large as this one, from its parts (see `estimate`).
Variances variances_from_parts(const CodeTable& table, const Stream& stream, const Estimator& estimator, size_t outputs,
                               int64_t rounds, double least_share) {
  const bool told = rounds >= many_rounds && table.n >= 4 * fewest_in_a_quarter;
  const Cuts parts(table, stream, estimator, outputs);
  std::vector<double> on_halves(outputs), on_quarters(outputs);
  for (int64_t cut = 0; cut < rounds; ++cut) {
    parts.add(cut, 2, on_halves);
    if (told) parts.add(cut, 4, on_quarters);
  }
  Variances out;
  for (size_t j = 0; j < outputs; ++j) {
    const auto count = static_cast<double>(rounds);
    out.of_outputs.push_back(told ? extrapolated_variance(on_halves[j] / count, on_quarters[j] / count, least_share)
                                  : on_halves[j] / count / 2);
  }
  // A square over a quotient varies three times as much as what is squared.
  out.degrees = told ? rounds / 3 : rounds;
  return out;
}

}  // namespace

Estimates estimate(Evidence& evidence, int64_t samples, const Stream& stream, const std::vector<std::string>& names,
                   const Estimator& estimator, int64_t rounds, double least_share) {
  Estimates out{{}, drawn(evidence, samples, stream)};
  const auto values = estimator(out.table);
  if (draws_again(evidence, samples) && rounds >= fewest_rounds) {
    std::vector<double> others;
    for (int64_t round = 0; round < rounds; ++round)
      append(others, estimator(drawn(evidence, samples, stream.named("again", round))));
    out.outputs =
        with_intervals(names, values, scaled_squares(others, rounds, names.size(), scale_of_draws(rounds)), rounds - 1);
    return out;
  }
  if (out.table.full_grid || out.table.n < fewest_items || rounds < fewest_rounds) {
    out.outputs = with_intervals(names, values, {}, 0);
    return out;
  }
  const auto variances = variances_from_parts(out.table, stream, estimator, names.size(), rounds, least_share);
  out.outputs = with_intervals(names, values, variances.of_outputs, variances.degrees);
  return out;
}

PairEstimates estimate(Evidence& evidence, int64_t train, int64_t test, const Stream& stream,
                       const std::vector<std::string>& names, const PairEstimator& estimator, int64_t rounds) {
  PairEstimates out{{}, train_test(evidence, train, test, stream)};
  const auto values = estimator(out.tables);
  std::vector<double> others;
  const auto finish = [&](int64_t rows, double scale) {
    out.outputs = with_intervals(names, values, scaled_squares(others, rows, names.size(), scale), rows - 1);
    return out;
  };
  if (draws_again(evidence, train) && rounds >= fewest_rounds) {
    for (int64_t round = 0; round < rounds; ++round)
      append(others, estimator(train_test(evidence, train, test, stream.named("again", round))));
    return finish(rounds, scale_of_draws(rounds));
  }
  const int64_t groups = std::min({rounds, out.tables.train.n, out.tables.test.n});
  if (groups < fewest_rounds) {
    out.outputs = with_intervals(names, values, {}, 0);
    return out;
  }
  const auto train_order = stream.named("groups").permutation(out.tables.train.n),
             test_order = stream.named("test_groups").permutation(out.tables.test.n);
  for (int64_t g = 0; g < groups; ++g)
    append(others, estimator({without_group(out.tables.train, train_order, g, groups, stream),
                              without_group(out.tables.test, test_order, g, groups, stream)}));
  return finish(groups, scale_of_groups(groups));
}

}  // namespace teasel
