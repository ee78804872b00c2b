// The renderer against real images and against brute force, and the data set made of it.
#include "teasel/data/render/dsprites.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

#include "teasel/core/array.hpp"
#include "teasel/core/error.hpp"
#include "teasel/data/dataset.hpp"

namespace teasel {
namespace {

using Bytes = std::vector<std::byte>;

std::shared_ptr<const Dataset> dsprites_set() { return open_dataset(Value(Value::Table{{"name", "dsprites"}})); }

Bytes images(const Dataset& set, std::span<const int64_t> index) {
  Bytes out(index.size() * static_cast<size_t>(set.spec().fields[0].bytes()));
  set.gather(index, 0, {}, out);
  return out;
}

Bytes image(const Dataset& set, int64_t item) { return images(set, std::vector{item}); }

bool pixel(const Bytes& image, int column, int row) {
  const int at = row * 64 + column;
  return (std::to_integer<int>(image[static_cast<size_t>(at / 8)]) >> (7 - at % 8) & 1) != 0;
}

int pixels_on(std::span<const std::byte> image) {
  int count = 0;
  for (std::byte byte : image) count += std::popcount(std::to_integer<unsigned>(byte));
  return count;
}

TEST(Dsprites, AgreesWithTheRealImages) {
  const char* shared = std::getenv("TEASEL_SHARED");
  const std::filesystem::path file =
      std::filesystem::path(shared ? shared : "../shared") / "data/dsprites_downsampled_plain.npz";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "the real images are not there: " << file;
  Array real, index;
  for (auto& [name, array] : read_npz(file, std::vector<std::string>{"imgs_packed", "index"}))
    (name == "index" ? index : real) = std::move(array);
  ASSERT_EQ(real.shape, (std::vector<int64_t>{46080, 512}));
  const Bytes ours = images(*dsprites_set(), index.to_i64());
  ASSERT_EQ(ours.size(), real.bytes.size());
  int different = 0;
  for (size_t i = 0; i < ours.size(); i += 512) {
    int pixels = 0;
    for (size_t b = i; b < i + 512; ++b) pixels += std::popcount(std::to_integer<unsigned>(ours[b] ^ real.bytes[b]));
    EXPECT_LE(pixels, 1) << "image " << i / 512;
    different += pixels != 0;
  }
  EXPECT_LE(different, 7);
}

struct Point {
  double x, y;
};

// The outline as the published geometry gives it, in double, at scale 1 and not turned.
std::vector<Point> outline(int shape) {
  const double tau = 2 * std::acos(-1.0);
  std::vector<Point> points;
  if (shape == 0) return {{-9.6, -9.6}, {9.6, -9.6}, {9.6, 9.6}, {-9.6, 9.6}};
  if (shape == 1)
    for (int n = 0; n < 100; ++n)
      points.push_back({12.768 * std::cos(tau * n / 100), 9.6 / 1.33 * std::sin(tau * n / 100)});
  if (shape == 2)
    for (int n = 0; n < 150; ++n) {
      const double t = tau * n / 150, s = std::sin(t);
      points.push_back(
          {9.6 * s * s * s,
           -1.44 - 19.2 / 29 * (13 * std::cos(t) - 5 * std::cos(2 * t) - 2 * std::cos(3 * t) - std::cos(4 * t))});
    }
  return points;
}

// Crossings of the ray from the centre of a pixel to the left with the polygon, in double.
bool inside(const std::vector<Point>& polygon, double x, double y) {
  bool odd = false;
  for (size_t i = 0; i < polygon.size(); ++i) {
    const Point &a = polygon[i], &b = polygon[(i + 1) % polygon.size()];
    if ((a.y < y) != (b.y < y) && a.x + (y - a.y) * (b.x - a.x) / (b.y - a.y) <= x) odd = !odd;
  }
  return odd;
}

// Only pixels nearer to the outline than the rounding of vertices may differ from the ideal polygon: about one in a
// thousand.
TEST(Dsprites, IsTheIdealPolygonButForRounding) {
  const auto set = dsprites_set();
  int64_t wrong = 0, on = 0;
  for (int64_t item = 0; item < set->spec().size; item += 7331) {
    std::vector<float> f(5);
    set->factors(std::vector{item}, f);
    std::vector<Point> polygon = outline(static_cast<int>(f[0]));
    const double scale = 0.5 + f[1] / 10, turn = f[2] * 2 * std::acos(-1.0) / 39;
    for (Point& p : polygon) {
      const Point q{p.x * scale, p.y * scale};
      p = {16 + 32 * f[3] / 31 + q.x * std::cos(turn) + q.y * std::sin(turn),
           16 + 32 * f[4] / 31 - q.x * std::sin(turn) + q.y * std::cos(turn)};
    }
    const Bytes ours = image(*set, item);
    for (int row = 0; row < 64; ++row)
      for (int column = 0; column < 64; ++column) {
        const bool ideal = inside(polygon, column + 0.5, row + 0.5);
        on += ideal;
        wrong += ideal != pixel(ours, column, row);
      }
  }
  EXPECT_GT(on, 10000);
  EXPECT_LT(wrong, on / 1000);
}

// A square whose edges pass pixel centres: upper and right edges exclude them, lower and left edges include them.
TEST(Dsprites, BreaksTiesLikeThePublishedImages) {
  const dsprites::Outline square{{-2.5, 2.5, 2.5, -2.5}, {0, 0, 0, 0}, {-2.5, -2.5, 2.5, 2.5}, {0, 0, 0, 0}};
  const dsprites::Rows rows = dsprites::draw(square, 0.5, 0.5);  // centre 32, edges at 29.5 and 34.5
  const uint64_t columns = (~uint64_t{0} >> 29) & ~(~uint64_t{0} >> 34);
  for (int row = 0; row < 64; ++row)
    EXPECT_EQ(rows[static_cast<size_t>(row)], row >= 30 && row <= 34 ? columns : 0) << row;
}

TEST(Dsprites, CutsOffWhatLiesOutside) {
  const dsprites::Outline square{{-20, 20, 20, -20}, {0, 0, 0, 0}, {-20, -20, 20, 20}, {0, 0, 0, 0}};
  const auto count = [&](double x, double y) {
    int pixels = 0;
    for (uint64_t row : dsprites::draw(square, x, y)) pixels += std::popcount(row);
    return pixels;
  };
  EXPECT_EQ(count(0.5, 0.5), 40 * 40);
  EXPECT_EQ(count(-0.5, 0.5), 20 * 40);  // the centre on the left border
  EXPECT_EQ(count(1.5, 1.5), 20 * 20);
  EXPECT_EQ(count(-0.5, -0.5), 20 * 20);
  EXPECT_EQ(count(100, 0.5), 0);
  EXPECT_EQ(count(0.5, -100), 0);
}

TEST(Dsprites, SaysWhatItIs) {
  const auto set = dsprites_set();
  const DataSpec& spec = set->spec();
  EXPECT_EQ(spec.size, 737280);
  EXPECT_TRUE(spec.full_grid);
  EXPECT_EQ(spec.field("x").bytes(), 512);
  EXPECT_EQ(grid_strides(spec.factors), (std::vector<int64_t>{245760, 40960, 1024, 32, 1}));
  EXPECT_EQ(spec.factors[0].scale, FactorSpec::Scale::categorical);
  EXPECT_DOUBLE_EQ(spec.factors[1].values[5], 1.0);
  EXPECT_DOUBLE_EQ(spec.factors[2].values[39], 2 * std::acos(-1.0));
  EXPECT_TRUE(spec.factors[2].cyclic);
  EXPECT_DOUBLE_EQ(spec.factors[4].values[31], 1.0);
  EXPECT_EQ(set->split("all").size(), 737280u);
  EXPECT_EQ(set->split("train").back(), 737279);
  EXPECT_THROW(set->split("test"), Error);
}

TEST(Dsprites, NumbersItsItemsAsPublished) {
  const auto set = dsprites_set();
  std::vector<float> f(5);
  const int64_t item = (((2 * 6 + 3) * 40 + 17) * 32 + 5) * 32 + 30;
  set->factors(std::vector{item}, f);
  EXPECT_EQ(f, (std::vector<float>{2, 3, 17, 5, 30}));
}

TEST(Dsprites, FindIsTheInverseOfFactors) {
  const auto set = dsprites_set();
  std::vector<float> f(5);
  for (int64_t item = 0; item < set->spec().size; item += 997) {
    set->factors(std::vector{item}, f);
    EXPECT_EQ(set->find(f), item);
  }
  EXPECT_FALSE(set->find(std::vector<float>{0, 0, 0.5f, 0, 0}));
  EXPECT_FALSE(set->find(std::vector<float>{3, 0, 0, 0, 0}));
  EXPECT_FALSE(set->find(std::vector<float>{0, 0, 0, 0, -1}));
  EXPECT_FALSE(set->find(std::vector<float>{0, 0, 0, NAN, 0}));
  EXPECT_FALSE(set->find(std::vector<float>{0, 0, 0, 0}));
}

// A square at the upper left, not turned: the corner of the image's middle half is its centre, and rows are packed from
// the left in the highest bit.
TEST(Dsprites, PacksPixelsRowByRowHighestBitFirst) {
  const Bytes small = image(*dsprites_set(), 0);  // side 9.6 around (16, 16): pixel centres within 11.2 .. 20.8
  for (int row = 0; row < 64; ++row)
    for (int column = 0; column < 64; ++column)
      EXPECT_EQ(pixel(small, column, row), column >= 11 && column <= 20 && row >= 11 && row <= 20)
          << column << ", " << row;
  EXPECT_EQ(small[11 * 8 + 1], std::byte{0x1f});
  EXPECT_EQ(small[11 * 8 + 2], std::byte{0xf8});
}

TEST(Dsprites, TheHeartsTipPointsDown) {
  const auto set = dsprites_set();
  const Bytes heart = image(*set, *set->find(std::vector<float>{2, 5, 0, 15, 15}));
  const auto row_width = [&](int row) {
    int width = 0;
    for (int column = 0; column < 64; ++column) width += pixel(heart, column, row);
    return width;
  };
  EXPECT_GT(row_width(26), 12);
  EXPECT_LE(row_width(40), 4);
  EXPECT_GT(row_width(40), 0);
}

TEST(Dsprites, TheFirstAndLastOrientationAreOneImage) {
  const auto set = dsprites_set();
  for (int64_t shape_and_scale = 0; shape_and_scale < 18; ++shape_and_scale) {
    const int64_t first = shape_and_scale * 40960 + 37 * shape_and_scale;
    EXPECT_EQ(image(*set, first), image(*set, first + 39 * 1024)) << shape_and_scale;
    EXPECT_NE(image(*set, first), image(*set, first + 5 * 1024)) << shape_and_scale;
  }
}

TEST(Dsprites, GatheringManyIsGatheringEachAndRenderingEach) {
  const auto set = dsprites_set();
  std::vector<int64_t> index;
  for (int64_t i = 0; i < 300; ++i) index.push_back(i * 7919 * 31 % 737280);
  const Bytes all = images(*set, index);
  for (size_t i = 0; i < index.size(); ++i) {
    const Bytes one = image(*set, index[i]);
    EXPECT_TRUE(std::equal(one.begin(), one.end(), all.begin() + static_cast<std::ptrdiff_t>(512 * i)));
    std::vector<float> f(5);
    set->factors(std::vector{index[i]}, f);
    Bytes drawn(512);
    ASSERT_TRUE(set->render(f, drawn));
    EXPECT_EQ(drawn, one) << index[i];
  }
}

TEST(Dsprites, GathersTheSameBytesInManyThreads) {
  const auto set = dsprites_set();
  std::vector<int64_t> index;
  for (int64_t i = 0; i < 5000; ++i) index.push_back(i * 104729 % 737280);
  const Bytes expected = images(*set, index);
  std::vector<Bytes> seen(4);
  std::vector<std::thread> threads;
  for (Bytes& mine : seen) threads.emplace_back([&] { mine = images(*set, index); });
  for (std::thread& thread : threads) thread.join();
  for (const Bytes& mine : seen) EXPECT_EQ(mine, expected);
}

TEST(Dsprites, RendersBetweenAndBeyondTheClasses) {
  const auto set = dsprites_set();
  Bytes a(512), b(512), between(512);
  ASSERT_TRUE(set->render(std::vector<float>{0, 0, 0, 10, 10}, a));
  ASSERT_TRUE(set->render(std::vector<float>{0, 5, 0, 10, 10}, b));
  ASSERT_TRUE(set->render(std::vector<float>{0, 2.5f, 0, 10, 10}, between));
  EXPECT_LT(pixels_on(a), pixels_on(between));
  EXPECT_LT(pixels_on(between), pixels_on(b));
  // A whole turn is 39 classes.
  Bytes turned(512);
  ASSERT_TRUE(set->render(std::vector<float>{2, 2, 7.25f, 10.5f, 3}, a));
  ASSERT_TRUE(set->render(std::vector<float>{2, 2, 46.25f, 10.5f, 3}, turned));
  EXPECT_EQ(a, turned);
  // Far outside nothing is left to see.
  ASSERT_TRUE(set->render(std::vector<float>{0, 2, 0, 200, 10}, a));
  EXPECT_EQ(pixels_on(a), 0);
  EXPECT_FALSE(set->render(std::vector<float>{0, 2, NAN, 10, 10}, a));
  EXPECT_FALSE(set->render(std::vector<float>{0, 2, 0, 1e9f, 10}, a));
  EXPECT_FALSE(set->render(std::vector<float>{4, 2, 0, 10, 10}, a));
  EXPECT_FALSE(set->render(std::vector<float>{0, 2, 0}, a));
}

TEST(Dsprites, RefusesItemsItHasNot) {
  const auto set = dsprites_set();
  EXPECT_THROW(image(*set, 737280), Error);
  EXPECT_THROW(image(*set, -1), Error);
  Bytes wrong(100);
  EXPECT_THROW(set->gather(std::vector<int64_t>{0}, 0, {}, wrong), std::invalid_argument);
  EXPECT_THROW(set->gather(std::vector<int64_t>{}, 1, {}, {}), std::invalid_argument);
}

}  // namespace
}  // namespace teasel
