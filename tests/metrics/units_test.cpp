// Principal components in place of the columns of vector-valued units.
#include "teasel/metrics/units.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "teasel/metrics/metric.hpp"
#include "tests/metrics/tables.hpp"

namespace teasel {
namespace {

// A unit of two columns along the direction (3, 4) / 5, one column alone, and a unit whose second column is constant.
CodeTable example() {
  CodeTable table = testing::dsprites_grid(4, 4);
  table.d = 5;
  table.unit = {7, 7, 2, 3, 3};
  for (int64_t i = 0; i < table.n; ++i) {
    const double a = table.y[i * table.k + 1], b = table.y[i * table.k + 3];
    table.z.insert(table.z.end(), {0.6 * a, 0.8 * a + 2, table.y[i * table.k + 4], b, 5});
  }
  return table;
}

TEST(Units, ComponentsReplaceColumns) {
  const CodeTable table = example(), out = with_components(table, 1);
  EXPECT_EQ(out.d, 3);
  EXPECT_EQ(out.unit, (std::vector<int32_t>{0, 1, 2}));
  double a = 0, c = 0, b = 0;  // means
  for (int64_t i = 0; i < table.n; ++i) {
    a += table.y[i * table.k + 1] / static_cast<double>(table.n);
    b += table.y[i * table.k + 3] / static_cast<double>(table.n);
    c += table.y[i * table.k + 4] / static_cast<double>(table.n);
  }
  for (int64_t i = 0; i < table.n; ++i) {
    EXPECT_NEAR(out.z[i * 3], table.y[i * table.k + 1] - a, 1e-9);
    EXPECT_NEAR(out.z[i * 3 + 1], table.y[i * table.k + 4] - c, 1e-9);
    EXPECT_NEAR(out.z[i * 3 + 2], table.y[i * table.k + 3] - b, 1e-9);
  }
  EXPECT_TRUE(out.full_grid);
  EXPECT_EQ(with_components(table, 9).d, 5);
  CodeTable plain = table;
  plain.unit.clear();
  EXPECT_EQ(with_components(plain, 1).z, table.z);
}

TEST(Units, AProtocolMayAskForThem) {
  TableEvidence units(example()), columns(with_components(example(), 1));
  Protocol protocol = load_protocol("teasel");
  const double expected = score("mig", columns, protocol, 1).outputs[0].value;
  const auto before = score("mig", units, protocol, 1);
  protocol.evidence.components = 1;
  const auto after = score("mig", units, protocol, 1);
  EXPECT_EQ(after.outputs[0].value, expected);
  EXPECT_LT(before.outputs[0].value, expected);  // two columns of one unit close each other's gap
  EXPECT_NE(after.hash, before.hash);
  EXPECT_EQ(after.detail.at("mutual_information").size(), 3u * 5u);
}

// Of vector-valued units the scores that disentanglement_lib gives their components; of plain columns simply its
// scores.
TEST(Units, DiscoScoresComponentsAsDisentanglementLibScoresNumbers) {
  TableEvidence units(example()), columns(with_components(example(), 1));
  const auto disco = load_protocol("disco"), dlib = load_protocol("dlib");
  for (auto* metric : {"mig", "factor_vae_score"}) {
    const auto expected = score(metric, columns, dlib, 3), found = score(metric, units, disco, 3);
    EXPECT_EQ(found.outputs[0].value, expected.outputs[0].value) << metric;
    EXPECT_EQ(found.detail, expected.detail) << metric;
  }
  EXPECT_LT(score("mig", units, dlib, 3).outputs[0].value, score("mig", units, disco, 3).outputs[0].value);
  for (const auto& name : disco.metric_names()) EXPECT_EQ(*disco.metrics.find(name), *dlib.metrics.find(name)) << name;
}

}  // namespace
}  // namespace teasel
