// `teasel score` as a user sees it: the same codes from every kind of file, every form of output.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <set>

#include "teasel/core/array.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/random.hpp"
#include "teasel/metrics/metric.hpp"
#include "tests/cli/program.hpp"

namespace teasel {
namespace {

using namespace testing;
namespace fs = std::filesystem;

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// 600 items with three factors of 2, 3 and 5 values, and four latents: two that follow a factor, two of noise.
struct Made {
  std::vector<double> codes, log_variances;
  std::vector<int64_t> factors;
  static constexpr int64_t rows = 600, latents = 4, columns = 3;
};

const Made& made() {
  static const Made all = [] {
    Made out;
    const Stream stream(3, "score_test");
    std::vector<float> noise(Made::rows * Made::latents);
    stream.normal(0, Made::latents, noise);
    for (int64_t i = 0; i < Made::rows; ++i) {
      const std::vector<int64_t> factors{stream.named("a").below(2, i), stream.named("b").below(3, i),
                                         stream.named("c").below(5, i)};
      out.factors.insert(out.factors.end(), factors.begin(), factors.end());
      for (int64_t j = 0; j < Made::latents; ++j) {
        const double signal = j == 0   ? static_cast<double>(factors[1])
                              : j == 1 ? -2.0 * static_cast<double>(factors[2])
                                       : 0;
        out.codes.push_back(signal + 0.25 * static_cast<double>(noise[i * Made::latents + j]));
        out.log_variances.push_back(-2 - 0.1 * static_cast<double>(j));
      }
    }
    return out;
  }();
  return all;
}

class ScoreCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto& m = made();
    write_npy(folder_ / "c.npy", Array::of(std::span<const double>(m.codes), {Made::rows, Made::latents}));
    write_npy(folder_ / "v.npy", Array::of(std::span<const double>(m.log_variances), {Made::rows, Made::latents}));
    write_npy(folder_ / "f.npy", Array::of(std::span<const int64_t>(m.factors), {Made::rows, Made::columns}));
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  Outcome score(std::vector<std::string> more, const std::string& codes = "c.npy",
                const std::string& factors = "f.npy") const {
    more.insert(more.begin(), {"score", "--codes", path(codes), "--factors", path(factors)});
    Outcome o = teasel::testing::teasel(more);
    EXPECT_EQ(o.status, 0) << o.err;
    return o;
  }
  Value json(std::vector<std::string> more, const std::string& codes = "c.npy",
             const std::string& factors = "f.npy") const {
    more.push_back("--json");
    return parse_json(score(more, codes, factors).out, "");
  }
  // The entries of one output.
  static std::vector<Value> entries(const Value& result, const std::string& metric) {
    std::vector<Value> out;
    for (auto& entry : *result.find("scores")->as<Value::List>())
      if (entry.text_at("metric") == metric) out.push_back(entry);
    return out;
  }
  // The metrics that were scored.
  static std::set<std::string> families(const Value& result) {
    std::set<std::string> out;
    for (auto& entry : *result.find("scores")->as<Value::List>()) out.insert(entry.text_at("family"));
    return out;
  }

