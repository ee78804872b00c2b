// Files beyond 4 GiB, and published sets at their full size.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>

#include "teasel/core/picture.hpp"
#include "teasel/core/rows.hpp"
#include "teasel/data/check.hpp"
#include "teasel/data/readers/dsprites_file.hpp"
#include "teasel/data/readers/numbered_pictures.hpp"
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

// The archive's layout with all its 233,280 names; the pictures of the last factor's six positions are links to one
// file for each position and intensity of the lamp.
TEST(LargeFiles, Falcor3dIsReadFromItsFolder) {
  namespace fs = std::filesystem;
  const TemporaryFolder folder;
  const fs::path images = folder / "Falcor3D_down128" / "images";
  fs::create_directories(images);
  fs::create_directories(folder / "kinds");
  const auto shade = [](int64_t light, int64_t camera_z) { return static_cast<uint8_t>(40 * light + 5 * camera_z); };
  for (int64_t light = 0; light < 5; ++light)
    for (int64_t z = 0; z < 6; ++z) {
      Picture picture(16, 16, 3);
      for (size_t i = 0; i < picture.pixels.size(); ++i)
        picture.pixels[i] = static_cast<uint8_t>(shade(light, z) + i % 3);
      write_png(folder / "kinds" / fmt::format("{}{}.png", light, z), picture);
    }
  for (int64_t i = 0; i < 233280; ++i)
    fs::create_hard_link(folder / "kinds" / fmt::format("{}{}.png", i / 46656, i % 6), images / numbered_name(i));
  const auto set = open_dataset(parse_toml("name = 'falcor3d'\nsize = 8\npath = '" + folder.path().string() + "'", ""));
  ASSERT_EQ(set->spec().size, 233280);
  const std::vector<float> factors{4, 1, 0, 3, 2, 5, 1};
  const int64_t item = set->find(factors).value();
  EXPECT_EQ(item, 4 * 46656 + 1 * 7776 + 0 * 1296 + 3 * 216 + 2 * 36 + 5 * 6 + 1);  // as its page has it
  std::vector<std::byte> out(3 * 64);
  for (const int64_t i : {int64_t{0}, item, int64_t{233279}}) {
    set->gather(std::vector{i}, 0, {}, out);
    for (size_t at = 0; at < out.size(); ++at)
      ASSERT_EQ(std::to_integer<int>(out[at]), shade(i / 46656, i % 6) + static_cast<int>(at / 64)) << i;
  }
}

}  // namespace
}  // namespace teasel
