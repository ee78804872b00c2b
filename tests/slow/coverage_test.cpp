// Intervals of 95 % hold the expected score in 92 to 98 % of repetitions, for every score that is computed from
// histograms, correlations and votes: under draws from a full grid, on tables of other items, and on votes. Codes are
// clear, noisy, or so blurred that gaps nearly close.
//
// 300 repetitions tell a share of .92 to a standard error of .016 and one of .98 to .008; two of these are allowed for.
// The expected score is the mean of the repetitions, which moves shares by less than .001. Seeds are fixed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numbers>
#include <string>
#include <vector>

#include "teasel/core/random.hpp"
#include "teasel/metrics/metric.hpp"

namespace teasel {
namespace {

constexpr int repetitions = 300;
constexpr double low_share = 0.92 - 2 * 0.016, high_share = 0.98 + 2 * 0.008;
constexpr int64_t items = 1200;

struct Case {
  std::string metric;
  Value::Table options;
};

// Scores of histograms and correlations under `samples` items.
// The sum of information between latents is taken from eight bins, which leave as many of 1,200 items to a cell as 20
// bins leave of 10,000. With three to a cell the spread falls the faster the more items there are: intervals are then
// 1.2 times too wide.
std::vector<Case> cases_of(int64_t samples) {
  const auto with = [&](Value::Table options) {
    options.push_back({"samples", samples});
    return options;
  };
  std::vector<Case> out;
  for (const char* estimator : {"plug_in", "miller_madow"})
    for (const char* metric : {"mig", "mig_sup", "modularity", "dcimig", "aam", "jemmig"})
      out.push_back({metric, with({{"estimator", Value(estimator)}})});
  for (const char* estimator : {"plug_in", "miller_madow"})
    out.push_back({"gaussian_total_correlation", with({{"estimator", Value(estimator)}, {"bins", 8}})});
  out.push_back({"mig", with({{"normalise", "latent"}, {"factor_bins", 3}, {"bins", 8}})});
  out.push_back({"irs", with({})});
  out.push_back({"irs", with({{"quantile", 1.0}, {"factor_bins", 3}})});
  out.push_back({"sap_correlation", with({})});
  out.push_back({"circular_correlation", with({})});
  return out;
}

CodeTable grid() {
  CodeTable table;
  const std::vector<int64_t> classes{3, 4, 5, 6};
  table.k = 4;
  table.n = 360;
  for (int64_t k = 0; k < table.k; ++k) {
    FactorSpec factor{.name = std::string(1, static_cast<char>('a' + k)), .cyclic = k == 3};
    for (int64_t c = 0; c < classes[k]; ++c) factor.values.push_back(static_cast<double>(c));
    table.factors.push_back(factor);
  }
  for (int64_t i = 0; i < table.n; ++i)
    for (const int64_t value : {i / 120, i / 30 % 4, i / 6 % 5, i % 6}) table.y.push_back(static_cast<double>(value));
  return table;
}

// Codes of an item: latents that hold one factor, two of them, a turn, and nothing, with noise times `blur`.
void add_codes(CodeTable& table, const double* y, const float* noise, double blur) {
  const double turn = 2 * std::numbers::pi * y[3] / 6;
  for (const double z : {y[0] + 0.4 * blur * noise[0], y[1] + 0.5 * y[2] + 0.6 * blur * noise[1],
                         2 * y[2] + 0.5 * blur * noise[2], 2 * std::sin(turn) + 0.5 * blur * noise[3], 1.0 * noise[4]})
    table.z.push_back(z);
}

// All combinations, each `times` times with its own noise: a grid with a factor more, which is a nuisance.
CodeTable population(int64_t times, double blur) {
  CodeTable table = grid(), out = table;
  out.d = 5;
  out.k = 5;
  out.n = table.n * times;
  out.full_grid = true;
  out.y.clear();
  FactorSpec copy{.name = "copy", .nuisance = true};
  for (int64_t c = 0; c < times; ++c) copy.values.push_back(static_cast<double>(c));
  out.factors.push_back(copy);
  std::vector<float> noise(out.n * out.d);
  Stream(17, "population").normal(0, out.d, noise);
  for (int64_t i = 0; i < out.n; ++i) {
    const double* y = &table.y[i / times * table.k];
    out.y.insert(out.y.end(), y, y + table.k);
    out.y.push_back(static_cast<double>(i % times));
    add_codes(out, y, &noise[i * out.d], blur);
  }
  return out;
}

// `n` independent items.
CodeTable sample(int64_t n, int64_t number, double blur) {
  const CodeTable all = grid();
  CodeTable out = all;
  out.n = n;
  out.d = 5;
  out.y.clear();
  const Stream rows(18, "item", number);
  std::vector<float> noise(n * out.d);
  Stream(18, "noise", number).normal(0, out.d, noise);
  for (int64_t i = 0; i < n; ++i) {
    const double* y = &all.y[rows.below(all.n, i) * all.k];
    out.y.insert(out.y.end(), y, y + all.k);
    add_codes(out, y, &noise[i * out.d], blur);
  }
  return out;
}

// Axis alignment is cut off at 0 factor by factor. Information by chance, of which parts of a table have more, takes it
// there: parts of blurred codes vary as the whole does not.
bool may_be_too_wide(const std::string& name) {
  return name.starts_with("table blurred aam") && name.find("plug_in") != std::string::npos;
}

// How often intervals hold the mean of the values, over scores number 0, 1, ...
template <class Repeat>
void expect_coverage(const std::string& name, const Repeat& repeat) {
  std::map<std::string, std::vector<Score::Output>> outputs;
  std::vector<Score> scores(repetitions);
#pragma omp parallel for schedule(dynamic)
  for (int number = 0; number < repetitions; ++number) scores[number] = repeat(number);
  for (auto& score : scores)
    for (auto& output : score.outputs) outputs[output.name].push_back(output);
  for (auto& [output, values] : outputs) {
    double mean = 0, held = 0, width = 0;
    for (auto& v : values) mean += v.value / repetitions;
    for (auto& v : values) {
      held += v.low <= mean && mean <= v.high;
      width += (v.high - v.low) / repetitions;
    }
    const auto found = fmt::format("{} {}: {:.4f} +- {:.4f}", name, output, mean, width / 2);
    EXPECT_GE(held / repetitions, low_share) << found;
    if (!may_be_too_wide(name)) {
      EXPECT_LE(held / repetitions, high_share) << found;
    }
    fmt::print("{}: {:.3f}\n", found, held / repetitions);
  }
}

struct Codes {
  const char* name;
  double blur;
};
struct Coverage : testing::TestWithParam<Codes> {
  std::string text_of(const char* items, const Case& what) const {
    return fmt::format("{} {} {} {}", items, GetParam().name, what.metric, to_json(Value(what.options)));
  }
};

TEST_P(Coverage, OfDrawsFromAGrid) {
  const CodeTable all = population(4, GetParam().blur);
  for (auto& what : cases_of(items)) {
    const auto metric = Registry<Metric>::get().make(what.metric, Value(what.options), {});
    expect_coverage(text_of("grid", what), [&](int number) {
      TableEvidence evidence(all);
      return metric->compute(evidence, static_cast<uint64_t>(number));
    });
  }
}

TEST_P(Coverage, OfOtherItems) {
  auto cases = cases_of(0);
  cases.push_back({"factor_correlation", {}});
  cases.push_back({"mcc", {{"samples", 0}}});
  for (auto& what : cases) {
    const auto metric = Registry<Metric>::get().make(what.metric, Value(what.options), {});
    expect_coverage(text_of("table", what), [&](int number) {
      TableEvidence evidence(sample(items, number, GetParam().blur));
      return metric->compute(evidence, 1);
    });
  }
}

TEST_P(Coverage, OfVotes) {
  const CodeTable all = population(4, GetParam().blur);
  for (auto& what : std::vector<Case>{
           {"factor_vae_score", {{"votes", 2000}, {"eval_votes", 2000}, {"samples", 8}, {"factor", "balanced"}}},
           {"factor_vae_score", {{"votes", 2000}, {"eval_votes", 2000}, {"samples", 8}, {"factor", "random"}}},
           {"factor_vae_score", {{"votes", 800}, {"eval_votes", 0}, {"samples", 8}, {"factor", "random"}}},
           {"z_max_variance", {{"votes", 2000}, {"eval_votes", 2000}, {"samples", 4}}}}) {
    const auto metric = Registry<Metric>::get().make(what.metric, Value(what.options), {});
    expect_coverage(text_of("votes", what), [&](int number) {
      TableEvidence evidence(all);
      return metric->compute(evidence, static_cast<uint64_t>(number));
    });
  }
}

INSTANTIATE_TEST_SUITE_P(Codes, Coverage, testing::Values(Codes{"clear", 0.3}, Codes{"noisy", 1}, Codes{"blurred", 3}),
                         [](auto& about) { return about.param.name; });

}  // namespace
}  // namespace teasel