  TemporaryFolder folder_;
};

TEST_F(ScoreCommand, JsonHoldsWhatTheEngineComputes) {
  const Value result = json({"--metrics", "mig", "--seed", "5"});
  ASSERT_EQ(entries(result, "mig").size(), 1u);
  const Value entry = entries(result, "mig")[0];
  CodeTable table;
  table.n = Made::rows, table.d = Made::latents, table.k = Made::columns;
  table.z = made().codes;
  table.y.assign(made().factors.begin(), made().factors.end());
  for (int64_t classes : {2, 3, 5}) {
    auto& factor = table.factors.emplace_back();
    for (int64_t c = 0; c < classes; ++c) factor.values.push_back(static_cast<double>(c));
  }
  TableEvidence evidence(std::move(table));
  const auto expected = teasel::score("mig", evidence, load_protocol("teasel"), 5);
  EXPECT_EQ(entry.number_at("value"), expected.outputs[0].value);
  EXPECT_EQ(entry.number_at("low"), expected.outputs[0].low);
  EXPECT_EQ(entry.number_at("high"), expected.outputs[0].high);
  EXPECT_EQ(entry.text_at("protocol"), "teasel");
  EXPECT_EQ(entry.text_at("hash"), expected.hash);
  EXPECT_EQ(entry.text_at("family"), "mig");
  EXPECT_EQ(entry.find("detail.mutual_information")->as<Value::List>()->size(), 12u);
  const Value& codes = result.find("codes")->as<Value::List>()->at(0);
  EXPECT_EQ(codes.whole_at("items"), Made::rows);
  EXPECT_EQ(codes.find("latents")->as<Value::List>()->size(), 4u);
  EXPECT_EQ(*codes.find("factors")->as<Value::List>()->at(2).as<std::string>(), "factor_2");
}

TEST_F(ScoreCommand, EveryKindOfFileGivesTheSameNumbers) {
  std::string codes = "item\tz0\tz1\tz2\tz3\n", factors = "factor_0,factor_1,factor_2,item\n";
  for (int64_t i = 0; i < Made::rows; ++i) {
    codes += "i" + std::to_string(i);
    for (int64_t j = 0; j < Made::latents; ++j) {
      std::array<char, 40> digits{};
      std::snprintf(digits.data(), digits.size(), "\t%.17g", made().codes[i * Made::latents + j]);
      codes += digits.data();
    }
    codes += "\n";
    const int64_t other = Made::rows - 1 - i;  // the other way round
    for (int64_t k = 0; k < Made::columns; ++k) factors += std::to_string(made().factors[other * 3 + k]) + ",";
    factors += "i" + std::to_string(other) + "\n";
  }
  write_quickly(folder_ / "c.tsv", codes);
  write_quickly(folder_ / "f.csv", factors + "1,2,4,i9999\n");
  write_npz(folder_ / "all.npz",
            {{"means", Array::of(std::span<const double>(made().codes), {Made::rows, Made::latents})},
             {"factors", Array::of(std::span<const int64_t>(made().factors), {Made::rows, Made::columns})}});
  const std::vector<std::string> metrics{"--metrics", "mig,factor_vae_score,factor_correlation"};
  const auto scores = [](const Value& result) { return to_json(*result.find("scores")); };
  const std::string expected = scores(json(metrics));
  auto joined = metrics;
  joined.insert(joined.end(), {"--id", "item", "--json"});
  const Outcome o = score(joined, "c.tsv", "f.csv");
  EXPECT_EQ(scores(parse_json(o.out, "")), expected);
  EXPECT_TRUE(holds(o.err, "600 items were joined by 'item'; 0 of ")) << o.err;
  const Outcome archive =
      teasel::testing::teasel({"score", "--codes", path("all.npz"), metrics[0], metrics[1], "--json"});
  EXPECT_EQ(scores(parse_json(archive.out, "")), expected);
}

TEST_F(ScoreCommand, BytesDoNotDependOnTheNumberOfThreads) {
  std::vector<double> codes = made().codes;
  std::vector<std::string> arguments{"score", "--protocol", "teasel", "--json"};
  for (const char* name : {"one.npz", "other.npz"}) {  // two runs, for the metrics that compare several
    write_npz(folder_ / name,
              {{"means", Array::of(std::span<const double>(codes), {Made::rows, Made::latents})},
               {"log_variances", Array::of(std::span<const double>(made().log_variances), {Made::rows, Made::latents})},
               {"factors", Array::of(std::span<const int64_t>(made().factors), {Made::rows, Made::columns})}});
    arguments.insert(arguments.end(), {"--codes", path(name)});
    for (size_t i = 0; i < codes.size(); i += 2) std::swap(codes[i], codes[i + 1]);
  }
  const auto run = [&](const char* threads) {
    const Outcome o = teasel::testing::teasel(arguments, {{"OMP_NUM_THREADS", threads}});
    EXPECT_EQ(o.status, 0) << o.err;
    return o;
  };
  const Outcome one = run("1");
  EXPECT_TRUE(run("2").out == one.out);
  EXPECT_TRUE(run("4").out == one.out);
  const std::set<std::string> metrics = families(parse_json(one.out, ""));
  for (auto& metric : Registry<Metric>::get().names())
    EXPECT_TRUE(metrics.contains(metric) || holds(one.err, metric)) << metric << " is not told of";
  EXPECT_TRUE(metrics.contains("dci"));
  EXPECT_TRUE(metrics.contains("udr"));
}

TEST_F(ScoreCommand, EveryFormHoldsTheNumbers) {
  const std::vector<std::string> metrics{"--metrics", "mig"};
  const double value = entries(json(metrics), "mig")[0].number_at("value");
  std::array<char, 40> four{};
  std::snprintf(four.data(), four.size(), "%.4f", value);
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), metrics.begin(), metrics.end());
    return score(more).out;
  };
  EXPECT_TRUE(holds(with({}), four.data()));
  EXPECT_TRUE(holds(with({"--format", "markdown"}), "| mig | " + std::string(four.data()) + " |"));
  EXPECT_TRUE(holds(with({"--format", "latex"}), "mig & " + std::string(four.data()) + " &"));
  const std::string csv = with({"--format", "csv"});
  double read = 0;
  ASSERT_EQ(std::sscanf(csv.c_str() + csv.find("mig,") + 4, "%lf", &read), 1) << csv;
  EXPECT_EQ(read, value);
  EXPECT_EQ(with({"-o", path("s.json")}), path("s.json") + "\n");
  EXPECT_EQ(entries(parse_json(read_file(folder_ / "s.json"), ""), "mig")[0].number_at("value"), value);
  EXPECT_EQ(with({"-o", path("s.md"), "--format", "csv"}), path("s.md") + "\n");
  EXPECT_EQ(read_file(folder_ / "s.md"), csv);
}

