// Views: what they keep, and that they compose.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "teasel/core/array.hpp"
#include "teasel/core/error.hpp"
#include "teasel/data/dataset.hpp"

namespace teasel {
namespace {

using Bytes = std::vector<std::byte>;

std::shared_ptr<const Dataset> open_text(const std::string& views) {
  return open_dataset(parse_toml("name = 'dsprites'\nviews = [" + views + "]", ""));
}

Bytes image(const Dataset& set, int64_t item) {
  Bytes out(static_cast<size_t>(set.spec().fields[0].bytes()));
  set.gather(std::vector{item}, 0, {}, out);
  return out;
}

std::vector<float> factors(const Dataset& set, int64_t item) {
  std::vector<float> out(set.spec().factors.size());
  set.factors(std::vector{item}, out);
  return out;
}

std::shared_ptr<const Dataset> view(const std::string& text, std::shared_ptr<const Dataset> inner) {
  Value options = parse_toml(text, "");
  const std::string name = options.text_at("name");
  options.erase("name");
  return Registry<View>::get().make(name, options, {std::move(inner)});
}

// Seven items, no grid, of two fields of bytes and one of numbers; class 1 of "kind" lies at items 1, 3 and 6.
class Odd final : public Dataset {
 public:
  explicit Odd(Dtype dtype = Dtype::u8, int64_t side = 6) {
    spec_.name = "odd";
    spec_.fields = {{"x", {2, side, side}, dtype}, {"mask", {1, side, side}, dtype}, {"series", {5}, Dtype::f32}};
    spec_.size = 7;
    spec_.factors = {{"kind", {10, 20, 30}}, {"level", {}, FactorSpec::Scale::continuous}};
  }
  const DataSpec& spec() const override { return spec_; }
  void gather(std::span<const int64_t> index, size_t field, Draw, std::span<std::byte> out) const override {
    const auto bytes = static_cast<size_t>(spec_.fields[field].bytes());
    for (size_t i = 0; i < out.size(); ++i) out[i] = value(index[i / bytes], i % bytes);
  }
  void factors(std::span<const int64_t> index, std::span<float> out) const override {
    constexpr float kinds[] = {0, 1, 2, 1, 0, 2, 1};
    for (size_t i = 0; i < index.size(); ++i) {
      out[2 * i] = kinds[index[i]];
      out[2 * i + 1] = 0.5f * static_cast<float>(index[i]);
    }
  }
  std::vector<int64_t> split(std::string_view name) const override {
    if (name == "test") return {5, 6};
    return Dataset::split(name);
  }
  static std::byte value(int64_t item, size_t at) {
    return static_cast<std::byte>((static_cast<size_t>(item) * 91 + at * at * 37 + 11) % 256);
  }

