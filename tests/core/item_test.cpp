#include "teasel/core/item.hpp"

#include <gtest/gtest.h>

#include "teasel/core/error.hpp"

namespace teasel {
namespace {

TEST(FieldSpec, BytesOfEachType) {
  EXPECT_EQ((FieldSpec{"x", {1, 64, 64}, Dtype::bit}.bytes()), 512);
  EXPECT_EQ((FieldSpec{"x", {3, 3}, Dtype::bit}.bytes()), 2);  // nine bits are padded to a whole byte
  EXPECT_EQ((FieldSpec{"x", {3, 64, 64}, Dtype::u8}.bytes()), 3 * 64 * 64);
  EXPECT_EQ((FieldSpec{"x", {24, 13}, Dtype::f32}.bytes()), 4 * 24 * 13);
  EXPECT_EQ((FieldSpec{"x", {5}, Dtype::i64}.bytes()), 40);
  EXPECT_EQ((FieldSpec{"x", {}, Dtype::f32}.elements()), 1);
}

TEST(DataSpec, FindsFieldsByName) {
  DataSpec spec;
  spec.name = "toy";
  spec.fields = {{"x", {4}, Dtype::u8}, {"mask", {2}, Dtype::f32}};
  EXPECT_EQ(spec.field("mask").shape, std::vector<int64_t>{2});
  EXPECT_EQ(spec.field_number("mask"), 1u);
  try {
    spec.field("masks");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "the data set 'toy' has no field 'masks'");
    EXPECT_NE(error.hint().find("mask"), std::string::npos);
  }
}

TEST(DataSpec, FindsFactorsByName) {
  DataSpec spec;
  spec.factors = {{"shape", {0, 1}}, {"scale", {0, 1, 2}}};
  EXPECT_EQ(spec.factor_number("scale"), 1u);
  EXPECT_EQ(spec.factor_number("scales"), std::nullopt);
}

TEST(DataSpec, RefusesItemsThatItHasNot) {
  DataSpec spec;
  spec.name = "toy", spec.size = 5;
  spec.check_items(std::vector<int64_t>{0, 4, 0});
  for (int64_t absent : {-1, 5}) {
    try {
      spec.check_items(std::vector<int64_t>{0, absent});
      FAIL() << absent;
    } catch (const Error& error) {
      EXPECT_EQ(error.what(), "the data set 'toy' has no item " + std::to_string(absent));
      EXPECT_EQ(error.hint(), "Its items are 0 to 4.");
    }
  }
}

// dSprites: 1 x 3 x 6 x 40 x 32 x 32 = 737,280 images.
TEST(GridStrides, OfDsprites) {
  std::vector<FactorSpec> factors;
  for (size_t classes : {1, 3, 6, 40, 32, 32}) factors.push_back({"factor", std::vector<double>(classes)});
  EXPECT_EQ(grid_strides(factors), (std::vector<int64_t>{737'280, 245'760, 40'960, 1'024, 32, 1}));
  EXPECT_TRUE(grid_strides({}).empty());
}

TEST(Names, AreTheWordsOfTheFiles) {
  EXPECT_EQ(name_of(Dtype::bit) + name_of(Dtype::u8) + name_of(Dtype::f32) + name_of(Dtype::i64), "bitu8f32i64");
  EXPECT_EQ(name_of(Modality::spectrogram), "spectrogram");
  EXPECT_EQ(name_of(FactorSpec::Scale::continuous), "continuous");
}

}  // namespace
}  // namespace teasel