TEST_F(ScoreCommand, SeedsAreAveragedAndTheirSpreadIsTold) {
  const std::vector<std::string> metric{"--metrics", "factor_vae_score"};
  std::vector<double> values;
  for (auto* seed : {"2", "3", "4"}) {
    auto one = metric;
    one.insert(one.end(), {"--seed", seed});
    values.push_back(entries(json(one), "factor_vae_score")[0].number_at("value"));
  }
  auto several = metric;
  several.insert(several.end(), {"--seed", "2", "--seeds", "3"});
  const Value entry = entries(json(several), "factor_vae_score")[0];
  const double mean = (values[0] + values[1] + values[2]) / 3;
  double squares = 0;
  for (double v : values) squares += (v - mean) * (v - mean);
  EXPECT_NEAR(entry.number_at("value"), mean, 1e-12);
  EXPECT_NEAR(entry.number_at("spread"), std::sqrt(squares / 2), 1e-12);
  EXPECT_GT(entry.number_at("spread"), 0);
}

TEST_F(ScoreCommand, PosteriorsAllowDrawsAndMore) {
  const Value result =
      json({"--metrics", "mig,active_units", "--log-variances", path("v.npy"), "--representation", "both"});
  const auto mig = entries(result, "mig");
  ASSERT_EQ(mig.size(), 2u);
  EXPECT_EQ(mig[0].text_at("representation"), "mean");
  EXPECT_EQ(mig[1].text_at("representation"), "sampled");
  EXPECT_LT(mig[1].number_at("value"), mig[0].number_at("value"));  // noise of more than the codes' own
  EXPECT_NE(mig[1].text_at("hash"), mig[0].text_at("hash"));
  EXPECT_FALSE(entries(result, "active_units").empty());
}

