// Sprites of Li and Mandt (2018, "Disentangled sequential autoencoder"; github.com/YingzhenLi/Sprites): characters put
// together from the Liberated Pixel Cup's sheets, one of six bodies, bottoms, tops and hairs each, walking, casting a
// spell or slashing, seen from the front, the left or the right: 1,296 characters, 11,664 videos of eight frames in
// colour. The four attributes are static. The art is licensed CC-BY-SA 3.0 or GPL 3.0 and comes with no copy of this
// program: `path` names a file of layers (sprites_layers.npz): "layers" uint8 [25, 9, 8, 64, 64, 4], red, green, blue
// and opacity of body 0-5, bottom 0-5, top 0-5, hair 0-5 and the shoes in nine actions of eight frames. Split as
// published, by characters: 1,000 to train with (9,000 videos), 296 to test with (2,664).
#include <fmt/format.h>

#include <cstring>

#include "teasel/core/array.hpp"
#include "teasel/data/gathering.hpp"
#include "teasel/data/grid_dataset.hpp"
#include "teasel/data/python_random.hpp"
#include "teasel/data/readers/stored_grid.hpp"

namespace teasel {
namespace {

constexpr int64_t variants = 6, attributes = 4, actions = 9, frames = 8, pixels = 64 * 64;
constexpr int64_t layers = attributes * variants + 1, characters = variants * variants * variants * variants;
constexpr int64_t training_characters = 1000;
constexpr uint32_t split_seed = 423;  // of numpy's generator

FactorSpec attribute(const char* name) {
  FactorSpec out = numbered_factor(name, variants);
  out.scale = FactorSpec::Scale::categorical;
  return out;
}

DataSpec make_spec() {
  FactorSpec action = numbered_factor("action", actions);  // 3 * (walk, spellcard, slash) + (front, left, right)
  action.scale = FactorSpec::Scale::categorical;
  action.dynamic = true;
  DataSpec spec = grid_of_images("sprites", {frames, 3, 64, 64},
                                 {attribute("body"), attribute("bottom"), attribute("top"), attribute("hair"), action});
  spec.modality = Modality::video;
  spec.frames = frames;
  return spec;
}

Array read_layers(const std::string& path) {
  const std::string file = find_published(
      {"sprites", "sprites_layers.npz", "It is made of the sheets at github.com/YingzhenLi/Sprites."}, path);
  const std::array<std::string, 1> wanted{"layers"};
  Array out = std::move(read_npz(file, wanted)[0].second);
  if (out.type != ArrayType::u8 || out.shape != std::vector<int64_t>{layers, actions, frames, 64, 64, 4})
    throw Error(fmt::format("'{}': array 'layers' is {} [{}]", file, name_of(out.type), fmt::join(out.shape, ", ")),
                "It must be uint8 [25, 9, 8, 64, 64, 4]: layer, action, frame, row, column, red green blue opacity.");
  return out;
}

// Lays a pixel over another, rounding halves up.
uint8_t blend(uint8_t below, uint8_t above, uint8_t opacity) {
  const int sum = above * opacity + below * (255 - opacity);
  return static_cast<uint8_t>((2 * sum + 255) / 510);
}

class Sprites final : public GridDataset {
 public:
  using Options = NoOptions;
  Sprites(const Options&, const Setup& setup) : GridDataset(make_spec()), layers_(read_layers(setup.path)) {}

  void gather(std::span<const int64_t> index, size_t field, Draw, std::span<std::byte> out) const override {
    check_gather(spec_, index, field, out);
    constexpr size_t item_bytes = frames * 3 * pixels;
    for (size_t i = 0; i < index.size(); ++i) draw(index[i], out.data() + i * item_bytes);
  }

  std::vector<int64_t> split(std::string_view name) const override {
    if (name == "all") return GridDataset::split(name);
    if (name != "train" && name != "test")
      throw Error("data set 'sprites' has no split '" + std::string(name) + "'", "It has: train, test, all.");
    std::vector<int64_t> order(characters), items;
    for (int64_t i = 0; i < characters; ++i) order[static_cast<size_t>(i)] = i;
    PythonRandom(split_seed, PythonRandom::Library::numpy).shuffle(order);
    const bool train = name == "train";
    for (int64_t i = train ? 0 : training_characters; i < (train ? training_characters : characters); ++i)
      for (int64_t action = 0; action < actions; ++action)
        items.push_back(order[static_cast<size_t>(i)] * actions + action);
    return items;
  }

 private:
  // [8, 3, 64, 64]: body, bottom, top, hair and shoes, each over those before it, on black.
  void draw(int64_t item, std::byte* out) const {
    std::memset(out, 0, frames * 3 * pixels);
    int64_t character = item / actions, place = characters / variants;
    for (int64_t a = 0; a <= attributes; ++a) {
      lay(a < attributes ? a * variants + character / place % variants : layers - 1, item % actions, out);
      if (a + 1 < attributes) place /= variants;
    }
  }

  void lay(int64_t layer, int64_t action, std::byte* out) const {
    constexpr int64_t frame_bytes = pixels * 4;
    const uint8_t* in = layers_.as<uint8_t>().data() + (layer * actions + action) * frames * frame_bytes;
    auto* video = reinterpret_cast<uint8_t*>(out);
    for (int64_t t = 0; t < frames; ++t, in += frame_bytes, video += 3 * pixels)
      for (int64_t i = 0; i < pixels; ++i)
        if (const uint8_t opacity = in[4 * i + 3]; opacity != 0)
          for (int64_t c = 0; c < 3; ++c) video[c * pixels + i] = blend(video[c * pixels + i], in[4 * i + c], opacity);
  }

  Array layers_;
};

TEASEL_REGISTER(
    Dataset, Sprites,
    "Sprites (Liberated Pixel Cup): 11,664 videos of 8 frames, 1,296 characters in 9 actions, from their layers");

}  // namespace
}  // namespace teasel
