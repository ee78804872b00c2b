// Colours, noise and backgrounds: what they are made of, and when they change.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <set>

#include "teasel/core/picture.hpp"
#include "tests/data/user_files.hpp"

namespace teasel {
namespace {

std::shared_ptr<const Dataset> decorated(const std::string& view) {
  return open_text("name = 'dsprites'\nviews = [" + view + "]");
}

std::vector<bool> sprite(int64_t item) {
  const auto plain = open_text("name = 'dsprites'");
  const auto packed = gathered(*plain, {item});
  std::vector<bool> out;
  for (size_t p = 0; p < 4096; ++p) out.push_back((packed[p / 8] >> (7 - p % 8) & std::byte{1}) != std::byte{0});
  return out;
}

constexpr int64_t item = 400000;

TEST(Decoration, IsAFunctionOfDrawAndItem) {
  for (auto* view : {"'colour'", "'noisy'", "'scream'"}) {
    SCOPED_TRACE(view);
    const auto set = decorated(view);
    EXPECT_EQ(set->spec().fields[0].shape, (std::vector<int64_t>{3, 64, 64}));
    EXPECT_EQ(set->spec().fields[0].dtype, Dtype::u8);
    const auto looked = gathered(*set, {item});
    EXPECT_EQ(looked, gathered(*set, {item}));
    const auto both = gathered(*set, {5, item});
    EXPECT_TRUE(std::equal(looked.begin(), looked.end(), both.begin() + 3 * 4096));
    EXPECT_NE(looked, gathered(*set, {item}, {0, 1}));
    EXPECT_NE(looked, gathered(*set, {item}, {1, 0}));
    EXPECT_EQ(gathered(*set, {item}, {7, 9}), gathered(*set, {item}, {7, 9}));
    EXPECT_EQ(factors_of(*set, {item}), factors_of(*open_text("name = 'dsprites'"), {item}));
  }
}

TEST(Colour, ScalesTheSpriteAlone) {
  const auto set = decorated("'colour'");
  const auto on = sprite(item);
  std::set<int> colours;
  double sum = 0;
  for (int64_t step = 0; step < 200; ++step) {
    const auto image = gathered(*set, {item}, {3, step});
    for (size_t c = 0; c < 3; ++c) {
      std::set<int> seen;
      for (size_t p = 0; p < 4096; ++p)
        if (on[p])
          seen.insert(std::to_integer<int>(image[c * 4096 + p]));
        else
          ASSERT_EQ(image[c * 4096 + p], std::byte{0});
      ASSERT_EQ(seen.size(), 1u);
      colours.insert(*seen.begin());
      sum += *seen.begin();
    }
  }
  EXPECT_GE(*colours.begin(), 127);
  EXPECT_LE(*colours.begin(), 132);
  EXPECT_GE(*colours.rbegin(), 250);
  EXPECT_NEAR(sum / 600, 0.75 * 255, 6);  // U(.5, 1): three standard errors
}

TEST(Noisy, IsUniformAroundTheSprite) {
  const auto set = decorated("'noisy'"), grey = decorated("{name = 'noisy', channels = 1}");
  EXPECT_EQ(grey->spec().fields[0].shape[0], 1);
  const auto image = gathered(*set, {item});
  const auto on = sprite(item);
  double sum = 0, squares = 0, count = 0;
  for (size_t i = 0; i < image.size(); ++i) {
    const double value = std::to_integer<int>(image[i]);
    if (on[i % 4096]) {
      ASSERT_EQ(value, 255);
      continue;
    }
    sum += value, squares += value * value, ++count;
  }
  EXPECT_NEAR(sum / count, 127.5, 3);
  EXPECT_NEAR(std::sqrt(squares / count - sum / count * sum / count), 255 / std::sqrt(12.0), 2);
  EXPECT_TRUE(holds(complaint("name = 'dsprites'\nviews = [{name = 'noisy', channels = 2}]"), "1 or 3"));
}

// A white picture: the background is (1 + colour) / 2, and its opposite within the sprite.
TEST(Scream, MixesThePictureWithAColourAndInvertsWithinTheSprite) {
  const TemporaryFolder folder;
  write_png(folder / "white.png", Picture(100, 80, 3, 255));
  const auto set = decorated("{name = 'scream', picture = '" + (folder / "white.png").string() + "'}");
  const auto on = sprite(item);
  const auto image = gathered(*set, {item});
  for (size_t c = 0; c < 3; ++c) {
    std::set<int> inside, outside;
    for (size_t p = 0; p < 4096; ++p) (on[p] ? inside : outside).insert(std::to_integer<int>(image[c * 4096 + p]));
    ASSERT_EQ(inside.size(), 1u);
    ASSERT_EQ(outside.size(), 1u);
    EXPECT_GE(*outside.begin(), 127);
    EXPECT_NEAR(*inside.begin() + *outside.begin(), 255, 1);
  }
  write_png(folder / "small.png", Picture(100, 40, 3, 255));
  EXPECT_TRUE(holds(
      complaint("name = 'dsprites'\nviews = [{name = 'scream', picture = '" + (folder / "small.png").string() + "'}]"),
      "100 x 40"));
}

TEST(Scream, PiecesOfTheTextureDiffer) {
  const auto set = decorated("'scream'");
  std::set<std::vector<std::byte>> corners;
  for (int64_t i = 0; i < 30; ++i) {
    const auto image = gathered(*set, {i});
    corners.insert({image.begin(), image.begin() + 64});
  }
  EXPECT_EQ(corners.size(), 30u);
}

TEST(Decoration, TakesGreyImagesAlone) {
  EXPECT_TRUE(holds(complaint("name = 'dsprites'\nviews = ['colour', 'noisy']"), "one channel"));
}

}  // namespace
}  // namespace teasel
