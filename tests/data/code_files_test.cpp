// Codes and factors from files: shapes, names, ids, grids, missing values.
#include "teasel/data/code_files.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "teasel/core/array.hpp"
#include "teasel/core/file.hpp"
#include "tests/core/temporary_folder.hpp"

namespace teasel {
namespace {

using namespace testing;

class CodeFilesTest : public ::testing::Test {
 protected:
  std::filesystem::path text(const std::string& name, const std::string& content) {
    write_quickly(folder_ / name, content);
    return folder_ / name;
  }
  template <class T>
  std::filesystem::path npy(const std::string& name, const std::vector<T>& values, std::vector<int64_t> shape) {
    write_npy(folder_ / name, array(values, std::move(shape)));
    return folder_ / name;
  }
  template <class T>
  static Array array(const std::vector<T>& values, std::vector<int64_t> shape) {
    return Array::of(std::span<const T>(values), std::move(shape));
  }
  static bool says(const FileCodes& read, const std::string& part) {
    for (auto& remark : read.remarks)
      if (remark.find(part) != std::string::npos) return true;
    return false;
  }

  TemporaryFolder folder_;
};

TEST_F(CodeFilesTest, ReadsArraysOfAnyTypeAsTheyAre) {
  const auto codes = npy<float>("c.npy", {0.5f, 1, 2, 3, 4, 5, 6, 7}, {4, 2});
  const auto factors = npy<int64_t>("f.npy", {10, 30, 10, 20}, {4});
  const FileCodes read = read_code_files({.codes = codes, .factors = factors});
  EXPECT_EQ(read.table.n, 4);
  EXPECT_EQ(read.table.d, 2);
  EXPECT_EQ(read.table.z, (std::vector<double>{0.5, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(read.latents, (std::vector<std::string>{"z0", "z1"}));
  ASSERT_EQ(read.table.k, 1);
  EXPECT_EQ(read.table.factors[0].values, (std::vector<double>{10, 20, 30}));
  EXPECT_EQ(read.table.y, (std::vector<double>{0, 2, 0, 1}));
  EXPECT_FALSE(read.table.full_grid);
  EXPECT_TRUE(read.remarks.empty());
  EXPECT_TRUE(read.codes.blocks.empty());
}

TEST_F(CodeFilesTest, AnArchiveHoldsEverything) {
  const std::vector<double> means{0, 1, 2, -1, 0.5, 3}, log_variances{0, -2, 1, 0, 0, -1};
  const std::vector<double> probabilities{1, 0, 0.25, 0.75, 0.5, 0.5};
  write_npz(folder_ / "c.npz", {{"means", array(means, {3, 2})},
                                {"log_variances", array(log_variances, {3, 2})},
                                {"class_probabilities", array(probabilities, {3, 2})},
                                {"factors", array<int64_t>({0, 1, 1}, {3, 1})},
                                {"other", array(means, {3, 2})}});
  const FileCodes read = read_code_files({.codes = folder_ / "c.npz"});
  EXPECT_EQ(read.table.z, means);
  EXPECT_EQ(read.table.y, (std::vector<double>{0, 1, 1}));
  ASSERT_EQ(read.table.spread.size(), 6u);
  for (size_t i = 0; i < 6; ++i) {
    const double variance = std::exp(log_variances[i]);
    EXPECT_FLOAT_EQ(read.table.spread[i], static_cast<float>(std::sqrt(variance)));
    // KL(N(m, v) || N(0, 1)) = (m^2 + v - 1 - ln v) / 2
    EXPECT_NEAR(read.table.kl[i], 0.5 * (means[i] * means[i] + variance - 1 - std::log(variance)), 1e-6);
  }
  ASSERT_EQ(read.codes.blocks.size(), 1u);
  EXPECT_EQ(read.codes.blocks[0].about.law, LatentLaw::categorical);
  EXPECT_EQ(read.codes.blocks[0].location, (std::vector<float>{1, 0, 0.25f, 0.75f, 0.5f, 0.5f}));
}

TEST_F(CodeFilesTest, TextsHaveNamesAndClasses) {
  const auto codes = text("c.tsv", "width\theight\n1.5\t2\n-1e3\t4\n0\t1\n");
  const auto factors = text("f.csv", "shape,size\nround,3\nflat,1\nround,1\n");
  const FileCodes read = read_code_files({.codes = codes, .factors = factors});
  EXPECT_EQ(read.latents, (std::vector<std::string>{"width", "height"}));
  EXPECT_EQ(read.table.z, (std::vector<double>{1.5, 2, -1000, 4, 0, 1}));
  EXPECT_EQ(read.table.factors[0].scale, FactorSpec::Scale::categorical);
  EXPECT_EQ(read.table.y, (std::vector<double>{1, 1, 0, 0, 1, 0}));
}

TEST_F(CodeFilesTest, PandasNumbersColumnsWithoutNames) {
  const FileCodes read = read_code_files({.codes = text("c.csv", "0,1\n0.5,0\n1,1\n")});
  EXPECT_EQ(read.table.n, 2);
  EXPECT_EQ(read.latents, (std::vector<std::string>{"0", "1"}));
  EXPECT_EQ(read.table.k, 0);
}

TEST_F(CodeFilesTest, JoinsById) {
  const auto codes = text("c.csv", "id,z\na,1\nb,2\nc,3\nd,4\n");
  const auto factors = text("f.tsv", "y\tid\n5\td\n6\tx\n7\tb\n7\ta\n");
  const auto log_variances = npy<double>("v.npy", {0, 0, 0, 2}, {4, 1});
  const FileCodes read =
      read_code_files({.codes = codes, .factors = factors, .log_variances = log_variances, .id = "id"});
  EXPECT_EQ(read.table.z, (std::vector<double>{1, 2, 4}));  // in the order of the codes
  EXPECT_EQ(read.table.y, (std::vector<double>{1, 1, 0}));
  EXPECT_FLOAT_EQ(read.table.spread[2], std::exp(1.0f));
  EXPECT_TRUE(says(read, "3 items were joined by 'id'; 1 of "));
  const FileCodes alone = read_code_files({.codes = codes, .id = "id"});
  EXPECT_EQ(alone.latents, (std::vector<std::string>{"z"}));
  EXPECT_EQ(alone.table.n, 4);
}

TEST_F(CodeFilesTest, MissingValuesAreNaNAndCounted) {
  const auto codes = npy<double>("c.npy", {1, 2, 3, 4}, {4, 1});
  const double nan = std::nan("");
  const auto numbers = npy<double>("f.npy", {0, 5, -1, 6, 1, nan, 1, 5}, {4, 2});
  CodeFiles files{.codes = codes, .factors = numbers};
  files.columns.missing = "-1";
  const FileCodes read = read_code_files(files);
  EXPECT_TRUE(std::isnan(read.table.y[2]));
  EXPECT_TRUE(std::isnan(read.table.y[5]));
  EXPECT_EQ(read.table.factors[0].classes(), 2);
  EXPECT_EQ(read.table.y[3], 1);
  EXPECT_TRUE(says(read, "'factor_0' in 1 rows, 'factor_1' in 1 rows"));

  files.factors = text("f.csv", "shape,size\nround,1\n-1,2\n,\nflat,1\n");
  const FileCodes words = read_code_files(files);
  EXPECT_EQ(words.table.factors[0].classes(), 2);
  EXPECT_EQ(words.table.y[0], 1);
  EXPECT_TRUE(std::isnan(words.table.y[2]));
  EXPECT_TRUE(std::isnan(words.table.y[4]));
  EXPECT_TRUE(std::isnan(words.table.y[5]));
}

TEST_F(CodeFilesTest, FewValuesAreClassesManyAreContinuous) {
  std::vector<double> codes(300), few(300), many(300), counted(300);
  for (size_t i = 0; i < 300; ++i) {
    codes[i] = static_cast<double>(i % 7);
    few[i] = static_cast<double>(i % 256) / 10;
    many[i] = static_cast<double>(i % 257) / 10;
    counted[i] = static_cast<double>(i);  // a number for each item
  }
  std::vector<double> all;
  for (size_t i = 0; i < 300; ++i) all.insert(all.end(), {few[i], many[i], counted[i]});
  CodeFiles files{.codes = npy<double>("c.npy", codes, {300, 1}), .factors = npy<double>("f.npy", all, {300, 3})};
  const FileCodes read = read_code_files(files);
  EXPECT_EQ(read.table.factors[0].classes(), 256);
  EXPECT_EQ(read.table.factors[1].classes(), 0);
  EXPECT_EQ(read.table.y[1 * 3 + 1], 0.1);  // as it is
  EXPECT_EQ(read.table.factors[2].classes(), 0);
  EXPECT_TRUE(says(read, "continuous"));
  files.columns.discrete = {"factor_1"};
  files.columns.continuous = {"factor_0"};
  files.columns.cyclic = {"factor_0"};
  files.columns.nuisance = {"factor_2"};
  const FileCodes told = read_code_files(files);
  EXPECT_EQ(told.table.factors[0].classes(), 0);
  EXPECT_EQ(told.table.factors[1].classes(), 257);
  EXPECT_TRUE(told.table.factors[0].cyclic);
  EXPECT_TRUE(told.table.factors[2].nuisance);
}

TEST_F(CodeFilesTest, AFullGridIsFoundInAnyOrder) {
  // Factors of 2 and 3 values; the first is fastest in the file.
  const auto codes = npy<double>("c.npy", {0, 1, 2, 3, 4, 5}, {6, 1});
  const auto factors = npy<int64_t>("f.npy", {0, 0, 1, 0, 0, 1, 1, 1, 0, 2, 1, 2}, {6, 2});
  CodeFiles files{.codes = codes, .factors = factors};
  const FileCodes read = read_code_files(files);
  EXPECT_TRUE(read.table.full_grid);
  EXPECT_EQ(read.table.z, (std::vector<double>{0, 2, 4, 1, 3, 5}));
  EXPECT_EQ(read.table.y, (std::vector<double>{0, 0, 0, 1, 0, 2, 1, 0, 1, 1, 1, 2}));
  files.keep_order = true;
  const FileCodes kept = read_code_files(files);
  EXPECT_FALSE(kept.table.full_grid);
  EXPECT_EQ(kept.table.z[1], 1);
  files.factors = npy<int64_t>("g.npy", {0, 0, 1, 0, 0, 1, 1, 1, 0, 2, 0, 2}, {6, 2});  // one combination twice
  EXPECT_FALSE(read_code_files(files).table.full_grid);
}

TEST_F(CodeFilesTest, UnitsAreColumnsInOrder) {
  CodeFiles files{.codes = npy<double>("c.npy", {1, 2, 3, 4, 5, 6, 7, 8}, {2, 4}), .units = {1, 3}};
  EXPECT_EQ(read_code_files(files).table.unit, (std::vector<int32_t>{0, 1, 1, 1}));
  files.units = {2};
  EXPECT_EQ(read_code_files(files).table.unit, (std::vector<int32_t>{0, 0, 1, 1}));
}

TEST_F(CodeFilesTest, ASingleValueIsNamed) {
  const FileCodes read = read_code_files(
      {.codes = npy<double>("c.npy", {1, 2}, {2, 1}), .factors = npy<int64_t>("f.npy", {0, 3, 0, 4}, {2, 2})});
  EXPECT_TRUE(says(read, "single value: factor 'factor_0'"));
  EXPECT_EQ(read.table.k, 2);
}

}  // namespace
}  // namespace teasel
