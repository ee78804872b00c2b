// MATLAB's files, tar archives, binary matrices, and members of zip archives in place.
#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <cstring>

#include "teasel/core/binary_matrix.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/mapped_file.hpp"
#include "teasel/core/mat.hpp"
#include "teasel/core/rows.hpp"
#include "teasel/core/tar.hpp"
#include "teasel/core/zip_place.hpp"
#include "tests/core/golden_arrays.hpp"
#include "tests/core/packed_files.hpp"
#include "tests/core/temporary_folder.hpp"

namespace teasel {
namespace {

const std::string folder_of_files = "tests/golden/formats/";

MatArray read(const std::string& content, const std::string& name) {
  return read_mat(std::as_bytes(std::span(content)), name, "'x.mat'");
}

template <class T>
std::vector<T> values_of(const MatArray& array) {
  std::vector<T> out(array.bytes.size() / sizeof(T));
  std::memcpy(out.data(), array.bytes.data(), array.bytes.size());
  return out;
}

TEST(Mat, ReadsWhatSciPyWrites) {
  for (const char* name : {"plain.mat", "deflated.mat"}) {
    SCOPED_TRACE(name);
    const std::string file = read_file(folder_of_files + name);
    const MatArray images = read(file, "im");
    EXPECT_EQ(images.type, ArrayType::u8);
    ASSERT_EQ(images.shape, (std::vector<int64_t>{2, 3, 4, 5}));
    ASSERT_EQ(images.bytes.size(), 120u);
    // The script filled it in row-major order, and here the first index is the fastest.
    for (size_t i = 0; i < 120; ++i) {
      const size_t a = i % 2, b = i / 2 % 3, c = i / 6 % 4, d = i / 24;
      EXPECT_EQ(std::to_integer<size_t>(images.bytes[i]), (((a * 3 + b) * 4 + c) * 5 + d) * 7 % 251) << i;
    }
    EXPECT_EQ(values_of<double>(read(file, "mask")), (std::vector<double>{1, 0, 0, 0, 1, 0, 0, 0, 1}));
    EXPECT_EQ(values_of<double>(read(file, "halves")), (std::vector<double>{0, 1.5, 0.5, 2, 1, 2.5}));
    EXPECT_EQ(values_of<double>(read(file, "whole")), (std::vector<double>{1, 2, 300}));
    EXPECT_EQ(values_of<int32_t>(read(file, "i2")), (std::vector<int32_t>{-300, 300}));
    EXPECT_EQ(values_of<int32_t>(read(file, "name_that_is_long")), (std::vector<int32_t>{1, 2}));
    EXPECT_NE(error_of([&] { read(file, "image"); }).find("no array 'image'"), std::string::npos);
    EXPECT_NE(error_of([&] { read(file, "complex"); }).find("no real numbers"), std::string::npos);
    EXPECT_NE(error_of([&] { read(file, "text"); }).find("no real numbers"), std::string::npos);
  }
}

// MATLAB saves whole numbers in the smallest type that holds them.
TEST(Mat, WidensWhatIsStoredInASmallerType) {
  const std::string file = packed_mat("x", 6, {1, 3}, 2, std::string("\x01\x02\xff", 3));
  const MatArray array = read(file, "x");
  EXPECT_EQ(array.type, ArrayType::f64);
  EXPECT_EQ(values_of<double>(array), (std::vector<double>{1, 2, 255}));
}

TEST(Mat, EveryTruncationIsAnError) {
  for (const char* name : {"plain.mat", "deflated.mat"}) {
    const std::string whole = read_file(folder_of_files + name);
    for (size_t size = 0; size < whole.size() - 8; ++size)
      EXPECT_NE(error_of([&] { read(whole.substr(0, size), "complex"); }), "no error") << name << " " << size;
  }
  std::string other = read_file(folder_of_files + "plain.mat");
  std::swap(other[126], other[127]);
  EXPECT_NE(error_of([&] { read(other, "im"); }).find("big-endian"), std::string::npos);
  EXPECT_NE(error_of([&] { read(std::string(200, 'x'), "im"); }).find("order of bytes"), std::string::npos);
  const std::string short_data = packed_mat("im", 9, {2, 3}, 2, "12345");
  EXPECT_NE(error_of([&] { read(short_data, "im"); }).find("5 bytes"), std::string::npos);
}

// Damage must end in an Error or in other numbers, never elsewhere.
TEST(Mat, DamagedBytesAreNoCrash) {
  const std::string whole = read_file(folder_of_files + "plain.mat");
  for (size_t at = 0; at < whole.size(); ++at)
    for (char value : {'\0', '\x0e', '\x7f', '\xff'}) {
      std::string damaged = whole;
      damaged[at] = value;
      error_of([&] { read(damaged, "complex"); });
    }
}

TEST(Tar, VisitsTheFilesInOrder) {
  const TemporaryFolder folder;
  const std::string archive =
      packed_tar({{"data/", ""}, {"data/a.txt", "first"}, {"data/b.bin", std::string(1000, 'b')}, {"c", ""}});
  write_quickly(folder / "plain.tar", archive);
  write_quickly(folder / "packed.tar.gz", gzipped(archive));
  for (const char* name : {"plain.tar", "packed.tar.gz"}) {
    std::vector<std::string> seen;
    for_each_member(folder / name, [&](const TarMember& member) {
      const auto content = member.name == "data/a.txt" ? member.read() : std::vector<std::byte>();
      seen.push_back(member.name + " " + std::to_string(member.size) + " " +
                     std::string(reinterpret_cast<const char*>(content.data()), content.size()));
      return true;
    });
    EXPECT_EQ(seen, (std::vector<std::string>{"data/a.txt 5 first", "data/b.bin 1000 ", "c 0 "}));
    int visited = 0;
    for_each_member(folder / name, [&](const TarMember&) { return ++visited < 2; });
    EXPECT_EQ(visited, 2);
  }
}

TEST(Tar, EveryTruncationAndADamagedHeaderAreErrors) {
  const TemporaryFolder folder;
  const std::string archive = packed_tar({{"a", "some text"}, {"b", "more"}});
  const auto visit_all = [&](const std::string& content) {
    write_quickly(folder / "x.tar", content);
    return error_of([&] {
      for_each_member(folder / "x.tar", [](const TarMember& member) {
        member.read();
        return true;
      });
    });
  };
  EXPECT_EQ(visit_all(archive), "no error");
  for (size_t size : {0u, 1u, 511u, 512u, 515u, 600u, 1024u, 1536u, 2047u, 2048u})
    EXPECT_NE(visit_all(archive.substr(0, size)), "no error") << size;
  std::string damaged = archive;
  damaged[3] = 'x';
  EXPECT_NE(visit_all(damaged).find("header is damaged"), std::string::npos);
  EXPECT_NE(visit_all(std::string(2048, 'x')).find("header is damaged"), std::string::npos);
}

TEST(BinaryMatrix, ReadsPlainAndGzippedFiles) {
  const TemporaryFolder folder;
  const std::string bytes = packed_matrix(0x1E3D4C55, {3, 2}, "abcdef");
  const std::string numbers = packed_matrix(0x1E3D4C54, {2}, std::string("\x05\0\0\0\xff\xff\xff\xff", 8));
  for (const auto& [name, content] : {std::pair<std::string, std::string>{"x", bytes}, {"x.gz", gzipped(bytes)}}) {
    write_quickly(folder / name, content);
    EXPECT_TRUE(is_binary_matrix(folder / name));
    expect_array<uint8_t>(BinaryMatrix(folder / name).read_all(), ArrayType::u8, {3, 2},
                          {'a', 'b', 'c', 'd', 'e', 'f'});
    BinaryMatrix rows(folder / name);
    EXPECT_EQ(rows.row_elements(), 2);
    std::array<std::byte, 2> row{};
    for (char first : {'a', 'c', 'e'}) {
      rows.read_next(row);
      EXPECT_EQ(std::to_integer<char>(row[0]), first);
    }
    rows.expect_end();
  }
  write_quickly(folder / "n", numbers);
  expect_array<int32_t>(BinaryMatrix(folder / "n").read_all(), ArrayType::i32, {2}, {5, -1});
  EXPECT_FALSE(is_binary_matrix("tests/golden/formats/numbers-idx1"));
}

TEST(BinaryMatrix, EveryTruncationAndEveryAdditionIsAnError) {
  const TemporaryFolder folder;
  const std::string whole = packed_matrix(0x1E3D4C55, {3, 2}, "abcdef");
  const auto complaint = [&](const std::string& content) {
    write_quickly(folder / "x", content);
    return error_of([&] { BinaryMatrix(folder / "x").read_all(); });
  };
  EXPECT_EQ(complaint(whole), "no error");
  for (size_t size = 0; size < whole.size(); ++size) EXPECT_NE(complaint(whole.substr(0, size)), "no error") << size;
  EXPECT_NE(complaint(whole + "g").find("longer than its header says"), std::string::npos);
  EXPECT_NE(complaint(packed_matrix(0x1E3D4C55, {1 << 30, 1 << 30}, "")).find("more than it can hold"),
            std::string::npos);
  EXPECT_NE(complaint(packed_matrix(0x1E3D4C55, {-3, 2}, "")), "no error");
  EXPECT_NE(complaint(packed_matrix(0x1E3D4C50, {3, 2}, "abcdef")).find("magic number"), std::string::npos);
}

TEST(ZipPlace, StoredMembersLieWhereTheirArraysAreRead) {
  const TemporaryFolder folder;
  const NamedArrays arrays = assorted_arrays();
  write_npz(folder / "stored.npz", arrays, false);
  write_npz(folder / "deflated.npz", arrays, true);
  size_t mapped = 0;
  for (const auto& [name, array] : arrays) {
    const auto stored = open_rows(folder / "stored.npz", name), deflated = open_rows(folder / "deflated.npz", name);
    EXPECT_TRUE(deflated->mapped().empty()) << name;
    if (stored->mapped().empty()) continue;
    ++mapped;
    EXPECT_TRUE(std::ranges::equal(stored->mapped(), array.bytes)) << name;
  }
  EXPECT_GE(mapped, 3u);
  EXPECT_FALSE(stored_member(MappedFile(folder / "stored.npz").bytes(), arrays.size()));
}

// Every damaged directory is refused, or still leads to bytes of the file.
TEST(ZipPlace, DamagedDirectoriesStayInTheFile) {
  const TemporaryFolder folder;
  write_npz(folder / "x.npz", assorted_arrays(), false);
  const std::string whole = read_file(folder / "x.npz");
  for (size_t at = whole.size() > 2000 ? whole.size() - 2000 : 0; at < whole.size(); ++at)
    for (char value : {'\0', '\x01', '\xff'}) {
      std::string damaged = whole;
      damaged[at] = value;
      const auto bytes = std::as_bytes(std::span(damaged));
      for (uint64_t i = 0; i < 4; ++i)
        if (const auto member = stored_member(bytes, i)) {
          EXPECT_GE(member->data(), bytes.data());
          EXPECT_LE(member->data() + member->size(), bytes.data() + bytes.size());
        }
    }
  for (size_t size = 0; size < whole.size(); size += 7) stored_member(std::as_bytes(std::span(whole)).first(size), 0);
}

}  // namespace
}  // namespace teasel
