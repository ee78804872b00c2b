// HDF5 files by h5py, and ours.
#include <gtest/gtest.h>

#include "teasel/core/file.hpp"
#include "teasel/core/rows.hpp"
#include "tests/core/golden_arrays.hpp"
#include "tests/core/temporary_folder.hpp"

namespace teasel {
namespace {

const std::string golden = "tests/golden/formats/arrays.h5";

Array read(const std::string& name) { return read_all(*open_hdf5_rows(golden, name)); }

TEST(Hdf5, ReadsWhatH5pyWrote) {
  expect_array<float>(read("f4"), ArrayType::f32, {2, 3}, {0, .25f, .5f, .75f, 1, 1.25f});
  expect_array<float>(read("f2"), ArrayType::f32, {3}, {.5f, -2, 65504});
  expect_array<double>(read("f8_big"), ArrayType::f64, {2}, {1.5, -1e300});
  expect_array<int32_t>(read("i2_big"), ArrayType::i32, {3}, {-300, 0, 300});
  expect_array<int64_t>(read("u4"), ArrayType::i64, {2}, {0, 4294967295});
  expect_array<int64_t>(read("u8"), ArrayType::i64, {2}, {0, INT64_MAX});
  expect_array<uint8_t>(read("truth"), ArrayType::boolean, {3}, {1, 0, 1});
  expect_array<int64_t>(read("scalar"), ArrayType::i64, {}, {42});
  expect_array<float>(read("empty"), ArrayType::f32, {0, 3}, {});
  std::vector<uint8_t> pixels(1500);
  for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<uint8_t>(i * 7 % 251);
  expect_array<uint8_t>(read("images"), ArrayType::u8, {50, 6, 5}, pixels);  // chunks, gzip, shuffle
  std::vector<int64_t> classes(100);
  for (size_t i = 0; i < classes.size(); ++i) classes[i] = static_cast<int64_t>(i);
  expect_array<int64_t>(read("latents/classes"), ArrayType::i64, {50, 2}, classes);
}

TEST(Hdf5, ReadsRangesAcrossChunks) {
  const auto reader = open_hdf5_rows(golden, "images");
  std::vector<std::byte> rows(20 * 30);
  reader->read(10, 20, rows);
  for (size_t i = 0; i < rows.size(); ++i) ASSERT_EQ(std::to_integer<size_t>(rows[i]), (300 + i) * 7 % 251);
}

TEST(Hdf5, ListsItsArraysByName) {
  const auto list = list_hdf5(golden);
  std::vector<std::string> names;
  for (auto& array : list) names.push_back(array.name);
  EXPECT_EQ(names, (std::vector<std::string>{"empty", "f2", "f4", "f8_big", "huge", "i2_big", "images",
                                             "latents/classes", "records", "scalar", "text", "truth", "u4", "u8"}));
  EXPECT_EQ(list[6].shape, (std::vector<int64_t>{50, 6, 5}));
  EXPECT_EQ(list[6].type, ArrayType::u8);
  EXPECT_FALSE(list[10].type);
  EXPECT_FALSE(list[10].unreadable.empty());
}

TEST(Hdf5, SaysWhatItCannotRead) {
  const TemporaryFolder folder;
  EXPECT_NE(error_of([] { read("text"); }).find("neither numbers nor"), std::string::npos);
  EXPECT_NE(error_of([] { read("records"); }).find("neither numbers nor"), std::string::npos);
  EXPECT_NE(error_of([] { read("huge"); }).find("9223372036854775808"), std::string::npos);
  EXPECT_NE(error_of([] { open_rows(golden, "imges"); }).find("'images'"), std::string::npos);
  EXPECT_NE(error_of([&] { list_hdf5(folder / "absent.h5"); }).find("No such file"), std::string::npos);
  write_quickly(folder / "text.h5", "this is no HDF5 file");
  EXPECT_NE(error_of([&] { list_hdf5(folder / "text.h5"); }).find("is no HDF5 file"), std::string::npos);
}

// A number of 8 bytes as HDF5 stores it.
std::string stored(uint64_t number) { return {reinterpret_cast<const char*>(&number), sizeof number}; }

// The names of a group lie in a heap, whose size and place libhdf5 believes: it asks for a terabyte, or crashes.
TEST(Hdf5, SizesAndPlacesThatAreNoneAreErrors) {
  const TemporaryFolder folder;
  const Array images = read("images");
  write_hdf5(folder / "x.h5", {RowSource::of("imgs", images)}, true);
  const std::string whole = read_file(folder / "x.h5");
  const size_t heap = whole.find("HEAP");
  ASSERT_NE(heap, std::string::npos);
  // First the superblock names it, which is not looked at; then the group.
  const size_t place = whole.find(stored(heap), whole.find(stored(heap)) + 8);
  ASSERT_NE(place, std::string::npos);
  for (size_t at : {heap + 8, heap + 16, heap + 24, place})
    for (uint64_t number : {~0ull, ~0ull >> 1, 1ull << 62, 1ull << 40, 1ull << 32, 1ull << 20}) {
      write_quickly(folder / "x.h5", std::string(whole).replace(at, 8, stored(number)));
      const std::string error = error_of([&] { read_all(*open_rows(folder / "x.h5")); });
      // Where the free part of the heap begins is no matter for reading.
      if (at != heap + 16) {
        EXPECT_NE(error.find("x.h5'"), std::string::npos) << at << " " << number << " " << error;
      }
    }
}

TEST(Hdf5, EveryTruncationIsAnErrorAndDamageIsNoCrash) {
  const TemporaryFolder folder;
  const std::string whole = read_file(golden);
  for (size_t size = 8; size < whole.size(); size += 1597) {
    write_quickly(folder / "x.h5", whole.substr(0, size));
    EXPECT_NE(error_of([&] { list_hdf5(folder / "x.h5"); }), "no error") << size;
  }
  for (size_t at = 0; at < 2000; at += 97) {
    write_quickly(folder / "x.h5", std::string(whole).replace(at, 1, 1, static_cast<char>(whole[at] ^ 0x41)));
    expect_error_or_value([&] {
      for (auto& array : list_hdf5(folder / "x.h5"))
        if (array.type) read_all(*open_hdf5_rows(folder / "x.h5", array.name));
    });
  }
}

TEST(Hdf5, AnotherFileUnderTheNameIsAnError) {
  const TemporaryFolder folder;
  const Array images = read("images"), classes = read("latents/classes");
  write_hdf5(folder / "x.h5", {RowSource::of("x", images)}, true);
  const auto reader = open_rows(folder / "x.h5");
  write_hdf5(folder / "x.h5", {RowSource::of("x", classes)}, true);
  EXPECT_NE(error_of([&] { read_all(*reader); }).find("another one than before"), std::string::npos);
  std::filesystem::remove(folder / "x.h5");
  EXPECT_NE(error_of([&] { read_all(*reader); }).find("No such file"), std::string::npos);
}

TEST(Hdf5, EqualArraysGiveEqualBytes) {
  const TemporaryFolder folder;
  const NamedArrays arrays = assorted_arrays();
  std::vector<RowSource> sources;
  for (auto& [name, array] : arrays)
    if (array.type != ArrayType::boolean) sources.push_back(RowSource::of("group/" + name, array));
  for (auto* file : {"a.h5", "b.h5"}) write_hdf5(folder / file, sources, true);
  EXPECT_EQ(read_file(folder / "a.h5"), read_file(folder / "b.h5"));
  for (auto& [name, array] : arrays) {
    if (array.type == ArrayType::boolean) continue;
    const Array back = read_all(*open_rows(folder / "a.h5", "group/" + name));
    EXPECT_EQ(back.type, array.type);
    EXPECT_EQ(back.shape, array.shape);
    EXPECT_EQ(back.bytes, array.bytes);
  }
}

TEST(Hdf5, ChunksAsAskedFor) {
  const TemporaryFolder folder;
  const Array images = read("images");
  RowSource source = RowSource::of("imgs", images);
  source.chunk = {50, 2, 5};
  write_hdf5(folder / "x.h5", {source}, true);
  EXPECT_EQ(read_all(*open_rows(folder / "x.h5")).bytes, images.bytes);
}

}  // namespace
}  // namespace teasel
