#include "teasel/core/array.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "teasel/core/error.hpp"

namespace teasel {
namespace {

TEST(Array, KeepsValuesAndShape) {
  std::vector<float> values = {1, 2.5f, -3, 4, 5, 6};
  Array array = Array::of(std::span<const float>(values), {2, 3});
  EXPECT_EQ(array.type, ArrayType::f32);
  EXPECT_EQ(array.elements(), 6);
  EXPECT_TRUE(std::ranges::equal(array.as<float>(), values));
  EXPECT_EQ(array.to_f32(), values);
}

TEST(Array, RefusesAShapeThatDoesNotFit) {
  std::vector<float> values(6);
  std::span<const float> span(values);
  for (std::vector<int64_t> shape : {std::vector<int64_t>{5}, {7}, {2, 2}, {-2, -3}, {int64_t{1} << 62, 8}, {0}})
    EXPECT_THROW(Array::of(span, shape), std::invalid_argument);
  EXPECT_NO_THROW(Array::of(span.first(1), {}));
  EXPECT_NO_THROW(Array::of(span.first(0), {0, int64_t{1} << 62, 8}));
}

TEST(Array, ConvertsToWholeNumbers) {
  std::vector<double> whole = {0, -3, 1e15};
  EXPECT_EQ(Array::of(std::span<const double>(whole), {3}).to_i64(),
            (std::vector<int64_t>{0, -3, 1'000'000'000'000'000}));
  for (double bad :
       {.5, 1e19, 0x1p63, -1e19, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    EXPECT_THROW(Array::of(std::span<const double>(&bad, 1), {}).to_i64(), Error) << bad;
  double least = -0x1p63;
  EXPECT_EQ(Array::of(std::span<const double>(&least, 1), {}).to_i64().front(), INT64_MIN);
  std::vector<uint8_t> bytes = {0, 200};
  EXPECT_EQ(Array::of(std::span<const uint8_t>(bytes), {2}).to_i64(), (std::vector<int64_t>{0, 200}));
  Array small{ArrayType::i8, {2}, {std::byte{0xff}, std::byte{5}}};
  EXPECT_EQ(small.to_i64(), (std::vector<int64_t>{-1, 5}));
  EXPECT_EQ(small.to_f32(), (std::vector<float>{-1, 5}));
}

TEST(Array, SizesOfTypes) {
  EXPECT_EQ(size_of(ArrayType::boolean), 1u);
  EXPECT_EQ(size_of(ArrayType::i32), 4u);
  EXPECT_EQ(size_of(ArrayType::f64), 8u);
  EXPECT_EQ(name_of(ArrayType::f32), "f32");
}

}  // namespace
}  // namespace teasel
