// The user's own arrays: layouts, types, factors, and what is refused.
#include <gtest/gtest.h>

#include <cmath>

#include "teasel/core/rows.hpp"
#include "tests/data/user_files.hpp"

namespace teasel {
namespace {

struct Arrays : testing::Test {
  TemporaryFolder folder;
  std::string path(const std::string& name) { return (folder / name).string(); }
  std::string spec(const std::string& images, const std::string& more = "") {
    return "name = 'arrays'\nimages = '" + path(images) + "'\n" + more;
  }
  std::string with_factors(const std::string& factors, const std::string& more = "") {
    return spec("x.npy", "factors = '" + path(factors) + "'\n" + more);
  }
};

TEST_F(Arrays, BytesOfEveryLayoutAndFile) {
  const Array planes = counted<uint8_t>({5, 3, 4, 6}, 256);
  Array interleaved{ArrayType::u8, {5, 4, 6, 3}, std::vector<std::byte>(planes.bytes.size())};
  for (size_t n = 0; n < 5; ++n)
    for (size_t c = 0; c < 3; ++c)
      for (size_t p = 0; p < 24; ++p) interleaved.bytes[n * 72 + p * 3 + c] = planes.bytes[n * 72 + c * 24 + p];
  write_npy(folder / "nchw.npy", planes);
  write_npy(folder / "nhwc.npy", interleaved);
  write_npz(folder / "nhwc.npz", {{"other", planes}, {"images", interleaved}}, true);
  write_hdf5(folder / "nhwc.h5", {RowSource::of("imgs", interleaved)}, true);
  for (auto* file : {"nchw.npy", "nhwc.npy", "nhwc.npz", "nhwc.h5"}) {
    SCOPED_TRACE(file);
    const auto set = open_text(spec(file));
    EXPECT_EQ(set->spec().fields[0].shape, (std::vector<int64_t>{3, 4, 6}));
    EXPECT_EQ(set->spec().fields[0].dtype, Dtype::u8);
    EXPECT_EQ(gathered(*set, {0, 1, 2, 3, 4}), planes.bytes);
    EXPECT_EQ(gathered(*set, {3}), std::vector(planes.bytes.begin() + 216, planes.bytes.begin() + 288));
  }
}

TEST_F(Arrays, ZerosAndOnesAreHeldAsBits) {
  const Array bytes = counted<uint8_t>({6, 5, 5}, 2);  // 25 pixels: an item is padded to four bytes
  Array truth = bytes;
  truth.type = ArrayType::boolean;
  write_npy(folder / "bytes.npy", bytes);
  write_npz(folder / "truth.npz", {{"x", truth}});
  for (auto* file : {"bytes.npy", "truth.npz"}) {
    const auto set = open_text(spec(file));
    EXPECT_EQ(set->spec().fields[0].dtype, Dtype::bit);
    const auto packed = gathered(*set, {4});
    ASSERT_EQ(packed.size(), 4u);
    for (size_t p = 0; p < 25; ++p)
      EXPECT_EQ(packed[p / 8] >> (7 - p % 8) & std::byte{1}, bytes.bytes[100 + p]) << file << " " << p;
  }
  EXPECT_EQ(open_text(spec("bytes.npy", "values = 'bytes'"))->spec().fields[0].dtype, Dtype::u8);
  write_npy(folder / "grey.npy", counted<uint8_t>({6, 5, 5}, 9));
  EXPECT_TRUE(holds(complaint(spec("grey.npy", "values = 'bits'")), "above 1"));
}

TEST_F(Arrays, FloatsKeepTheirValues) {
  const Array narrow = counted<float>({4, 2, 3}, 10, 0.1f);
  const Array wide = counted<double>({4, 2, 3}, 10, 0.1f);
  write_npy(folder / "f4.npy", narrow);
  write_npy(folder / "f8.npy", wide);
  write_npz(folder / "f4.npz", {{"x", narrow}});
  for (auto* file : {"f4.npy", "f8.npy", "f4.npz"}) {
    const auto set = open_text(spec(file));
    EXPECT_EQ(set->spec().fields[0].dtype, Dtype::f32);
    EXPECT_EQ(gathered(*set, {0, 1, 2, 3}), narrow.bytes) << file;
  }
}

TEST_F(Arrays, ValuesOutsideTheRangeAreMetAtOnce) {
  Array floats = counted<float>({4, 2, 3}, 10, 0.1f);
  floats.as<float>()[14] = 1.5f;
  write_npy(folder / "x.npy", floats);
  EXPECT_TRUE(holds(complaint(spec("x.npy")), "image 2 of ")) << complaint(spec("x.npy"));
  EXPECT_TRUE(holds(complaint(spec("x.npy")), "1.5"));
  const auto set = open_text(spec("x.npy", "high = 2.0"));
  EXPECT_EQ(set->spec().high, 2);
  floats.as<float>()[14] = NAN;
  write_npy(folder / "x.npy", floats);
  EXPECT_TRUE(holds(complaint(spec("x.npy", "high = 2.0")), "nan"));
}

TEST_F(Arrays, FactorsOfEveryFile) {
  write_npy(folder / "x.npy", counted<uint8_t>({6, 2, 2}, 256));
  const std::vector<double> table{0.5, 10, 0.5, 20, 0.5, 30, 0.7, 10, 0.7, 20, 0.7, 30};
  const Array factors = Array::of(std::span<const double>(table), {6, 2});
  write_npy(folder / "f.npy", factors);
  write_npz(folder / "f.npz", {{"factors", factors}, {"other", factors}});
  write_quickly(folder / "f.csv", "scale,angle\n0.5,10\n0.5,20\n0.5,30\n0.7,10\n0.7,20\n0.7,30\n");
  for (auto* file : {"f.npy", "f.npz", "f.csv"}) {
    SCOPED_TRACE(file);
    const auto set = open_text(with_factors(file, "names = ['scale', 'angle']"));
    ASSERT_EQ(set->spec().factors.size(), 2u);
    EXPECT_EQ(set->spec().factors[0].name, "scale");
    EXPECT_EQ(set->spec().factors[1].values, (std::vector<double>{10, 20, 30}));
    EXPECT_TRUE(set->spec().full_grid);
    EXPECT_EQ(factors_of(*set, {4}), (std::vector<float>{1, 1}));
    EXPECT_EQ(set->find(std::vector<float>{1, 2}), 5);
  }
  write_npz(folder / "both.npz", {{"images", counted<uint8_t>({6, 2, 2}, 256)}, {"factors", factors}});
  EXPECT_EQ(open_text(spec("both.npz"))->spec().factors.size(), 2u);
  EXPECT_TRUE(open_text(with_factors("f.npy", "continuous = ['factor_1']"))->spec().factors[1].values.empty());
}

TEST_F(Arrays, TextsAreClassesInAlphabeticalOrder) {
  write_npy(folder / "x.npy", counted<uint8_t>({3, 2, 2}, 256));
  write_quickly(folder / "f.csv", "kind\nround\nflat\nround\n");
  const auto set = open_text(with_factors("f.csv"));
  EXPECT_EQ(set->spec().factors[0].scale, FactorSpec::Scale::categorical);
  EXPECT_EQ(factors_of(*set, {0, 1, 2}), (std::vector<float>{1, 0, 1}));
  EXPECT_FALSE(set->spec().full_grid);
}

TEST_F(Arrays, RefusesWhatDoesNotFit) {
  write_npy(folder / "x.npy", counted<uint8_t>({6, 2, 2}, 256));
  write_npy(folder / "short.npy", counted<int64_t>({5, 2}, 3));
  write_npy(folder / "f.npy", counted<int64_t>({6, 2}, 3));
  write_npy(folder / "i8.npy", counted<int64_t>({6, 2, 2}, 3));
  write_npy(folder / "flat.npy", counted<uint8_t>({6, 4}, 256));
  write_npy(folder / "five.npy", counted<uint8_t>({6, 5, 4, 5}, 256));
  write_npy(folder / "both.npy", counted<uint8_t>({6, 3, 4, 3}, 256));
  EXPECT_TRUE(holds(complaint("name = 'arrays'"), "data.images"));
  EXPECT_TRUE(holds(complaint(spec("absent.npy")), "No such file"));
  EXPECT_TRUE(holds(complaint(with_factors("short.npy")), "5 rows of factors for 6 images"));
  EXPECT_TRUE(holds(complaint(with_factors("f.npy", "names = ['a']")), "names has 1"));
  EXPECT_TRUE(holds(complaint(with_factors("f.npy", "names = ['a', 'a']")), "one name"));
  EXPECT_TRUE(holds(complaint(with_factors("f.npy", "sizes = [3, 2]")), "class number from 0 to 1"));
  EXPECT_TRUE(holds(complaint(with_factors("f.npy", "continuous = ['b']")), "'b', which is not there"));
  EXPECT_TRUE(holds(complaint(spec("i8.npy")), "i64"));
  EXPECT_TRUE(holds(complaint(spec("flat.npy")), "no images"));
  EXPECT_TRUE(holds(complaint(spec("five.npy")), "5 channels"));
  EXPECT_TRUE(holds(complaint(spec("both.npy")), "data.layout"));
  EXPECT_EQ(open_text(spec("both.npy", "layout = 'nhwc'"))->spec().fields[0].shape, (std::vector<int64_t>{3, 3, 4}));
}

TEST_F(Arrays, LargeWholeFactorsStayApart) {
  write_npy(folder / "x.npy", counted<uint8_t>({3, 4, 4}, 256));
  const std::vector<int64_t> dates{20230101, 20230102, 20230101};  // one number where floats hold them
  write_npy(folder / "f.npy", Array::of(std::span<const int64_t>(dates), {3}));
  const auto set = open_text(with_factors("f.npy"));
  EXPECT_EQ(set->spec().factors[0].classes(), 2);
  EXPECT_EQ(factors_of(*set, {0, 1, 2}), (std::vector<float>{0, 1, 0}));
}

TEST_F(Arrays, FloatsMayLieAtTheirLimits) {
  const std::vector<float> values{0.7f, 0.8f, 0.9f, 0.9f};
  write_npy(folder / "x.npy", Array::of(std::span<const float>(values), {1, 2, 2}));
  EXPECT_EQ(open_text(spec("x.npy", "low = 0.7\nhigh = 0.9"))->spec().fields[0].dtype, Dtype::f32);
  EXPECT_TRUE(holds(complaint(spec("x.npy", "low = 0.7\nhigh = 0.8")), "image 0"));
}

}  // namespace
}  // namespace teasel