 private:
  DataSpec spec_;
};

constexpr const char* sample =
    "{name = 'select', factor = 'orientation', every = 4}, {name = 'select', factor = 'position_x', every = 2}, "
    "{name = 'select', factor = 'position_y', every = 2}";

TEST(Select, CutsASmallerGridOutOfAGrid) {
  const auto set = open_text(sample), whole = open_text("");
  EXPECT_EQ(set->spec().size, 46080);
  EXPECT_TRUE(set->spec().full_grid);
  EXPECT_EQ(grid_strides(set->spec().factors), (std::vector<int64_t>{15360, 2560, 256, 16, 1}));
  EXPECT_EQ(set->spec().factors[2].values[3], whole->spec().factors[2].values[12]);
  for (int64_t item = 0; item < 46080; item += 101) {
    std::vector<float> f = factors(*set, item);
    EXPECT_EQ(set->find(f), item);
    f[2] *= 4;
    f[3] *= 2;
    f[4] *= 2;
    EXPECT_EQ(image(*set, item), image(*whole, *whole->find(f)));
  }
}

TEST(Select, GivesTheGridOfTheRealSample) {
  const char* shared = std::getenv("TEASEL_SHARED");
  const std::filesystem::path file =
      std::filesystem::path(shared ? shared : "../shared") / "data/dsprites_downsampled_plain.npz";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "the real images are not there: " << file;
  const auto set = open_text(sample);
  const std::vector<int64_t> classes = read_npz(file, std::vector<std::string>{"classes"}).at(0).second.to_i64();
  std::vector<int64_t> all = set->split("all");
  std::vector<float> f(all.size() * 5);
  set->factors(all, f);
  ASSERT_EQ(classes.size(), f.size());
  constexpr int64_t every[] = {1, 1, 4, 2, 2};
  for (size_t i = 0; i < f.size(); ++i) ASSERT_EQ(static_cast<int64_t>(f[i]) * every[i % 5], classes[i]) << i;
}

TEST(Select, DropsAFactorOfOneValue) {
  const auto set = open_text("{name = 'select', factor = 'scale', values = [3]}"), whole = open_text("");
  ASSERT_EQ(set->spec().factors.size(), 4u);
  EXPECT_EQ(set->spec().factors[1].name, "orientation");
  EXPECT_TRUE(set->spec().full_grid);
  EXPECT_EQ(set->spec().size, 737280 / 6);
  const std::vector<float> mine{1, 20, 5, 9};
  const int64_t inner = *whole->find(std::vector<float>{1, 3, 20, 5, 9});
  ASSERT_TRUE(set->find(mine));
  EXPECT_EQ(factors(*set, *set->find(mine)), mine);
  EXPECT_EQ(image(*set, *set->find(mine)), image(*whole, inner));
  Bytes drawn(512);
  ASSERT_TRUE(set->render(mine, drawn));
  EXPECT_EQ(drawn, image(*whole, inner));
}

TEST(Select, NoFactorIsLeftOfASingleImage) {
  const auto set = open_text(
      "{name = 'select', factor = 'shape', values = [2]}, {name = 'select', factor = 'scale', values = [1]}, "
      "{name = 'select', factor = 'orientation', values = [3]}, {name = 'select', factor = 'position_y', values = "
      "[4]}, "
      "{name = 'select', factor = 'position_x', values = [5]}");
  EXPECT_EQ(set->spec().size, 1);
  EXPECT_TRUE(set->spec().factors.empty());
  EXPECT_EQ(set->find({}), 0);
  const auto whole = open_text("");
  EXPECT_EQ(image(*set, 0), image(*whole, *whole->find(std::vector<float>{2, 1, 3, 5, 4})));
}

TEST(Select, RendersBetweenItsValues) {
  const auto set = open_text("{name = 'select', factor = 'position_x', values = [0, 10, 30]}"), whole = open_text("");
  Bytes mine(512), expected(512);
  for (auto [here, there] : {std::pair{1.0f, 10.0f}, {0.5f, 5.0f}, {1.25f, 15.0f}, {2.5f, 40.0f}, {-0.5f, -5.0f}}) {
    ASSERT_TRUE(set->render(std::vector<float>{2, 1, 3, here, 7}, mine));
    ASSERT_TRUE(whole->render(std::vector<float>{2, 1, 3, there, 7}, expected));
    EXPECT_EQ(mine, expected) << here;
  }
  EXPECT_FALSE(set->render(std::vector<float>{2, 1, 3, NAN, 7}, mine));
  EXPECT_FALSE(set->find(std::vector<float>{2, 1, 3, 3, 7}));
  EXPECT_FALSE(set->find(std::vector<float>{2, 1, 3, 0.5f, 7}));
}

TEST(Select, ListsTheItemsOfASetThatIsNoGrid) {
  const auto inner = std::make_shared<Odd>();
  const auto set = view("name = 'select'\nfactor = 'kind'\nvalues = [1, 2]", inner);
  EXPECT_EQ(set->spec().size, 5);
  EXPECT_FALSE(set->spec().full_grid);
  EXPECT_EQ(set->spec().factors[0].values, (std::vector<double>{20, 30}));
  EXPECT_EQ(factors(*set, 2), (std::vector<float>{0, 1.5f}));  // item 3
  EXPECT_EQ(image(*set, 4), image(*inner, 6));
  EXPECT_EQ(set->split("test"), (std::vector<int64_t>{3, 4}));
  const auto one = view("name = 'select'\nfactor = 'kind'\nvalues = [1]", inner);
  EXPECT_EQ(one->spec().size, 3);
  EXPECT_EQ(factors(*one, 1), (std::vector<float>{1.5f}));
}

TEST(Select, RefusesWhatIsNotThere) {
  for (const char* bad :
       {"{name = 'select'}", "{name = 'select', factor = 'scales'}",
        "{name = 'select', factor = 'scale', values = [6]}", "{name = 'select', factor = 'scale', values = [2, 1]}",
        "{name = 'select', factor = 'scale', values = [1, 1]}", "{name = 'select', factor = 'scale', values = [-1]}",
        "{name = 'select', factor = 'scale', every = 0}"})
    EXPECT_THROW(open_text(bad), Error) << bad;
  EXPECT_THROW(view("name = 'select'\nfactor = 'level'", std::make_shared<Odd>()), Error);
}

// Bits of an image as 0 and 1, and back.
std::vector<int> bits_of(const Bytes& image) {
  std::vector<int> bits;
  for (std::byte byte : image)
    for (int bit = 7; bit >= 0; --bit) bits.push_back(std::to_integer<int>(byte >> bit) & 1);
  return bits;
}

std::vector<int> halved(const std::vector<int>& bits, size_t side) {
  std::vector<int> out;
  for (size_t y = 0; y < side; y += 2)
    for (size_t x = 0; x < side; x += 2)
      out.push_back(
          bits[y * side + x] + bits[y * side + x + 1] + bits[(y + 1) * side + x] + bits[(y + 1) * side + x + 1] >= 2);
  return out;
}

TEST(Resize, HalvesBlackAndWhiteImages) {
  const auto whole = open_text(""), half = open_text("'resize'"), quarter = open_text("{name = 'resize', size = 16}"),
             eighth = open_text("{name = 'resize', size = 8}"),
             stacked = open_text("'resize', {name = 'resize', size = 16}"),
             same = open_text("{name = 'resize', size = 64}");
  EXPECT_EQ(half->spec().fields[0].shape, (std::vector<int64_t>{1, 32, 32}));
  EXPECT_EQ(half->spec().fields[0].bytes(), 128);
  for (int64_t item = 0; item < 737280; item += 9973) {
    const std::vector<int> small = halved(bits_of(image(*whole, item)), 64);
    EXPECT_EQ(bits_of(image(*half, item)), small);
    EXPECT_EQ(bits_of(image(*quarter, item)), halved(small, 32));
    EXPECT_EQ(bits_of(image(*eighth, item)), halved(halved(small, 32), 16));
    EXPECT_EQ(image(*stacked, item), image(*quarter, item));
    EXPECT_EQ(image(*same, item), image(*whole, item));
  }
}

// Arbitrary bits, two channels, and rows that are no or several words.
TEST(Resize, HalvesAnyPatternOfBits) {
  for (int64_t side : {16, 48, 64, 80, 96, 128, 160, 192, 256}) {
    const auto inner = std::make_shared<Odd>(Dtype::bit, side);
    const auto half = view("name = 'resize'\nsize = " + std::to_string(side / 2), inner);
    const std::vector<int> large = bits_of(image(*inner, 3)), small = bits_of(image(*half, 3));
    const auto plane = static_cast<std::ptrdiff_t>(side * side);
    ASSERT_EQ(small.size() * 4, large.size());
    for (std::ptrdiff_t channel : {0, 1}) {
      const std::vector<int> expected =
          halved({large.begin() + channel * plane, large.begin() + (channel + 1) * plane}, static_cast<size_t>(side));
      EXPECT_TRUE(std::equal(expected.begin(), expected.end(), small.begin() + channel * plane / 4)) << side;
    }
  }
}

TEST(Resize, AveragesBytes) {
  const auto inner = std::make_shared<Odd>();
  const auto small = view("name = 'resize'\nsize = 2", inner);
  EXPECT_EQ(small->spec().fields[0].shape, (std::vector<int64_t>{2, 2, 2}));
  EXPECT_EQ(small->spec().fields[1].shape, (std::vector<int64_t>{1, 2, 2}));
  EXPECT_EQ(small->spec().fields[2].shape, (std::vector<int64_t>{5}));
  const Bytes out = image(*small, 4);
  for (size_t channel = 0; channel < 2; ++channel)
    for (size_t y = 0; y < 2; ++y)
      for (size_t x = 0; x < 2; ++x) {
        double sum = 0;
        for (size_t dy = 0; dy < 3; ++dy)
          for (size_t dx = 0; dx < 3; ++dx)
            sum += std::to_integer<int>(Odd::value(4, channel * 36 + (3 * y + dy) * 6 + 3 * x + dx));
        EXPECT_EQ(std::to_integer<int>(out[channel * 4 + y * 2 + x]), std::floor(sum / 9 + 0.5));
      }
  Bytes series(20);
  small->gather(std::vector<int64_t>{2}, 2, {}, series);
  for (size_t i = 0; i < 20; ++i) EXPECT_EQ(series[i], Odd::value(2, i));
}

TEST(Resize, GathersManyLikeEachAndRendersAlike) {
  const auto set = open_text("'resize'");
  std::vector<int64_t> index;
  for (int64_t i = 0; i < 101; ++i) index.push_back(i * 7001);
  Bytes all(index.size() * 128), drawn(128);
  set->gather(index, 0, {}, all);
  for (size_t i = 0; i < index.size(); ++i) {
    const Bytes one = image(*set, index[i]);
    EXPECT_TRUE(std::equal(one.begin(), one.end(), all.begin() + static_cast<std::ptrdiff_t>(i * 128)));
    ASSERT_TRUE(set->render(factors(*set, index[i]), drawn));
    EXPECT_EQ(drawn, one);
  }
}

TEST(Views, ComposeInAnyOrder) {
  const auto a = open_text("'resize', {name = 'select', factor = 'shape', values = [0, 2]}"),
             b = open_text("{name = 'select', factor = 'shape', every = 2}, 'resize'");
  EXPECT_EQ(a->spec().size, b->spec().size);
  for (int64_t item = 0; item < a->spec().size; item += 7919) {
    EXPECT_EQ(image(*a, item), image(*b, item));
    EXPECT_EQ(factors(*a, item), factors(*b, item));
    EXPECT_EQ(a->find(factors(*a, item)), item);
    EXPECT_EQ(b->find(factors(*b, item)), item);
  }
}

TEST(Resize, RefusesWithTheReason) {
  for (const char* bad : {"{name = 'resize', size = 48}", "{name = 'resize', size = 128}",
                          "{name = 'resize', size = 4}", "{name = 'resize', size = 0}"})
    EXPECT_THROW(open_text(bad), Error) << bad;
  EXPECT_THROW(view("name = 'resize'\nsize = 4", std::make_shared<Odd>()), Error);
  EXPECT_THROW(view("name = 'resize'\nsize = 8", std::make_shared<Odd>(Dtype::f32, 16)), Error);
  EXPECT_THROW(view("name = 'resize'\nsize = 16", std::make_shared<Odd>(Dtype::bit, 48)), Error);
}

}  // namespace
}  // namespace teasel
