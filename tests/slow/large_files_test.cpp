// Files beyond 4 GiB, and dSprites' published layout at its full size.
#include <gtest/gtest.h>

#include <cstring>

#include "teasel/core/rows.hpp"
#include "teasel/data/check.hpp"
#include "teasel/data/readers/dsprites_file.hpp"
#include "tests/core/temporary_folder.hpp"

namespace teasel {
namespace {

// 4.5 GiB of mostly zeros; every row begins with its number.
TEST(LargeFiles, AMemberBeyondFourGibibytesIsReadToItsEnd) {
  const TemporaryFolder folder;
  constexpr int64_t rows = 4608, row = 1 << 20;
  const RowSource large{"x", ArrayType::u8, {rows, row}, [](int64_t first, int64_t count, std::span<std::byte> out) {
                          std::memset(out.data(), 0, out.size());
                          for (int64_t i = 0; i < count; ++i) {
                            const int64_t number = first + i;
                            std::memcpy(out.data() + i * row, &number, sizeof number);
                          }
                        }};
  const std::vector<int64_t> few{1, 2, 3};
  const Array small = Array::of(std::span<const int64_t>(few), {3});
  write_npz(folder / "x.npz", {large, RowSource::of("after", small)}, true);
  EXPECT_LT(std::filesystem::file_size(folder / "x.npz"), 64u << 20);
  const auto list = list_arrays(folder / "x.npz");
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].shape, (std::vector<int64_t>{rows, row}));
  const auto reader = open_rows(folder / "x.npz", "x");
  int64_t next = 0;
  bool right = true;
  reader->for_each([&](int64_t, std::span<const std::byte> some) {
    for (size_t at = 0; at < some.size(); at += row) {
      int64_t number = 0;
      std::memcpy(&number, some.data() + at, sizeof number);
      right = right && number == next++;
    }
  });
  EXPECT_TRUE(right);
  EXPECT_EQ(next, rows);
  EXPECT_EQ(read_all(*open_rows(folder / "x.npz", "after")).to_i64(), few);
}

TEST(LargeFiles, DspritesWrittenAndReadIsTheRenderers) {
  const TemporaryFolder folder;
  const auto rendered = open_dataset(parse_toml("name = 'dsprites'", ""));
  write_npz(folder / "d.npz", rendered->published(false), true);
  write_hdf5(folder / "d.h5", rendered->published(true), true);
  for (auto* name : {"d.npz", "d.h5"}) {
    SCOPED_TRACE(name);
    const CheckReport report = check_path(folder / name);
    for (auto& f : report.findings) EXPECT_TRUE(f.right) << f.what << ": " << f.found;
    EXPECT_GE(report.findings.size(), 7u);
    const auto set = open_dataset(parse_toml("name = 'dsprites'\nfile = '" + (folder / name).string() + "'", ""));
    std::vector<std::byte> theirs(4096 * 512), ours(theirs.size());
    for (int64_t first = 0; first < 737280; first += 4096) {
      std::vector<int64_t> index(4096);
      for (size_t i = 0; i < index.size(); ++i) index[i] = first + static_cast<int64_t>(i);
      set->gather(index, 0, {}, theirs);
      rendered->gather(index, 0, {}, ours);
      ASSERT_EQ(theirs, ours) << first;
    }
  }
}

}  // namespace
}  // namespace teasel
