// Reading and writing arrays by rows: against whole reads, numpy's and h5py's files.
#include "teasel/core/rows.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>

#include "teasel/core/file.hpp"
#include "teasel/core/mapped_file.hpp"
#include "tests/core/golden_arrays.hpp"
#include "tests/core/temporary_folder.hpp"

namespace teasel {
namespace {

// 200 rows of 3x7 numbers that tell their place.
Array numbered(ArrayType type, int64_t rows = 200) {
  std::vector<int32_t> values(static_cast<size_t>(rows * 21));
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int32_t>(i * 37 % 101);
  const Array whole = Array::of(std::span<const int32_t>(values), {rows, 3, 7});
  if (type == ArrayType::i32) return whole;
  std::vector<uint8_t> small(values.begin(), values.end());
  return Array::of(std::span<const uint8_t>(small), {rows, 3, 7});
}

std::vector<std::byte> rows_of(const RowReader& reader, int64_t first, int64_t count) {
  std::vector<std::byte> out(static_cast<size_t>(count * reader.row_bytes()));
  reader.read(first, count, out);
  return out;
}

void expect_rows(const RowReader& reader, const Array& whole) {
  EXPECT_EQ(reader.type(), whole.type);
  EXPECT_EQ(reader.shape(), whole.shape);
  const auto row = static_cast<size_t>(reader.row_bytes());
  for (const auto& [first, count] :
       std::vector<std::pair<int64_t, int64_t>>{{0, 1}, {17, 40}, {3, 5}, {199, 1}, {0, 200}, {200, 0}, {120, 80}}) {
    const auto got = rows_of(reader, first, count);
    ASSERT_EQ(got.size(), static_cast<size_t>(count) * row);
    EXPECT_TRUE(std::equal(got.begin(), got.end(), whole.bytes.begin() + static_cast<ptrdiff_t>(first * row)))
        << first << " " << count;
  }
  EXPECT_EQ(read_all(reader).bytes, whole.bytes);
  EXPECT_THROW(rows_of(reader, 199, 2), std::invalid_argument);
  EXPECT_THROW(rows_of(reader, -1, 1), std::invalid_argument);
}

TEST(Rows, OfEveryKindOfFileAreThoseThatWereWritten) {
  const TemporaryFolder folder;
  for (ArrayType type : {ArrayType::u8, ArrayType::i32}) {
    const Array whole = numbered(type);
    const std::vector<RowSource> sources{RowSource::of("other", whole), RowSource::of("group/x", whole)};
    write_npy(folder / "x.npy", RowSource::of("", whole));
    expect_rows(*open_rows(folder / "x.npy"), whole);
    EXPECT_EQ(read_npy(folder / "x.npy").bytes, whole.bytes);
    for (bool compress : {false, true}) {
      write_npz(folder / "x.npz", sources, compress);
      expect_rows(*open_rows(folder / "x.npz", "group/x"), whole);
      write_hdf5(folder / "x.h5", sources, compress);
      expect_rows(*open_rows(folder / "x.h5", "group/x"), whole);
    }
  }
}

TEST(Rows, OfNumpysFilesAreTheWholeArrays) {
  for (const auto& [name, whole] : read_npz("tests/golden/core/arrays.npz")) {
    SCOPED_TRACE(name);
    for (auto* file : {"tests/golden/core/arrays.npz", "tests/golden/core/arrays_deflated.npz"}) {
      const auto reader = open_rows(file, name);
      const Array read = read_all(*reader);
      EXPECT_EQ(read.type, whole.type);
      EXPECT_EQ(read.shape, whole.shape);
      EXPECT_EQ(read.bytes, whole.bytes);
      if (reader->rows() > 1) {
        EXPECT_EQ(rows_of(*reader, 1, 1), std::vector(whole.bytes.begin() + reader->row_bytes(),
                                                      whole.bytes.begin() + 2 * reader->row_bytes()));
      }
    }
  }
  const Array fortran = read_npy("tests/golden/core/fortran_v2.npy");
  const auto reader = open_rows("tests/golden/core/fortran_v2.npy");
  EXPECT_EQ(rows_of(*reader, 1, 1), std::vector(fortran.bytes.begin() + 12, fortran.bytes.end()));
  EXPECT_TRUE(reader->mapped().empty());
}

TEST(Rows, AnNpyFileOfTheMachinesOwnTypeIsUsedWhereItLies) {
  const TemporaryFolder folder;
  const Array whole = numbered(ArrayType::u8);
  write_npy(folder / "x.npy", whole);
  const auto reader = open_npy_rows(folder / "x.npy");
  ASSERT_EQ(reader->mapped().size(), whole.bytes.size());
  EXPECT_TRUE(std::ranges::equal(reader->mapped(), whole.bytes));
  EXPECT_TRUE(reader->random_access());
}

TEST(Rows, ListingNamesArraysWithoutReadingThem) {
  const auto members = list_arrays("tests/golden/core/arrays.npz");
  ASSERT_EQ(members.size(), 16u);
  EXPECT_EQ(members[1].name, "f8_fortran");
  EXPECT_EQ(members[1].type, ArrayType::f64);
  EXPECT_EQ(members[1].shape, (std::vector<int64_t>{2, 3, 4}));
  EXPECT_EQ(members[15].name, "objects");
  EXPECT_FALSE(members[15].type);
  EXPECT_NE(members[15].unreadable.find("pickled"), std::string::npos);
  EXPECT_NE(error_of([] { open_rows("tests/golden/core/arrays.npz", "objects"); }).find("pickled"), std::string::npos);
  const std::string which = error_of([] { open_rows("tests/golden/core/arrays.npz"); });
  EXPECT_NE(which.find("16 arrays"), std::string::npos) << which;
  EXPECT_NE(error_of([] { open_rows("tests/golden/core/arrays.npz", "truht"); }).find("'truth'"), std::string::npos);
  EXPECT_NE(error_of([] { list_arrays("tests/golden/core/grey.png"); }).find("neither"), std::string::npos);
}

TEST(Rows, ShapesOfNothingMayNotOverflow) {
  const TemporaryFolder folder;
  const auto with_shape = [&](const std::string& shape) {
    std::string header = "{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + ", }";
    header.resize(117, ' ');
    write_quickly(folder / "x.npy", std::string("\x93NUMPY\x01\x00\x76\0", 10) + header + '\n');
    return (folder / "x.npy");
  };
  const std::string error = error_of([&] { open_rows(with_shape("(0, 4611686018427387904, 8)")); });
  EXPECT_NE(error.find("more than any machine"), std::string::npos) << error;
  EXPECT_EQ(open_rows(with_shape("(5, 4611686018427387904, 8, 0)"))->row_elements(), 0);
  EXPECT_EQ((Array{ArrayType::u8, {int64_t{1} << 62, 8, 0}, {}}.elements()), 0);
}

TEST(Rows, ManyThreadsMayReadOneArray) {
  const TemporaryFolder folder;
  const Array whole = numbered(ArrayType::i32);
  write_npz(folder / "x.npz", {RowSource::of("x", whole)}, true);
  write_hdf5(folder / "x.h5", {RowSource::of("x", whole)}, true);
  for (auto* file : {"x.npz", "x.h5"}) {
    const auto reader = open_rows(folder / file, "x");
    std::vector<int> wrong(4);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (int64_t i = 0; i < 100; ++i) {
          const int64_t first = (i * 31 + t * 17) % 190;
          const auto got = rows_of(*reader, first, 10);
          wrong[static_cast<size_t>(t)] += !std::equal(got.begin(), got.end(), whole.bytes.begin() + first * 84);
        }
      });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(wrong, std::vector<int>(4)) << file;
  }
}

