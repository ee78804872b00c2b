// Videos: Python's generators, paths, and the published tables and splits.
#include <gtest/gtest.h>
#include <zlib.h>

#include <array>
#include <cstdlib>
#include <numeric>
#include <set>

#include "teasel/data/path_videos.hpp"
#include "teasel/data/python_random.hpp"
#include "teasel/data/sprite_paths.hpp"
#include "tests/data/user_files.hpp"

namespace teasel {
namespace {

using Bytes = std::vector<std::byte>;

std::filesystem::path shared_file(const char* name) {
  const char* shared = std::getenv("TEASEL_SHARED");
  return std::filesystem::path(shared ? shared : "../shared") / "data" / name;
}

// The classes of a video's factors (those of its first frame).
std::vector<int64_t> classes_of(const Dataset& set, int64_t item) {
  std::vector<float> table(static_cast<size_t>(set.spec().factor_elements()));
  set.factors(std::array{item}, table);
  return {table.begin(), table.begin() + static_cast<int64_t>(set.spec().factors.size())};
}

// CRC-32 of all class numbers of a split, a byte each, in its order.
uint32_t checksum(const Dataset& set, const char* split) {
  std::vector<unsigned char> bytes;
  for (int64_t item : set.split(split))
    for (int64_t number : classes_of(set, item)) bytes.push_back(static_cast<unsigned char>(number));
  return static_cast<uint32_t>(crc32(0, bytes.data(), static_cast<unsigned>(bytes.size())));
}

// ---- Python's random numbers: values printed by Python 3.11 and numpy 2.4 -------------------------------------------

TEST(PythonRandom, EqualsPython) {
  PythonRandom random(42);
  for (uint32_t expected : {81, 14, 3, 94, 35, 31, 28, 17}) EXPECT_EQ(random.below(100), expected);
  for (uint32_t expected : {3163119785u, 440213415u, 2906402157u}) EXPECT_EQ(random.word(), expected);
  std::array<int, 10> list{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  random.shuffle(list);
  EXPECT_EQ(list, (std::array{3, 2, 4, 9, 5, 7, 0, 6, 1, 8}));
}

TEST(PythonRandom, EqualsNumpy) {
  PythonRandom random(423, PythonRandom::Library::numpy);
  for (uint32_t expected : {1448000750u, 3405078584u, 2241174811u}) EXPECT_EQ(random.word(), expected);
  std::vector<int> order(1296);
  std::iota(order.begin(), order.end(), 0);
  PythonRandom(423, PythonRandom::Library::numpy).shuffle(order);
  EXPECT_EQ(std::vector<int>(order.begin(), order.begin() + 5), (std::vector{1116, 1135, 17, 469, 1293}));
}

// ---- paths ----------------------------------------------------------------------------------------------------------

TEST(Paths, HarmonicTurnsRoundWithoutStopping) {
  EXPECT_EQ(harmonic({0, 1, 2, 3}, 10), (FactorPath{0, 1, 2, 3, 2, 1, 0, 1, 2, 3}));
  EXPECT_EQ(harmonic({0, 7}, 5), (FactorPath{0, 7, 0, 7, 0}));
  EXPECT_EQ(cyclic({0, 2, 4}, 5), (FactorPath{0, 2, 4, 0, 2}));
}

TEST(SequentialDsprites, SizesWalkAlongThePublishedPaths) {
  PythonRandom random(sprite_paths::seed);
  const std::vector<FactorPath> published{{5, 3, 1, 0, 1, 2, 3, 4}, {0, 2, 4, 4, 2, 0, 2, 3}, {4, 4, 4, 4, 5, 5, 4, 3},
                                          {0, 2, 3, 4, 4, 3, 3, 3}, {3, 5, 4, 4, 4, 4, 4, 4}, {1, 3, 4, 4, 3, 1, 1, 2},
                                          {5, 5, 5, 5, 5, 5, 4, 2}, {5, 5, 5, 5, 5, 4, 4, 3}, {4, 4, 4, 5, 3, 2, 1, 1},
                                          {5, 3, 2, 0, 1, 3, 5, 3}};
  EXPECT_EQ(sprite_paths::scales(random), published);
}

TEST(SequentialDsprites, SplitsAreThePublishedOnes) {
  const auto set = open_text("name = 'sequential_dsprites'");
  EXPECT_EQ(set->split("train").size(), 9210u);
  EXPECT_EQ(set->split("test").size(), 2310u);
  EXPECT_EQ(classes_of(*set, set->split("train")[0]), (std::vector<int64_t>{2, 2, 7, 0, 4}));
  EXPECT_EQ(classes_of(*set, set->split("test")[1]), (std::vector<int64_t>{4, 2, 1, 7, 3}));
  EXPECT_EQ(checksum(*set, "train"), 0xbb8fda4cu);
  EXPECT_EQ(checksum(*set, "test"), 0x025edb3eu);
}

TEST(MovingDsprites, SplitsAreThePublishedOnes) {
  const auto set = open_text("name = 'moving_dsprites'");
  EXPECT_EQ(set->split("train").size(), 9216u);
  EXPECT_EQ(set->split("test").size(), 2304u);
  EXPECT_EQ(classes_of(*set, set->split("train")[1]), (std::vector<int64_t>{3, 2, 9, 5, 7}));
  EXPECT_EQ(checksum(*set, "train"), 0x29012b1fu);
  EXPECT_EQ(checksum(*set, "test"), 0xde2f9896u);
}

TEST(MovingDsprites, FramesAreColouredSpritesAlongThePaths) {
  const auto set = open_text("name = 'moving_dsprites'"), sprites = open_text("name = 'dsprites'");
  const std::array<float, 5> classes{1, 2, 0, 4, 5};  // orange heart, first path of sizes, fifth and sixth of places
  const int64_t item = set->find(classes).value();
  const Bytes video = gathered(*set, {item});
  constexpr std::array<int, 8> size{5, 3, 1, 0, 1, 2, 3, 4}, x{27, 27, 19, 19, 11, 11, 3, 3},
      y{30, 20, 20, 10, 10, 20, 20, 30};
  constexpr std::array<int, 3> orange{255, 165, 0};
  for (size_t t = 0; t < 8; ++t) {
    const std::array<float, 5> numbers{2, static_cast<float>(size[t]), 0, static_cast<float>(x[t]),
                                       static_cast<float>(y[t])};
    const Bytes bits = gathered(*sprites, {sprites->find(numbers).value()});
    for (size_t c = 0; c < 3; ++c)
      for (size_t i = 0; i < 4096; ++i) {
        const int white = std::to_integer<int>(bits[i / 8]) >> (7 - i % 8) & 1;
        ASSERT_EQ(std::to_integer<int>(video[(t * 3 + c) * 4096 + i]), white * orange[c]) << "frame " << t;
      }
  }
}

TEST(MovingDsprites, DescribesItself) {
  const DataSpec spec = open_text("name = 'moving_dsprites'")->spec();
  EXPECT_EQ(spec.modality, Modality::video);
  EXPECT_EQ(spec.frames, 8);
  EXPECT_EQ(spec.fields[0].shape, (std::vector<int64_t>{8, 3, 64, 64}));
  EXPECT_EQ(spec.size, 11520);
  EXPECT_EQ(spec.factor_elements(), 8 * 5);
  std::vector<bool> dynamic;
  for (auto& factor : spec.factors) dynamic.push_back(factor.dynamic);
  EXPECT_EQ(dynamic, (std::vector{false, false, true, true, true}));
}

// ---- MSD-Benchmark --------------------------------------------------------------------------------------------------

struct MsdSets : testing::TestWithParam<std::pair<const char*, std::array<int64_t, 3>>> {};

TEST_P(MsdSets, NoStaticCombinationIsInTwoSplits) {
  const auto [name, expected] = GetParam();
  const auto set = open_text(std::string("name = '") + name + "'");
  EXPECT_EQ(set->spec().size, expected[0]);
  EXPECT_EQ(set->spec().frames, expected[1]);
  EXPECT_EQ(std::ranges::count_if(set->spec().factors, [](auto& factor) { return !factor.dynamic; }), expected[2]);
  std::set<std::vector<int64_t>> seen;
  size_t total = 0;
  for (const char* split : {"train", "validation", "test"}) {
    std::set<std::vector<int64_t>> here;
    const auto items = set->split(split);
    total += items.size();
    for (int64_t item : items) {
      std::vector<int64_t> combination;
      const auto classes = classes_of(*set, item);
      for (size_t f = 0; f < classes.size(); ++f)
        if (!set->spec().factors[f].dynamic) combination.push_back(classes[f]);
      here.insert(combination);
    }
    for (auto& combination : here) EXPECT_TRUE(seen.insert(combination).second) << name << " " << split;
  }
  EXPECT_EQ(total, static_cast<size_t>(set->spec().size));
  EXPECT_NEAR(static_cast<double>(set->split("train").size()), 0.7 * static_cast<double>(total),
              0.01 * static_cast<double>(total));
  EXPECT_TRUE(holds(complaint_of([&] { set->split("tset"); }), "train"));
}

INSTANTIATE_TEST_SUITE_P(Sets, MsdSets,
                         testing::Values(std::pair{"msd_dsprites_static", std::array<int64_t, 3>{31104, 16, 4}},
                                         std::pair{"msd_dsprites_dynamic", std::array<int64_t, 3>{29160, 12, 4}},
                                         std::pair{"msd_shapes3d", std::array<int64_t, 3>{72000, 10, 4}}),
                         [](const auto& info) { return std::string(info.param.first); });

TEST(MsdShapes3d, FramesAreImagesOfTheRoom) {
  const auto set = open_text("name = 'msd_shapes3d'"), images = open_text("name = 'shapes3d_like'");
  const std::array<float, 6> classes{1, 2, 3, 1, 2, 2};  // a cylinder, sizes 0 2 4 6 4 .., turning clockwise
  const Bytes video = gathered(*set, {set->find(classes).value()});
  constexpr std::array<float, 10> size{0, 2, 4, 6, 4, 2, 0, 2, 4, 6}, turn{0, 14, 12, 10, 8, 6, 4, 2, 0, 14};
  for (size_t t = 0; t < 10; ++t) {
    const Bytes image = gathered(*images, {images->find(std::array<float, 6>{1, 2, 3, size[t], 1, turn[t]}).value()});
    EXPECT_TRUE(std::ranges::equal(image, std::span(video).subspan(t * image.size(), image.size()))) << t;
  }
}

// ---- Sprites --------------------------------------------------------------------------------------------------------

// A file of layers in which each layer is one opaque pixel of its own colour and place, and the shoes half cover all.
std::filesystem::path made_layers(const std::filesystem::path& folder) {
  Array array{ArrayType::u8, {25, 9, 8, 64, 64, 4}, Bytes(size_t{25} * 9 * 8 * 4096 * 4)};
  auto bytes = array.as<uint8_t>();
  for (size_t layer = 0; layer < 25; ++layer)
    for (size_t action = 0; action < 9; ++action)
      for (size_t t = 0; t < 8; ++t) {
        const size_t pixel = layer == 24 ? 0 : layer / 6;
        const size_t at = (((layer * 9 + action) * 8 + t) * 4096 + pixel) * 4;
        bytes[at] = static_cast<uint8_t>(layer % 6 + 1);
        bytes[at + 1] = static_cast<uint8_t>(action), bytes[at + 2] = static_cast<uint8_t>(t);
        bytes[at + 3] = layer == 24 ? 128 : 255;
      }
  write_npz(folder / "sprites_layers.npz", {{"layers", array}}, true);
  return folder / "sprites_layers.npz";
}

TEST(Sprites, PutsCharactersTogetherFromLayers) {
  const TemporaryFolder folder;
  const auto set = open_text("name = 'sprites'\npath = '" + made_layers(folder.path()).string() + "'");
  EXPECT_EQ(set->spec().size, 11664);
  const std::array<float, 5> classes{5, 0, 3, 2, 7};
  const int64_t item = set->find(classes).value();
  EXPECT_EQ(item, (((5 * 6 + 0) * 6 + 3) * 6 + 2) * 9 + 7);
  const Bytes video = gathered(*set, {item});
  for (size_t t = 0; t < 8; ++t) {
    const auto red = [&](size_t pixel) { return std::to_integer<int>(video[t * 3 * 4096 + pixel]); };
    EXPECT_EQ(red(1), 1);
    EXPECT_EQ(red(2), 4);
    EXPECT_EQ(red(3), 3);
    EXPECT_EQ(red(0), 3);  // 6 of the body, 1 of the shoes at 128 / 255
    EXPECT_EQ(std::to_integer<int>(video[(t * 3 + 1) * 4096 + 2]), 7);
    EXPECT_EQ(std::to_integer<int>(video[(t * 3 + 2) * 4096 + 2]), static_cast<int>(t));
  }
  EXPECT_TRUE(holds(complaint("name = 'sprites'"), "sprites_layers.npz"));
}

TEST(Sprites, AFileOfAnotherShapeIsTold) {
  const TemporaryFolder folder;
  write_npz(folder.path() / "x.npz", {{"layers", counted<uint8_t>({25, 9, 8, 4}, 200)}}, true);
  const std::string told = complaint("name = 'sprites'\npath = '" + (folder.path() / "x.npz").string() + "'");
  EXPECT_TRUE(holds(told, "[25, 9, 8, 4]") && holds(told, "[25, 9, 8, 64, 64, 4]")) << told;
}

TEST(Sprites, TheRealArtGivesThePublishedSplitAndWholeCharacters) {
  const auto file = shared_file("sprites_layers.npz");
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "the layers are not there: " << file;
  const auto set = open_text("name = 'sprites'\npath = '" + file.string() + "'");
  const std::array<std::string, 1> wanted{"train_ids"};
  const auto train = read_npz(file, wanted)[0].second.to_i64();
  const auto items = set->split("train");
  ASSERT_EQ(items.size(), 9000u);
  EXPECT_EQ(set->split("test").size(), 2664u);
  for (size_t i = 0; i < train.size(); ++i) ASSERT_EQ(items[9 * i], 9 * train[i]);
  // All videos compose, and no two are alike.
  std::set<uint32_t> different;
  for (int64_t item = 0; item < set->spec().size; ++item) {
    const Bytes video = gathered(*set, {item});
    different.insert(static_cast<uint32_t>(
        crc32(0, reinterpret_cast<const unsigned char*>(video.data()), static_cast<unsigned>(video.size()))));
  }
  EXPECT_EQ(different.size(), 11664u);
}

}  // namespace
}  // namespace teasel
