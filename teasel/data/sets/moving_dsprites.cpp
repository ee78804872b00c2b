// Moving dSprites of Hason (2024, "Improving Koopman-Based Sequential Multifactor Disentanglement with Single Static
// Mode and Latent Space Refinement"; the rules are those of github.com/AmosHason/SSM-SKD): a coloured sprite whose size
// walks along one of ten paths and whose place along one of eight in each direction, over eight frames. 11,520 videos;
// colour and shape are static. Split as published, at random: 9,216 videos to train with, 2,304 to test with.
#include "teasel/data/sprite_paths.hpp"

namespace teasel {
namespace {

// Classes of dSprites' position in the eight frames.
const std::vector<FactorPath> position_paths{{31, 0, 31, 0, 31, 0, 31, 0},   {19, 17, 15, 13, 11, 9, 7, 5},
                                             {0, 3, 6, 9, 12, 15, 18, 21},   {2, 6, 10, 14, 18, 22, 26, 30},
                                             {27, 27, 19, 19, 11, 11, 3, 3}, {30, 20, 20, 10, 10, 20, 20, 30},
                                             {1, 1, 2, 3, 5, 8, 13, 21},     {31, 29, 23, 19, 17, 13, 11, 7}};

class MovingDsprites final : public PathVideos {
 public:
  using Options = NoOptions;
  MovingDsprites(const Options&, const Setup&) : MovingDsprites(PythonRandom(sprite_paths::seed)) {}

 private:
  explicit MovingDsprites(PythonRandom random)
      : PathVideos("moving_dsprites", images_of("dsprites"), sprite_paths::frames, factors(random),
                   sprite_paths::colours()) {
    const auto order = sprite_paths::shuffled(spec_.size, random);
    const auto cut = order.begin() + spec_.size * 8 / 10;
    add_split("train", {order.begin(), cut});
    add_split("test", {cut, order.end()});
  }

  static std::vector<VideoFactor> factors(PythonRandom& random) {
    return {VideoFactor::still("shape", {0, 1, 2}),
            {"scale", "scale", sprite_paths::scales(random)},
            {"position_x", "position_x", position_paths},
            {"position_y", "position_y", position_paths}};
  }
};

TEASEL_REGISTER(Dataset, MovingDsprites,
                "coloured dSprites that move and change size over 8 frames: 11,520 videos of 64x64, published split");

}  // namespace
}  // namespace teasel
