#include <gtest/gtest.h>

#include <limits>

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
  table.z[7 * table.d + 2] = std::numeric_limits<float>::quiet_NaN();
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
  EXPECT_EQ(protocol_names(), (std::vector<std::string>{"cascade", "dlib", "teasel"}));
  for (const auto& name : protocol_names()) {
    const auto protocol = load_protocol(name);
    EXPECT_EQ(protocol.name, name);
    EXPECT_FALSE(protocol.summary.empty());
    EXPECT_FALSE(protocol.source.empty());
  }
  EXPECT_EQ(load_protocol("dlib").metric_names(), (std::vector<std::string>{"factor_vae_score", "mig"}));
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
TEST(Contract, EveryMetricKeepsWhatItStates) {
  const auto grid = testing::dsprites_grid();
  TableEvidence perfect(testing::with_factors_as_codes(grid)), noise(testing::with_noise_as_codes(grid, 10, 4));
  for (const auto& name : Registry<Metric>::get().names()) {
    SCOPED_TRACE(name);
    const auto metric = Registry<Metric>::get().make(name, Value(), {});
    const auto stated = metric->expected();
    if (metric->needs().distortion) continue;
    const auto best = metric->compute(perfect, 1), worst = metric->compute(noise, 1), again = metric->compute(noise, 1);
    ASSERT_EQ(again.outputs.size(), worst.outputs.size());
    EXPECT_EQ(again.detail, worst.detail);
    for (auto* score : {&best, &worst})
      for (auto& output : score->outputs) {
        EXPECT_GE(output.value, stated.low);
        EXPECT_LE(output.value, stated.high);
        EXPECT_LE(output.low, output.value);
        EXPECT_GE(output.high, output.value);
        EXPECT_TRUE(output.name == name || output.name.starts_with(name + ".")) << output.name;
      }
    if (stated.better != Expected::Better::higher) continue;
    for (auto& output : best.outputs) EXPECT_GE(output.value, stated.perfect);
    for (auto& output : worst.outputs) EXPECT_LE(output.value, stated.noise);
  }
}

}  // namespace
}  // namespace teasel
