#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <memory>

#include "teasel/core/file.hpp"
#include "teasel/metrics/metric.hpp"
#include "tests/metrics/tables.hpp"

namespace teasel {
namespace {

using testing::golden_table;

Score score_of(const std::string& metric, const CodeTable& table, const Protocol& protocol = load_protocol("teasel")) {
  TableEvidence evidence(table);
  return score(metric, evidence, protocol, 1);
}

// What the refusal says, or "".
std::string refusal(const std::string& metric, const CodeTable& table,
                    const Protocol& protocol = load_protocol("teasel")) {
  try {
    score_of(metric, table, protocol);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}
bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(Score, NamesMetricProtocolAndSettings) {
  const auto score = score_of("mig", golden_table());
  EXPECT_EQ(score.metric, "mig");
  EXPECT_EQ(score.protocol, "teasel");
  EXPECT_EQ(score.hash.size(), 16u);
}

TEST(Score, HashFollowsTheSettingsAndNothingElse) {
  auto protocol = load_protocol("teasel");
  const auto hash = score_of("mig", golden_table()).hash;
  EXPECT_EQ(score_of("mig", testing::part_of(golden_table())).hash, hash);
  EXPECT_EQ(score_of("mig", golden_table(), Protocol{"other", "", "", Value()}).hash,
            hash);  // all at their defaults: the same settings
  protocol.metrics.set("mig.bins", 10);
  EXPECT_NE(score_of("mig", golden_table(), protocol).hash, hash);
  EXPECT_NE(score_of("factor_correlation", golden_table()).hash, score_of("active_units", golden_table()).hash);
}

TEST(Score, RefusesWhatTheEvidenceLacks) {
  auto table = golden_table();
  EXPECT_TRUE(says(refusal("reconstruction_error", table), "measured reconstructions"));
  EXPECT_TRUE(says(refusal("factor_vae_score", table, load_protocol("cascade")), "KL divergence"));
  table.k = 0;
  table.y.clear();
  table.factors.clear();
  table.full_grid = false;
  EXPECT_TRUE(says(refusal("mig", table), "factors"));
  EXPECT_EQ(refusal("active_units", table), "");
  EXPECT_TRUE(says(refusal("migg", table), "migg"));
}

TEST(Score, RefusesBrokenTables) {
  auto table = golden_table();
  table.z[7 * table.d + 2] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(says(refusal("mig", table), "latent 2") && says(refusal("mig", table), "item 7"));
  table = golden_table();
  table.y[3 * table.k + 1] = 4;
  EXPECT_TRUE(says(refusal("mig", table), "'b' is 4 at item 3"));
  table.y[3 * table.k + 1] = 0.5f;
  EXPECT_TRUE(says(refusal("mig", table), "'b'"));
  table = golden_table();
  table.factors[0].values.push_back(9);
  EXPECT_TRUE(says(refusal("mig", table), "no full grid"));
  table = golden_table();
  table.y.pop_back();
  EXPECT_TRUE(says(refusal("mig", table), "rows"));
  EXPECT_NE(refusal("active_units", CodeTable()), "");
}

TEST(Protocol, BuiltInProtocolsCarryTheirNameAndSource) {
  const auto names = protocol_names();
  for (const char* name : {"cascade-2019", "chen-2018", "dlib-2019", "do-2020", "lecture", "teasel", "zaidi-2020"})
    EXPECT_EQ(std::ranges::count(names, name), 1) << name;
  EXPECT_EQ(load_protocol("dlib").name, "dlib-2019");
  for (const auto& name : names) {
    const auto protocol = load_protocol(name);
    EXPECT_EQ(protocol.name, name);
    EXPECT_FALSE(protocol.summary.empty());
    EXPECT_FALSE(protocol.source.empty());
  }
  const auto metrics = load_protocol("dlib").metric_names();
  for (const char* name : {"factor_vae_score", "mig", "modularity"}) EXPECT_EQ(std::ranges::count(metrics, name), 1);
  EXPECT_THROW(load_protocol("dllib"), Error);
}

// Metrics that a protocol does not name run on their defaults: those are our own protocol's.
TEST(Protocol, OursIsEveryMetricAtItsDefaults) {
  const auto protocol = load_protocol("teasel");
  for (const auto& name : protocol.metric_names()) {
    const auto& entry = Registry<Metric>::get().at(name);
    EXPECT_EQ(entry.resolve(*protocol.metrics.find(name), name), entry.resolve(Value(), name)) << name;
  }
}

TEST(Protocol, UserFilesAreCheckedWhereTheyAreRead) {
  const std::string path = ::testing::TempDir() + "teasel_protocol_test.toml";
  const auto load = [&](const std::string& text) {
    write_file(path, text);
    return load_protocol(path);
  };
  const auto mine = load("name = \"mine\"\n[mig]\nbins = 50\n");
  EXPECT_EQ(mine.name, "mine");
  EXPECT_NE(score_of("mig", golden_table(), mine).outputs[0].value, score_of("mig", golden_table()).outputs[0].value);
  EXPECT_THROW(load("[mig]\nbins = 50\n"), Error);                 // no name
  EXPECT_THROW(load("name = \"x\"\n[migg]\n"), Error);             // no such metric
  EXPECT_THROW(load("name = \"x\"\n[mig]\nbinns = 50\n"), Error);  // no such option
  EXPECT_THROW(load("name = \"x\"\n[mig]\nbins = 1\n"), Error);    // out of range
  EXPECT_THROW(load("name = \"x\"\nsamples = 3\n"), Error);        // no table
  std::filesystem::remove(path);
  EXPECT_THROW(load_protocol(path), Error);
}

// The contract of a metric: what it says of itself is true, and the same seed gives the same score.

// The tables of several runs; the first is the one that metrics on a single run read.
class RunsEvidence : public Evidence {
 public:
  explicit RunsEvidence(std::vector<CodeTable> runs) : runs_(std::move(runs)) {}
  const CodeTable& table() override { return runs_[0]; }
  const Codes& codes() override { return codes_; }
  std::vector<const CodeTable*> runs() override {
    std::vector<const CodeTable*> out;
    for (auto& run : runs_) out.push_back(&run);
    return out;
  }

 private:
  std::vector<CodeTable> runs_;
  Codes codes_;
};

void turn_order(CodeTable& table) {
  const auto turn = [&](auto& values) {
    for (auto row = values.begin(); row != values.end(); row += table.d) std::reverse(row, row + table.d);
  };
  turn(table.z);
  turn(table.spread);
}

constexpr int64_t several_runs = 4;

struct Evidences {
  RunsEvidence perfect, noise;
};
// Metrics on densities meet every item with every sample: a small grid, with spreads. Metrics on several runs get runs
// that found the same latents in another order with other signs, and runs of noise that have nothing in common.
Evidences evidences_for(const Needs& needs) {
  const auto grid = needs.spread     ? testing::dsprites_grid(5, 4)
                    : needs.runs > 1 ? testing::dsprites_grid(10, 8)
                                     : testing::dsprites_grid();
  std::vector<CodeTable> perfect, noise;
  for (int64_t run = 0; run < (needs.runs > 1 ? several_runs : 1); ++run) {
    perfect.push_back(testing::with_factors_as_codes(grid));
    noise.push_back(testing::with_noise_as_codes(grid, 10, 4 + static_cast<uint64_t>(run)));
    if (run % 2 == 1) turn_order(perfect.back());
    if (run > 1)
      for (auto& z : perfect.back().z) z = -z;
  }
  if (needs.spread)
    for (auto* table : {&perfect[0], &noise[0]}) table->spread.assign(table->z.size(), 0.25f);
  return {RunsEvidence(std::move(perfect)), RunsEvidence(std::move(noise))};
}

std::vector<std::string> metrics(bool slow) {
  std::vector<std::string> out;
  for (const auto& name : Registry<Metric>::get().names()) {
    const auto metric = Registry<Metric>::get().make(name, Value(), {});
    if (metric->slow() == slow && !metric->needs().distortion) out.push_back(name);
  }
  return out;
}

class Contract : public ::testing::TestWithParam<std::string> {
 protected:
  const std::string name = GetParam();
  std::unique_ptr<Metric> metric = Registry<Metric>::get().make(name, Value(), {});
};
const auto by_name = [](const auto& info) { return info.param; };
INSTANTIATE_TEST_SUITE_P(Quick, Contract, ::testing::ValuesIn(metrics(false)), by_name);
INSTANTIATE_TEST_SUITE_P(Slow, Contract, ::testing::ValuesIn(metrics(true)), by_name);

TEST_P(Contract, KeepsWhatItStates) {
  static std::map<std::string, std::string> owners;  // of outputs
  const auto stated = metric->expected();
  auto [perfect, noise] = evidences_for(metric->needs());
  const auto best = metric->compute(perfect, 1), worst = metric->compute(noise, 1), again = metric->compute(noise, 1);
  ASSERT_EQ(again.outputs.size(), worst.outputs.size());
  EXPECT_EQ(again.detail, worst.detail);
  EXPECT_GT(best.samples, 0);
  for (auto* score : {&best, &worst})
    for (auto& output : score->outputs) {
      EXPECT_GE(output.value, stated.range_of(output.name).low) << output.name;
      EXPECT_LE(output.value, stated.range_of(output.name).high) << output.name;
      EXPECT_LE(output.low, output.value);
      EXPECT_GE(output.high, output.value);
      // One output is found by its name alone, whatever the metric: no two metrics have one of a name.
      const auto owner = owners.emplace(output.name, name).first->second;
      EXPECT_EQ(owner, name) << output.name;
    }
  if (stated.better == Expected::Better::higher) {
    for (auto& output : best.outputs) EXPECT_GE(output.value, stated.perfect);
    for (auto& output : worst.outputs) EXPECT_LE(output.value, stated.noise);
  }
}

// ---- what may be done to latents ----------------------------------------------------------------------------------

using Change = std::function<void(CodeTable&)>;

// Every code z of latent j becomes map(z, j), and spreads what a map of this slope makes of them.
Change mapped(std::function<double(double, int64_t)> map, float slope) {
  return [=](CodeTable& table) {
    for (int64_t i = 0; i < table.n * table.d; ++i) {
      table.z[i] = map(table.z[i], i % table.d);
      if (!table.spread.empty()) table.spread[i] *= slope;
    }
  };
}

struct Named {
  const char* name;
  bool stated;
  Change change;
};

// Codes with something of every factor and some noise, so that scores are neither best nor worst.
CodeTable middling_table(uint64_t seed = 2) {
  auto table = testing::with_factors_as_codes(testing::factor_grid({3, 4, 5, 6}));
  const auto noise = testing::with_noise_as_codes(table, table.d, seed);
  for (size_t i = 0; i < table.z.size(); ++i) table.z[i] += noise.z[i];
  table.spread.assign(table.z.size(), 0.5f);
  return table;
}

// Runs with noise of their own. The change is made to the first alone: it is to agree with the others as before.
RunsEvidence middling_runs(const Needs& needs, const Change& change) {
  std::vector<CodeTable> runs;
  for (int64_t run = 0; run < (needs.runs > 1 ? several_runs : 1); ++run)
    runs.push_back(middling_table(2 + static_cast<uint64_t>(run)));
  change(runs[0]);
  return RunsEvidence(std::move(runs));
}

TEST_P(Contract, IsUnchangedByWhatItStates) {
  const auto unchanged = metric->expected().unchanged;
  auto before = middling_runs(metric->needs(), [](CodeTable&) {});
  const auto expected = metric->compute(before, 1).outputs;
  for (auto& [change, stated, apply] :
       {Named{"order", unchanged.order, turn_order},
        Named{"sign", unchanged.sign, mapped([](double z, int64_t j) { return j % 2 ? -z : z; }, 1)},
        Named{"scale", unchanged.scale, mapped([](double z, int64_t) { return 4 * z; }, 4)},
        Named{"shift", unchanged.shift, mapped([](double z, int64_t j) { return z + static_cast<double>(j - 8); }, 1)},
        Named{"monotone", unchanged.monotone, mapped([](double z, int64_t) { return std::exp(z); }, 1)}}) {
    if (!stated) continue;
    SCOPED_TRACE(change);
    auto after = middling_runs(metric->needs(), apply);
    const auto outputs = metric->compute(after, 1).outputs;
    for (size_t i = 0; i < outputs.size(); ++i) {
      // Where something is drawn at random, the two intervals meet.
      const double allowed = 1.5 * (expected[i].high - expected[i].low) + 0.01;
      EXPECT_NEAR(outputs[i].value, expected[i].value, allowed) << outputs[i].name;
    }
  }
}

// ---- intervals ----------------------------------------------------------------------------------------------------

// A few items, so that intervals are wide, of codes that are nearly the factors.
RunsEvidence few_items(const Needs& needs) {
  std::vector<CodeTable> runs;
  for (int64_t run = 0; run < (needs.runs > 1 ? several_runs : 1); ++run) {
    auto table = testing::with_factors_as_codes(testing::factor_grid({2, 3, 3, 4}));
    const auto noise = testing::with_noise_as_codes(table, table.d, static_cast<uint64_t>(run));
    for (size_t i = 0; i < table.z.size(); ++i) table.z[i] += 0.2 * noise.z[i];
    table.spread.assign(table.z.size(), 0.5f);
    runs.push_back(needs.full_grid ? table : testing::part_of(table));
  }
  return RunsEvidence(std::move(runs));
}

TEST_P(Contract, IntervalsEndWhereTheRangeDoes) {
  auto evidence = few_items(metric->needs());
  const auto stated = metric->expected();
  for (auto& output : score(name, evidence, load_protocol("teasel"), 1).outputs) {
    const auto range = stated.range_of(output.name);
    EXPECT_GE(output.low, std::min(range.low, output.value)) << output.name;
    EXPECT_LE(output.high, std::max(range.high, output.value)) << output.name;
    EXPECT_LE(output.low, output.value) << output.name;
    EXPECT_GE(output.high, output.value) << output.name;
    EXPECT_TRUE(range.low <= output.value && output.value <= range.high) << output.name << " is " << output.value;
  }
}

// What metrics compute may reach further; what the engine returns may not.
TEST(Score, IntervalsAreCutToTheRange) {
  int cut = 0;
  for (auto& name : metrics(false)) {
    const auto metric = Registry<Metric>::get().make(name, Value(), {});
    auto evidence = few_items(metric->needs());
    const auto raw = metric->compute(evidence, 1).outputs;
    const auto outputs = score(name, evidence, load_protocol("teasel"), 1).outputs;
    ASSERT_EQ(outputs.size(), raw.size()) << name;
    for (size_t i = 0; i < raw.size(); ++i) {
      const auto range = metric->expected().range_of(raw[i].name);
      EXPECT_EQ(outputs[i].value, raw[i].value);
      EXPECT_EQ(outputs[i].low, raw[i].low < range.low ? range.low : raw[i].low) << raw[i].name;
      EXPECT_EQ(outputs[i].high, raw[i].high > range.high ? range.high : raw[i].high) << raw[i].name;
      cut += outputs[i].low != raw[i].low || outputs[i].high != raw[i].high;
    }
  }
  EXPECT_GT(cut, 3);
}

}  // namespace
}  // namespace teasel
