#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>

#include "golden_arrays.hpp"
#include "teasel/core/array.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/rows.hpp"
#include "temporary_folder.hpp"

namespace teasel {
namespace {

Array only(const std::string& file, const std::string& name) {
  std::vector<std::string> names = {name};
  NamedArrays arrays = read_npz(file, names);
  EXPECT_EQ(arrays.size(), 1u);
  EXPECT_EQ(arrays.at(0).first, name);
  return arrays.at(0).second;
}

class GoldenNpz : public testing::TestWithParam<const char*> {};

TEST_P(GoldenNpz, ReadsWhatNumpyWrote) {
  auto of = [&](const std::string& name) { return only(GetParam(), name); };
  constexpr float infinity = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  expect_array<float>(of("f4"), ArrayType::f32, {2, 3}, {0, .25f, .5f, .75f, 1, 1.25f});
  std::vector<double> up_to_23(24);
  for (int i = 0; i < 24; ++i) up_to_23[i] = i;
  expect_array<double>(of("f8_fortran"), ArrayType::f64, {2, 3, 4}, up_to_23);
  expect_array<float>(of("f2"), ArrayType::f32, {8}, {.5f, -2, 65504, 0x1p-24f, infinity, -infinity, nan, -0.f});
  expect_array<int8_t>(of("i1"), ArrayType::i8, {2}, {-128, 127});
  expect_array<int32_t>(of("i2_big"), ArrayType::i32, {3}, {-300, 0, 300});
  expect_array<int32_t>(of("i4"), ArrayType::i32, {2, 1}, {INT32_MIN, INT32_MAX});
  expect_array<int64_t>(of("i8_big"), ArrayType::i64, {2}, {INT64_MIN, INT64_MAX});
  expect_array<uint8_t>(of("u1"), ArrayType::u8, {4}, {0, 1, 2, 3});
  expect_array<int32_t>(of("u2"), ArrayType::i32, {2}, {0, 65535});
  expect_array<int64_t>(of("u4"), ArrayType::i64, {2}, {0, 4294967295});
  expect_array<int64_t>(of("u8"), ArrayType::i64, {2}, {0, INT64_MAX});
  expect_array<double>(of("f8_big"), ArrayType::f64, {2}, {1.5, -1e300});
  expect_array<uint8_t>(of("truth"), ArrayType::boolean, {3}, {1, 0, 1});
  expect_array<int64_t>(of("scalar"), ArrayType::i64, {}, {42});
  expect_array<float>(of("empty"), ArrayType::f32, {0, 3}, {});
}

TEST_P(GoldenNpz, PickledMembersAreSkippedUnlessAskedFor) {
  NamedArrays all = read_npz(GetParam());
  EXPECT_EQ(all.size(), 15u);
  EXPECT_TRUE(std::ranges::none_of(all, [](const auto& entry) { return entry.first == "objects"; }));
  EXPECT_NE(error_of([&] { only(GetParam(), "objects"); }).find("pickled"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(StoredAndDeflated, GoldenNpz,
                         testing::Values("tests/golden/core/arrays.npz", "tests/golden/core/arrays_deflated.npz"));

TEST(Npz, ExplainsWhatItCannotRead) {
  TemporaryFolder folder;
  const std::string file = "tests/golden/core/unreadable.npz";
  EXPECT_NE(error_of([&] { only(file, "records"); }).find("structured"), std::string::npos);
  EXPECT_NE(error_of([&] { only(file, "complex"); }).find("dtype '<c8'"), std::string::npos);
  EXPECT_NE(error_of([&] { only(file, "text"); }).find("dtype '<U2'"), std::string::npos);
  EXPECT_NE(error_of([&] { only(file, "huge"); }).find("9223372036854775808"), std::string::npos);
  std::string unknown = error_of([&] { only(file, "recrods"); });
  EXPECT_NE(unknown.find("no array 'recrods'"), std::string::npos);
  EXPECT_NE(unknown.find("records"), std::string::npos);
  EXPECT_NE(error_of([&] { read_npz(folder / "absent.npz"); }).find("No such file"), std::string::npos);
  write_quickly(folder / "text.npz", "this is no archive");
  EXPECT_NE(error_of([&] { read_npz(folder / "text.npz"); }).find("no npz file"), std::string::npos);
}

TEST(Npz, ReadsBackWhatItWroteInTheOrderAskedFor) {
  TemporaryFolder folder;
  NamedArrays arrays = assorted_arrays();
  for (bool compress : {false, true}) {
    write_npz(folder / "x.npz", arrays, compress);
    expect_same(read_npz(folder / "x.npz"), arrays);
    std::vector<std::string> wanted = {arrays[3].first, arrays[0].first};
    expect_same(read_npz(folder / "x.npz", wanted), {arrays[3], arrays[0]});
  }
  write_npz(folder / "none.npz", {});
  EXPECT_TRUE(read_npz(folder / "none.npz").empty());
}

TEST(Npz, EqualArraysGiveEqualBytes) {
  TemporaryFolder folder;
  write_npz(folder / "a.npz", assorted_arrays(), true);
  ::setenv("TZ", "Asia/Tokyo", 1);  // zip archives hold local time
  write_npz(folder / "b.npz", assorted_arrays(), true);
  ::unsetenv("TZ");
  EXPECT_EQ(read_file(folder / "a.npz"), read_file(folder / "b.npz"));
}

TEST(Npz, CompressesWhenAsked) {
  TemporaryFolder folder;
  NamedArrays zeros = {{"zeros", Array{ArrayType::u8, {100'000}, std::vector<std::byte>(100'000)}}};
  write_npz(folder / "stored.npz", zeros);
  write_npz(folder / "deflated.npz", zeros, true);
  EXPECT_GT(std::filesystem::file_size(folder / "stored.npz"), 100'000u);
  EXPECT_LT(std::filesystem::file_size(folder / "deflated.npz"), 1'000u);
  expect_same(read_npz(folder / "deflated.npz"), zeros);
}

TEST(Npz, RefusesTwoArraysOfOneName) {
  TemporaryFolder folder;
  Array array{ArrayType::u8, {1}, {std::byte{1}}};
  EXPECT_THROW(write_npz(folder / "x.npz", {{"a", array}, {"a", array}}), std::invalid_argument);
  EXPECT_TRUE(folder.names().empty());
  // Nor reads them: which of the two would "a" be?
  write_npz(folder / "x.npz", {{"a", array}, {"b", array}});
  std::string bytes = read_file(folder / "x.npz");
  const size_t second = bytes.rfind("b.npy");
  bytes[second] = 'a';
  write_quickly(folder / "x.npz", bytes);
  for (auto& read :
       std::vector<std::function<void()>>{[&] { read_npz(folder / "x.npz"); }, [&] { list_arrays(folder / "x.npz"); },
                                          [&] { open_rows(folder / "x.npz", "a"); }})
    EXPECT_NE(error_of(read).find("two arrays of the name 'a'"), std::string::npos);
}

TEST(Npz, DamageIsAnErrorAndNeverAnotherArray) {
  TemporaryFolder folder;
  NamedArrays arrays = {{"a", Array{ArrayType::u8, {64}, std::vector<std::byte>(64, std::byte{7})}}};
  for (bool compress : {false, true}) {
    write_npz(folder / "whole.npz", arrays, compress);
    const std::string whole = read_file(folder / "whole.npz");
    for (size_t size = 0; size < whole.size(); size += 3) {
      write_quickly(folder / "x.npz", whole.substr(0, size));
      EXPECT_NE(error_of([&] { read_npz(folder / "x.npz"); }), "no error") << size;
    }
    for (size_t at = 0; at < whole.size(); ++at) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x41);
      write_quickly(folder / "x.npz", damaged);
      expect_error_or_value([&] {
        for (const auto& [name, array] : read_npz(folder / "x.npz"))
          EXPECT_EQ(array.bytes, arrays[0].second.bytes) << at;
      });
    }
  }
}

// 46,080 images of dSprites' own archive at half size, as users will have them.
TEST(Npz, ReadsRealDsprites) {
  const char* shared = std::getenv("TEASEL_SHARED");
  std::filesystem::path path =
      std::filesystem::path(shared ? shared : "../shared") / "data/dsprites_downsampled_plain.npz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  NamedArrays arrays = read_npz(path);
  ASSERT_FALSE(arrays.empty());
  for (const auto& [name, array] : arrays)
    EXPECT_EQ(array.elements() * static_cast<int64_t>(size_of(array.type)), static_cast<int64_t>(array.bytes.size()))
        << name;
  EXPECT_TRUE(std::ranges::any_of(
      arrays, [](const auto& entry) { return !entry.second.shape.empty() && entry.second.shape[0] == 46'080; }));
}

}  // namespace
}  // namespace teasel
