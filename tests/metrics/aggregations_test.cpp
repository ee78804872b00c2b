// What aggregations read off small matrices.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "teasel/metrics/matrix.hpp"

namespace teasel {
namespace {

ScoreMatrix matrix_of(int64_t latents, int64_t factors, std::vector<double> values) {
  ScoreMatrix out{.latents = latents, .factors = factors, .values = std::move(values)};
  for (int64_t k = 0; k < factors; ++k) out.used.push_back(k), out.entropy.push_back(1);
  return out;
}
ScoreMatrix diagonal(int64_t latents, int64_t factors) {
  auto out = matrix_of(latents, factors, std::vector<double>(latents * factors));
  for (int64_t i = 0; i < std::max(latents, factors); ++i) out.values[i % latents * factors + i % factors] = 1;
  return out;
}
std::vector<NamedValue> read(const std::string& aggregation, const ScoreMatrix& matrix) {
  return Registry<Aggregation>::get().make(aggregation, Value(), {})->aggregate(matrix);
}

// The values of disentanglement_lib's own tests.
TEST(Modularity, OfDiagonalsIsThatOfDisentanglementLib) {
  const auto modularity = [](const ScoreMatrix& matrix) { return read("modularity", matrix).at(0).value; };
  EXPECT_NEAR(modularity(diagonal(5, 5)), 1, 1e-12);
  EXPECT_EQ(modularity(matrix_of(5, 5, std::vector<double>(25))), 0);
  EXPECT_NEAR(modularity(diagonal(10, 5)), 1, 1e-12);
  auto two_rows = matrix_of(2, 5, std::vector<double>(10));
  two_rows.values[0] = two_rows.values[6] = 1;
  EXPECT_NEAR(modularity(two_rows), 1, 1e-12);
  EXPECT_NEAR(modularity(matrix_of(3, 2, {1, 0, 0, 1, 0, 0})), 2.0 / 3, 1e-12);
  EXPECT_NEAR(modularity(diagonal(5, 10)), 1 - 1.0 / 9, 1e-12);
}

std::vector<NamedValue> med_of(const ScoreMatrix& matrix, int64_t top) {
  return Registry<Aggregation>::get().make("med", Value(Value::Table{{"top", top}}), {})->aggregate(matrix);
}

// Two latents of each factor alone, and four that tell of both alike, the most of all.
TEST(Med, TopFindsTheFewLatentsThatDoNotMix) {
  const auto matrix = matrix_of(8, 2, {1, 0, 0, 1, 1, 0, 0, 1, 5, 5, 5, 5, 5, 5, 5, 5});
  const auto two = med_of(matrix, 2), one = med_of(matrix, 1), all = med_of(matrix, 8);
  EXPECT_NEAR(two[0].value, 2.0 / 22, 1e-9);  // of all: what the pure ones weigh
  EXPECT_NEAR(two[2].value, 1, 1e-7);
  EXPECT_NEAR(two[3].value, 0.5, 1e-7);  // each factor in two of four
  EXPECT_NEAR(one[2].value, 1, 1e-7);
  EXPECT_NEAR(one[3].value, 1, 1e-7);
  EXPECT_NEAR(all[2].value, all[0].value, 1e-12);
  EXPECT_NEAR(all[3].value, all[1].value, 1e-12);
  // One latent tells of both factors and the other of none: one is taken, and the factors share it.
  const auto single = med_of(matrix_of(2, 2, {1, 1, 0, 0}), 1);
  EXPECT_EQ(single[3].value, 0);
}

TEST(Aggregations, ReadSmallMatrices) {
  const auto matrix = matrix_of(3, 2, {0.9, 0.2, 0.3, 0.5, 0, 0.4});
  EXPECT_NEAR(read("mig", matrix)[0].value, (0.6 + 0.1) / 2, 1e-12);
  EXPECT_NEAR(read("sap", matrix)[0].value, (0.6 + 0.1) / 2, 1e-12);
  EXPECT_NEAR(read("mig_sup", matrix)[0].value, (0.7 + 0.2 + 0.4) / 3, 1e-12);
  EXPECT_NEAR(read("dcimig", matrix)[0].value, (0.7 + 0.4) / 2, 1e-12);
  EXPECT_NEAR(read("aam", matrix)[0].value, (0.6 / 0.9 + 0) / 2, 1e-12);
  auto weighed = matrix;
  weighed.entropy = {2, 4};
  EXPECT_NEAR(read("mig", weighed)[0].value, (0.3 + 0.025) / 2, 1e-12);
  EXPECT_NEAR(read("sap", weighed)[0].value, (0.6 + 0.1) / 2, 1e-12);
  EXPECT_NEAR(read("dcimig", weighed)[0].value, (0.7 + 0.4) / 6, 1e-12);
  EXPECT_NEAR(read("mig_sup", weighed)[0].value, (0.4 + 0.025 + 0.1) / 3, 1e-12);
}

TEST(Aggregations, WithOneLatentOrFactorAreNotDefined) {
  for (const char* name : {"mig", "sap", "aam"}) {
    EXPECT_TRUE(std::isnan(read(name, diagonal(1, 3))[0].value)) << name;
    EXPECT_FALSE(std::isnan(read(name, diagonal(3, 1))[0].value)) << name;
  }
  for (const char* name : {"modularity", "mig_sup", "dcimig"}) {
    EXPECT_TRUE(std::isnan(read(name, diagonal(3, 1))[0].value)) << name;
    EXPECT_FALSE(std::isnan(read(name, diagonal(1, 3))[0].value)) << name;
  }
}

TEST(Aggregations, PrecisionFollowsEdgesThatJoin) {
  // Two latents of one factor each, then an edge that joins them.
  const auto found = read("precision", matrix_of(2, 2, {1, 0.5, 0, 0.8}));
  EXPECT_NEAR(found[0].value, 0.2 * 1.5 + 0.3 * 1.5 + 0.5 * 1, 1e-12);
  EXPECT_EQ(found[1].value, 2);
}

}  // namespace
}  // namespace teasel