TEST(Rows, AFailingSourceLeavesNothingBehind) {
  const TemporaryFolder folder;
  const RowSource bad{"x", ArrayType::u8, {3, 5'000'000}, [](int64_t first, int64_t, std::span<std::byte> out) {
                        if (first > 0) throw Error("the well ran dry");
                        std::memset(out.data(), 1, out.size());
                      }};
  EXPECT_NE(error_of([&] { write_npy(folder / "x.npy", bad); }).find("ran dry"), std::string::npos);
  EXPECT_NE(error_of([&] { write_npz(folder / "x.npz", {bad}, true); }).find("ran dry"), std::string::npos);
  EXPECT_NE(error_of([&] { write_hdf5(folder / "x.h5", {bad}, true); }).find("ran dry"), std::string::npos);
  EXPECT_TRUE(folder.names().empty());
}

TEST(Rows, TruncatedArraysAreErrorsWhereverTheyEnd) {
  const TemporaryFolder folder;
  const Array whole = numbered(ArrayType::i32, 5000);
  write_npy(folder / "x.npy", whole);
  write_npz(folder / "x.npz", {RowSource::of("x", whole)}, true);
  write_hdf5(folder / "x.h5", {RowSource::of("x", whole)}, false);
  for (auto* file : {"x.npy", "x.npz", "x.h5"}) {
    const std::string content = read_file(folder / file);
    for (int tenth = 0; tenth < 10; ++tenth) {
      write_quickly(folder / "cut", content.substr(0, content.size() * static_cast<size_t>(tenth) / 10));
      EXPECT_NE(error_of([&] { read_all(*open_rows(folder / "cut", file[2] == 'n' && file[4] == 'y' ? "" : "x")); }),
                "no error")
          << file << " " << tenth;
    }
  }
}

TEST(Scratch, HoldsWhatIsWrittenInAnyOrder) {
  for (int64_t size : {int64_t{1000}, int64_t{300} << 20}) {  // in memory, and in a file without a name
    Scratch scratch(size);
    const std::vector<std::byte> piece(100, std::byte{7});
    scratch.write(size - 100, piece);
    scratch.write(0, piece);
    EXPECT_EQ(scratch.bytes().size(), static_cast<size_t>(size));
    EXPECT_EQ(scratch.bytes()[99], std::byte{7});
    EXPECT_EQ(scratch.bytes()[100], std::byte{0});
    EXPECT_EQ(scratch.bytes().back(), std::byte{7});
    EXPECT_THROW(scratch.write(size - 99, piece), std::invalid_argument);
  }
}

}  // namespace
}  // namespace teasel
