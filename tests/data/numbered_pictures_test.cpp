// Sets that are a folder of pictures named by their numbers: Isaac3D and Falcor3D.
#include "teasel/data/readers/numbered_pictures.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "teasel/core/file.hpp"
#include "teasel/core/picture.hpp"
#include "teasel/data/pixels.hpp"
#include "tests/data/user_files.hpp"

namespace teasel {
namespace {

namespace fs = std::filesystem;

constexpr int64_t count = 300;  // more than are read between two writes
const NumberedPictures wanted{"some", "Some_down128", count, "It is published somewhere."};

// Its number, place and channel, in every pixel.
Picture picture_of(int64_t number, int side, int channels) {
  Picture out(side, side, channels);
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x)
      for (int c = 0; c < channels; ++c)
        out.at(x, y)[c] = static_cast<uint8_t>(number * 11 + x * 3 + y * 7 + c * 50 + x * y / 5);
  return out;
}

std::vector<std::byte> planes_of(const Picture& picture) {
  std::vector<std::byte> out(picture.pixels.size());
  to_planes(std::as_bytes(std::span(picture.pixels)), 3, 1, out);
  return out;
}

struct NumberedPicturesTest : testing::Test {
  TemporaryFolder folder;
  fs::path images() const { return folder / "Some_down128" / "images"; }
  NumberedPicturesTest() {
    fs::create_directories(images());
    for (int64_t i = 0; i < count; ++i) write_png(images() / numbered_name(i), picture_of(i, 16, i == 3 ? 1 : 3));
  }
  std::map<int64_t, std::vector<std::byte>> put(int size) const {
    std::map<int64_t, std::vector<std::byte>> out;
    int64_t last = 0;
    const int64_t bytes = int64_t{3} * size * size;
    put_numbered(
        images(), count, size,
        [&](int64_t first, std::span<const std::byte> some) {
          for (size_t at = 0; at < some.size(); at += static_cast<size_t>(bytes), ++first) {
            const auto one = some.subspan(at, static_cast<size_t>(bytes));
            EXPECT_TRUE(out.emplace(first, std::vector(one.begin(), one.end())).second);
          }
        },
        [&](int64_t done) {
          EXPECT_GT(done, last);
          last = done;
        });
    EXPECT_EQ(last, count);
    return out;
  }
};

TEST_F(NumberedPicturesTest, AreFoundFromAnyFolderOfTheArchive) {
  for (const fs::path& path : {folder.path(), images().parent_path(), images()})
    EXPECT_TRUE(fs::equivalent(find_numbered(wanted, path.string()), images())) << path;
  EXPECT_EQ(find_numbered(wanted, images().string() + "/"), images());
}

TEST_F(NumberedPicturesTest, GiveEveryPictureAtItsNumberAsPlanes) {
  const auto found = put(16);
  ASSERT_EQ(found.size(), static_cast<size_t>(count));
  for (auto& [number, planes] : found)
    ASSERT_EQ(planes, planes_of(to_rgb(picture_of(number, 16, number == 3 ? 1 : 3)))) << number;
}

TEST_F(NumberedPicturesTest, OfAnotherSizeAreMadeByBicubicResizing) {
  const auto found = put(8);
  for (const int64_t number : {0, 255, 256, 299})
    EXPECT_EQ(found.at(number), planes_of(resized(picture_of(number, 16, 3), 8, 8, Filter::bicubic))) << number;
}

TEST_F(NumberedPicturesTest, SayWhichPictureIsWrong) {
  fs::remove(images() / "000123.png");
  write_png(images() / "0000123.png", picture_of(123, 16, 3));  // a digit more is another name
  EXPECT_TRUE(holds(complaint_of([&] { find_numbered(wanted, folder.path().string()); }), "has no 000123.png"));
  write_png(images() / "000123.png", Picture(16, 17, 3));
  EXPECT_TRUE(holds(complaint_of([&] { put(16); }), "16x17"));
  const std::string whole = read_file(images() / "000122.png");
  write_png(images() / "000123.png", picture_of(123, 16, 3));
  write_quickly(images() / "000122.png", whole.substr(0, whole.size() / 2));
  EXPECT_TRUE(holds(complaint_of([&] { put(16); }), "000122.png"));
}

TEST(NumberedSets, AskForTheirFolder) {
  const TemporaryFolder folder;
  for (auto& [set, archive] :
       std::map<std::string, std::string>{{"isaac3d", "Isaac3D_down128"}, {"falcor3d", "Falcor3D_down128"}}) {
    EXPECT_TRUE(holds(complaint("name = '" + set + "'"), archive));
    const std::string at = "name = '" + set + "'\npath = '" + folder.path().string() + "'";
    EXPECT_TRUE(holds(complaint(at), "holds no 000000.png"));
    fs::create_directories(folder / archive / "images");
    for (int64_t i : {0, 1, 2, 4}) write_png(folder / archive / "images" / numbered_name(i), picture_of(i, 16, 3));
    EXPECT_TRUE(holds(complaint(at), "has no 000003.png"));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder / archive), {}), 1);  // nothing is made
  }
}

}  // namespace
}  // namespace teasel
