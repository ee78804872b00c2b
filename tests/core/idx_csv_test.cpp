// idx files and tables.
#include <gtest/gtest.h>

#include <cstdlib>

#include "teasel/core/csv.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/idx.hpp"
#include "tests/core/golden_arrays.hpp"
#include "tests/core/temporary_folder.hpp"

namespace teasel {
namespace {

const std::string folder_of_files = "tests/golden/formats/";

TEST(Idx, ReadsPlainAndGzippedFiles) {
  std::vector<uint8_t> pixels(24);
  for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<uint8_t>(i);
  for (auto* file : {"images-idx3-ubyte", "images-idx3-ubyte.gz"}) {
    EXPECT_TRUE(is_idx(folder_of_files + file));
    expect_array<uint8_t>(read_idx(folder_of_files + file), ArrayType::u8, {4, 2, 3}, pixels);
  }
  expect_array<int32_t>(read_idx(folder_of_files + "numbers-idx1"), ArrayType::i32, {3}, {-300, 0, 300});
  EXPECT_FALSE(is_idx(folder_of_files + "colours.png"));
  EXPECT_FALSE(is_idx("no/such/file"));
}

TEST(Idx, EveryTruncationAndEveryAdditionIsAnError) {
  const TemporaryFolder folder;
  for (auto* file : {"images-idx3-ubyte", "images-idx3-ubyte.gz"}) {
    const std::string whole = read_file(folder_of_files + file);
    for (size_t size = 0; size < whole.size(); ++size) {
      write_quickly(folder / "x", whole.substr(0, size));
      EXPECT_NE(error_of([&] { read_idx(folder / "x"); }), "no error") << file << " " << size;
    }
  }
  write_quickly(folder / "x", read_file(folder_of_files + "images-idx3-ubyte") + "x");
  EXPECT_NE(error_of([&] { read_idx(folder / "x"); }).find("longer than its header says"), std::string::npos);
}

TEST(Idx, RefusesSizesThatTheFileCannotHold) {
  const TemporaryFolder folder;
  std::string claim("\0\0\x08\x03", 4);
  claim += "\x7f\xff\xff\xff\x7f\xff\xff\xff\x7f\xff\xff\xff";
  write_quickly(folder / "x", claim);
  EXPECT_NE(error_of([&] { read_idx(folder / "x"); }).find("more than it can hold"), std::string::npos);
}

TEST(Idx, ReadsTheRealSamples) {
  const char* shared = std::getenv("TEASEL_SHARED");
  const std::filesystem::path path = std::filesystem::path(shared ? shared : "../shared") / "data/mnist";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  EXPECT_EQ(read_idx(path / "t10k-images-idx3-ubyte.gz").shape, (std::vector<int64_t>{10000, 28, 28}));
  EXPECT_EQ(read_idx(path / "train-first4742-labels-idx1-ubyte").shape, (std::vector<int64_t>{4742}));
}

TEST(Csv, ReadsQuotesLineEndsAndMarks) {
  const TemporaryFolder folder;
  write_quickly(folder / "x.csv",
                "\xef\xbb\xbf"
                "file,\"a \"\"b\"\"\",c\r\nx.png,\"1,5\",\n\n\"two\nlines\",2,3");
  const Csv csv = read_csv(folder / "x.csv");
  EXPECT_EQ(csv.header, (std::vector<std::string>{"file", "a \"b\"", "c"}));
  ASSERT_EQ(csv.rows.size(), 2u);
  EXPECT_EQ(csv.rows[0], (std::vector<std::string>{"x.png", "1,5", ""}));
  EXPECT_EQ(csv.rows[1], (std::vector<std::string>{"two\nlines", "2", "3"}));
  EXPECT_EQ(csv.lines, (std::vector<int>{2, 4}));
  EXPECT_EQ(csv.column("c"), 2u);
  EXPECT_NE(error_of([&] { csv.column("flie"); }).find("Did you mean 'file'"), std::string::npos);
}

TEST(Csv, NamesTheLineOfAMistake) {
  const TemporaryFolder folder;
  const auto complaint = [&](const std::string& text) {
    write_quickly(folder / "x.csv", text);
    return error_of([&] { read_csv(folder / "x.csv"); });
  };
  EXPECT_NE(complaint("a,b\n1,2\n3\n").find("x.csv:3: 1 cells, where the header names 2"), std::string::npos);
  EXPECT_NE(complaint("a,b\n1,\"2\n3\n").find("x.csv:2: the quotes are never closed"), std::string::npos);
  EXPECT_NE(complaint("a,b\n\"1\"2,3\n").find("x.csv:2: a quoted cell"), std::string::npos);
  EXPECT_NE(complaint("a,a\n").find("x.csv:1: the column name 'a'"), std::string::npos);
  EXPECT_NE(complaint("a,\n").find("x.csv:1: the column name ''"), std::string::npos);
  EXPECT_NE(complaint("").find("is empty"), std::string::npos);
}

}  // namespace
}  // namespace teasel
