// Sets that are drawn: the look-alike of 3D Shapes against real images, and XYSquares.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <set>
#include <thread>

#include "teasel/data/pixels.hpp"
#include "teasel/data/render/shapes3d.hpp"
#include "tests/data/user_files.hpp"

namespace teasel {
namespace {

using Bytes = std::vector<std::byte>;

double mean_difference(std::span<const std::byte> a, std::span<const std::byte> b) {
  int64_t sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += std::abs(std::to_integer<int>(a[i]) - std::to_integer<int>(b[i]));
  return static_cast<double>(sum) / static_cast<double>(a.size());
}

// ---- 3D Shapes, look-alike ------------------------------------------------------------------------------------------

std::shared_ptr<const Dataset> look_alike() { return open_text("name = 'shapes3d_like'"); }

int64_t item_of(const Dataset& set, const std::vector<float>& numbers) { return set.find(numbers).value(); }

// Hues of floor, wall and object, scale and shape of the 50 real images, which carry no labels: the scale is the one
// whose picture differs least, the rest was seen.
constexpr std::array<std::array<float, 5>, 50> seen{
    {{0, 1, 0, 6, 2}, {3, 8, 5, 5, 1}, {4, 7, 2, 5, 1}, {5, 2, 5, 3, 0}, {4, 5, 8, 1, 0}, {6, 2, 4, 4, 2},
     {8, 3, 9, 5, 0}, {3, 2, 0, 7, 2}, {2, 8, 8, 0, 2}, {0, 0, 3, 5, 3}, {5, 9, 6, 1, 1}, {1, 3, 2, 6, 3},
     {5, 5, 1, 0, 0}, {0, 1, 7, 3, 3}, {9, 2, 9, 7, 0}, {1, 0, 9, 5, 3}, {7, 2, 6, 1, 2}, {8, 7, 2, 1, 0},
     {0, 6, 6, 0, 3}, {3, 7, 5, 6, 0}, {4, 7, 4, 7, 1}, {2, 8, 9, 7, 3}, {3, 3, 2, 1, 1}, {5, 5, 7, 2, 1},
     {4, 4, 1, 1, 1}, {0, 4, 7, 3, 0}, {0, 9, 8, 0, 1}, {0, 2, 0, 2, 0}, {0, 1, 5, 2, 0}, {0, 0, 6, 4, 2},
     {0, 9, 5, 1, 2}, {0, 1, 7, 5, 3}, {0, 3, 5, 7, 0}, {0, 9, 3, 4, 3}, {0, 1, 3, 6, 1}, {0, 7, 1, 0, 3},
     {0, 4, 4, 2, 1}, {0, 1, 2, 1, 2}, {0, 8, 0, 1, 3}, {0, 1, 9, 1, 3}, {0, 6, 7, 4, 0}, {0, 0, 6, 6, 0},
     {0, 1, 2, 1, 0}, {0, 1, 3, 3, 3}, {0, 6, 4, 0, 0}, {0, 2, 0, 2, 2}, {0, 1, 0, 7, 1}, {0, 4, 0, 0, 2},
     {0, 4, 3, 6, 3}, {0, 9, 0, 1, 0}}};

struct RealShapes : testing::Test {
  std::vector<Bytes> images;  // in planes
  std::vector<int64_t> orientations;
  void SetUp() override {
    const char* shared = std::getenv("TEASEL_SHARED");
    const std::filesystem::path file =
        std::filesystem::path(shared ? shared : "../shared") / "data/3dshapes_50_from_notebook.npz";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "the real images are not there: " << file;
    for (auto& [name, array] : read_npz(file)) {
      if (name != "images") {
        orientations = array.to_i64();
        continue;
      }
      for (size_t i = 0; i < 50; ++i) {
        images.emplace_back(12288);
        to_planes(std::span(array.bytes).subspan(i * 12288, 12288), 3, 1, images.back());
      }
    }
    ASSERT_EQ(images.size(), 50u);
    ASSERT_EQ(orientations.size(), 50u);
  }
};

TEST_F(RealShapes, DifferByFourOf255OnAverage) {
  const auto set = look_alike();
  double sum = 0, most = 0;
  for (size_t i = 0; i < 50; ++i) {
    const auto& s = seen[i];
    const int64_t item = item_of(*set, {s[0], s[1], s[2], s[3], s[4], static_cast<float>(orientations[i])});
    const double difference = mean_difference(gathered(*set, {item}), images[i]);
    EXPECT_LT(difference, 9) << "image " << i;
    sum += difference;
    most = std::max(most, difference);
  }
  RecordProperty("mean_absolute_difference", std::to_string(sum / 50));
  EXPECT_LT(sum / 50, 4.5) << "the largest is " << most;
}

// The picture of the right shape, hues and angle is nearer than that of any other.
TEST_F(RealShapes, AreTellableByTheLookAlike) {
  const auto set = look_alike();
  int right_shape = 0, right_angle = 0, right_wall = 0;
  for (size_t i = 0; i < 50; ++i) {
    const auto& s = seen[i];
    const std::vector<float> truth{s[0], s[1], s[2], s[3], s[4], static_cast<float>(orientations[i])};
    const auto nearest = [&](size_t factor) {
      float best = -1;
      double least = 1e9;
      for (int64_t c = 0; c < set->spec().factors[factor].classes(); ++c) {
        std::vector<float> other = truth;
        other[factor] = static_cast<float>(c);
        const double difference = mean_difference(gathered(*set, {item_of(*set, other)}), images[i]);
        if (difference < least) least = difference, best = static_cast<float>(c);
      }
      return best;
    };
    right_shape += nearest(4) == truth[4];
    right_wall += nearest(1) == truth[1];
    right_angle += std::abs(nearest(5) - truth[5]) <= 1;
  }
  EXPECT_GE(right_shape, 47);
  EXPECT_EQ(right_wall, 50);
  EXPECT_GE(right_angle, 45);
}

TEST(ShapesLike, ColoursAreTheWheelOfHues) {
  shapes3d::Layers layers;
  for (auto& layer : layers.of) layer.assign(shapes3d::pixels, 0);
  layers.of[shapes3d::floor].assign(shapes3d::pixels, 0.5f);
  Bytes image(3 * shapes3d::pixels);
  // HSV(h, 1, 1/2) for h = 0, 1/6, 1/3, 1/2, 0.7 and once around.
  const std::vector<std::pair<double, std::array<int, 3>>> colours{{0, {128, 0, 0}},       {1.0 / 6, {128, 128, 0}},
                                                                   {1.0 / 3, {0, 128, 0}}, {0.5, {0, 128, 128}},
                                                                   {0.7, {26, 0, 128}},    {1, {128, 0, 0}}};
  for (const auto& [hue, expected] : colours) {
    shapes3d::paint(layers, {.floor = hue}, std::span(image).first<3 * shapes3d::pixels>());
    for (size_t c = 0; c < 3; ++c)
      EXPECT_NEAR(std::to_integer<int>(image[c * shapes3d::pixels + 77]), expected[c], 1) << hue << " " << c;
  }
}

// Walls, floor and sky are seen mirrored from the other side; an upright round object looks the same from all sides.
TEST(ShapesLike, TurningTheOtherWayMirrorsTheRoom) {
  for (double angle : {6.0, 17.0, 30.0}) {
    const auto left = shapes3d::render({shapes3d::Shape::sphere, 1, angle});
    const auto right = shapes3d::render({shapes3d::Shape::sphere, 1, -angle});
    for (int y = 0; y < 64; ++y)
      for (int x = 0; x < 64; ++x) {
        const auto at = static_cast<size_t>(y * 64 + x), mirrored = static_cast<size_t>(y * 64 + 63 - x);
        ASSERT_NEAR(left.of[shapes3d::sky][at], right.of[shapes3d::sky][mirrored], 1e-6) << x << " " << y;
        ASSERT_EQ(left.of[shapes3d::wall][at] > 0, right.of[shapes3d::wall][mirrored] > 0) << x << " " << y;
        ASSERT_NEAR(left.of[shapes3d::object][at], right.of[shapes3d::object][at], 1e-6) << x << " " << y;
      }
  }
}

double area(const shapes3d::Layers& layers) {
  double sum = 0;
  for (float part : layers.of[shapes3d::object]) sum += part > 0;
  return sum;
}

TEST(ShapesLike, LargerObjectsCoverMore) {
  for (auto shape :
       {shapes3d::Shape::cube, shapes3d::Shape::cylinder, shapes3d::Shape::sphere, shapes3d::Shape::capsule})
    for (int k = 0; k + 1 < shapes3d::scales; ++k)
      EXPECT_LT(area(shapes3d::render({shape, shapes3d::scale_value(k), 10})),
                area(shapes3d::render({shape, shapes3d::scale_value(k + 1), 10})));
}

TEST(ShapesLike, ManyThreadsSeeTheSameBytes) {
  const auto one = look_alike(), many = look_alike();
  std::vector<int64_t> items(200);
  for (size_t i = 0; i < items.size(); ++i) items[i] = static_cast<int64_t>(i * 7919 % 480000);
  std::vector<Bytes> seen_by(4);
  std::vector<std::thread> threads;
  for (auto& mine : seen_by) threads.emplace_back([&] { mine = gathered(*many, items); });
  for (auto& thread : threads) thread.join();
  const Bytes expected = gathered(*one, items);
  for (auto& mine : seen_by) EXPECT_EQ(mine, expected);
}

TEST(ShapesLike, DrawsBetweenTheClasses) {
  const auto set = look_alike();
  Bytes half(12288);
  const std::vector<float> numbers{0, 5, 2.5, 3.5, 1, 7.25};
  EXPECT_TRUE(set->render(numbers, half));
  EXPECT_LT(mean_difference(half, gathered(*set, {item_of(*set, {0, 5, 2, 3, 1, 7})})), 12);
  // Hues go round.
  Bytes around(12288);
  EXPECT_TRUE(set->render(std::vector<float>{10, 5, 2, 3, 1, 7}, around));
  EXPECT_EQ(around, gathered(*set, {item_of(*set, {0, 5, 2, 3, 1, 7})}));
  EXPECT_FALSE(set->render(std::vector<float>{0, 0, 0, 0, 4, 0}, half));
  EXPECT_FALSE(set->render(std::vector<float>{0, 0, 0, 100, 0, 0}, half));
  EXPECT_FALSE(set->render(std::vector<float>{0, 0, NAN, 0, 0, 0}, half));
  EXPECT_FALSE(set->render(std::vector<float>{0, 0, 0}, half));
}

// ---- XYSquares ------------------------------------------------------------------------------------------------------

TEST(XySquares, EverySquareLiesAtItsPlace) {
  const auto set = open_text("name = 'xy_squares'");
  EXPECT_EQ(set->spec().size, 262144);
  for (int64_t item : {int64_t{0}, int64_t{262143}, int64_t{123456}, int64_t{77777}}) {
    const auto numbers = factors_of(*set, {item});
    const Bytes x = gathered(*set, {item});
    for (size_t c = 0; c < 3; ++c)
      for (size_t row = 0; row < 64; ++row)
        for (size_t column = 0; column < 64; ++column) {
          const bool on =
              column / 8 == static_cast<size_t>(numbers[2 * c]) && row / 8 == static_cast<size_t>(numbers[2 * c + 1]);
          ASSERT_EQ(std::to_integer<int>(x[(c * 64 + row) * 64 + column]), on ? 255 : 0) << item << " " << c;
        }
  }
}

// The point of the set: with a distance of 8, moving a square one place or seven changes equally many pixels; with less
// than 8 it does not.
TEST(XySquares, PixelsTellDistancesOnlyWhereThePlacesOverlap) {
  const auto changed = [](const Dataset& set, float place) {
    const Bytes a = gathered(set, {item_of(set, {0, 0, 0, 0, 0, 0})});
    const Bytes b = gathered(set, {item_of(set, {place, 0, 0, 0, 0, 0})});
    int count = 0;
    for (size_t i = 0; i < a.size(); ++i) count += a[i] != b[i];
    return count;
  };
  const auto apart = open_text("name = 'xy_squares'"), overlapping = open_text("name = 'xy_squares'\nspacing = 3");
  for (float place : {1.0f, 2.0f, 7.0f}) EXPECT_EQ(changed(*apart, place), 128);
  EXPECT_EQ(changed(*overlapping, 1), 2 * 3 * 8);
  EXPECT_EQ(changed(*overlapping, 2), 2 * 6 * 8);
  EXPECT_EQ(changed(*overlapping, 3), 128);
  // 8 places of 3 pixels and a square of 8 in the middle of 64: (64 - 29) / 2.
  EXPECT_EQ(overlapping->spec().factors[0].values, (std::vector<double>{17, 20, 23, 26, 29, 32, 35, 38}));
  EXPECT_TRUE(holds(complaint("name = 'xy_squares'\nspacing = 9"), "8"));
}

TEST(XySquares, StayInTheImage) {
  const auto set = open_text("name = 'xy_squares'");
  Bytes image(12288);
  EXPECT_TRUE(set->render(std::vector<float>{3.5, 0, 0, 0, 0, 0}, image));
  EXPECT_EQ(std::to_integer<int>(image[28]), 255);
  EXPECT_EQ(std::to_integer<int>(image[27]), 0);
  EXPECT_FALSE(set->render(std::vector<float>{7.5, 0, 0, 0, 0, 0}, image));
  EXPECT_FALSE(set->render(std::vector<float>{-1, 0, 0, 0, 0, 0}, image));
}

}  // namespace
}  // namespace teasel