TEST_F(ScoreCommand, SeveralCodesAreSeveralRuns) {
  const Outcome o = teasel::testing::teasel({"score", "--codes", path("c.npy"), "--codes", path("v.npy"), "--factors",
                                             path("f.npy"), "--metrics", "mig", "--json"});
  ASSERT_EQ(o.status, 0) << o.err;
  const auto mig = entries(parse_json(o.out, ""), "mig");
  ASSERT_EQ(mig.size(), 2u);
  EXPECT_EQ(mig[0].text_at("run"), path("c.npy"));
  EXPECT_EQ(mig[1].text_at("run"), path("v.npy"));
  EXPECT_GT(mig[0].number_at("value"), mig[1].number_at("value"));
}

TEST_F(ScoreCommand, ASplitFixesTheRows) {
  const std::vector<std::string> split{"--metrics", "mig", "--split", "300,200"};
  const double value = entries(json(split), "mig")[0].number_at("value");
  auto other = split;
  other.insert(other.end(), {"--seed", "9"});
  EXPECT_EQ(entries(json(other), "mig")[0].number_at("value"), value);  // nothing is drawn
  std::vector<double> first(made().codes.begin(), made().codes.begin() + 300 * Made::latents);
  std::vector<int64_t> factors(made().factors.begin(), made().factors.begin() + 300 * Made::columns);
  write_npy(folder_ / "first.npy", Array::of(std::span<const double>(first), {300, Made::latents}));
  write_npy(folder_ / "factors.npy", Array::of(std::span<const int64_t>(factors), {300, Made::columns}));
  EXPECT_EQ(entries(json({"--metrics", "mig"}, "first.npy", "factors.npy"), "mig")[0].number_at("value"), value);
}

TEST_F(ScoreCommand, ThePageNeedsNothingElseAndShowsEveryMatrix) {
  const Outcome o = score({"--factor-names", "shape,size<b>,place", "--page", path("page.html")});
  EXPECT_TRUE(holds(o.out, "mig"));
  const std::string html = read_file(folder_ / "page.html");
  for (auto* part : {"size&lt;b&gt;", "mutual_information", "spearman", "interval", "c.npy", "Left out"})
    EXPECT_TRUE(holds(html, part)) << part;
  for (auto* part : {"size<b>", "src=\"http", "href=\"http", "@import"}) EXPECT_FALSE(holds(html, part)) << part;
}

TEST_F(ScoreCommand, WhatCannotBeScoredIsNamedWithTheReason) {
  const Outcome o = score({"--json"});
  const Value result = parse_json(o.out, "");
  const auto& left = *result.find("left_out")->as<Value::List>();
  const auto named = std::ranges::find_if(left, [](auto& v) { return v.text_at("metric") == "elbo_decomposition"; });
  ASSERT_NE(named, left.end());
  EXPECT_TRUE(holds(named->text_at("reason"), "standard deviation"));
  EXPECT_TRUE(holds(o.err, "left out: "));
  EXPECT_TRUE(holds(o.err, "elbo_decomposition (teasel)"));
}

TEST_F(ScoreCommand, ARunIsScoredAsEvalDoes) {
  write_small_config(folder_ / "a.toml", "beta_vae", {"train.steps=4"});
  ASSERT_EQ(teasel::testing::teasel({"train", path("a.toml"), "--out", path("runs/one"), "--quiet"}).status, 0);
  const Outcome eval =
      teasel::testing::teasel({"eval", path("runs/one"), "--metrics", "mig", "--protocol", "teasel", "--json"});
  const Outcome scored = teasel::testing::teasel({"score", path("runs"), "--metrics", "mig", "--json"});
  ASSERT_EQ(scored.status, 0) << scored.err;
  const Value expected = parse_json(eval.out, "").find("scores")->as<Value::List>()->at(0);
  const auto entry = entries(parse_json(scored.out, ""), "mig");
  ASSERT_EQ(entry.size(), 1u);
  EXPECT_EQ(entry[0].number_at("value"), expected.find("outputs")->as<Value::List>()->at(0).number_at("value"));
  EXPECT_EQ(entry[0].text_at("hash"), expected.text_at("hash"));
}

}  // namespace
}  // namespace teasel
