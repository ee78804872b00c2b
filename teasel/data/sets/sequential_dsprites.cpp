// Sequential dSprites of Hason (2024, "Improving Koopman-Based Sequential Multifactor Disentanglement with Single
// Static Mode and Latent Space Refinement"; the rules are those of github.com/AmosHason/SSM-SKD): a coloured sprite
// that stands at one of 8x8 places and changes its size over eight frames along one of ten paths. 11,520 videos;
// colour, shape and place are static. Split as published, by static combinations: 9,210 videos to train with, 2,310 to
// test with.
#include "teasel/data/sprite_paths.hpp"

namespace teasel {
namespace {

class SequentialDsprites final : public PathVideos {
 public:
  using Options = NoOptions;
  SequentialDsprites(const Options&, const Setup&) : SequentialDsprites(PythonRandom(sprite_paths::seed)) {}

 private:
  explicit SequentialDsprites(PythonRandom random)
      : PathVideos("sequential_dsprites", images_of("dsprites"), sprite_paths::frames, factors(random),
                   sprite_paths::colours()) {
    const int64_t paths = spec_.factors.back().classes(), combinations = spec_.size / paths;
    const auto order = sprite_paths::shuffled(combinations, random);
    const auto cut = order.begin() + combinations * 8 / 10;
    add_split("train", with_paths({order.begin(), cut}, paths, random));
    add_split("test", with_paths({cut, order.end()}, paths, random));
  }

  static std::vector<VideoFactor> factors(PythonRandom& random) {
    std::vector<int64_t> places;
    for (int64_t i = 2; i < 32; i += 4) places.push_back(i);
    return {VideoFactor::still("shape", {0, 1, 2}),
            VideoFactor::still("position_x", places),
            VideoFactor::still("position_y", places),
            {"scale", "scale", sprite_paths::scales(random)}};
  }

  // Every combination with every path, shuffled.
  static std::vector<int64_t> with_paths(const std::vector<int64_t>& combinations, int64_t paths,
                                         PythonRandom& random) {
    std::vector<int64_t> items;
    for (int64_t combination : combinations)
      for (int64_t path = 0; path < paths; ++path) items.push_back(combination * paths + path);
    random.shuffle(items);
    return items;
  }
};

TEASEL_REGISTER(
    Dataset, SequentialDsprites,
    "coloured dSprites that change size over 8 frames: 11,520 videos of 64x64, published split, no download");

}  // namespace
}  // namespace teasel
