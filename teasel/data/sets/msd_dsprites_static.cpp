// dSprites-static of MSD-Benchmark (github.com/azencot-group/MSD-Benchmark): a coloured sprite at one of 8x8 places,
// whose size goes up and down and which turns, over sixteen frames. 31,104 videos; colour, shape and place are static.
// The split is ours, by static combinations, .7 / .15 / .15, where theirs is at random and its seed's order not stated.
// A square that turns by a quarter, and an ellipse by a half, look as before: orientation cannot always be told.
#include "teasel/data/msd_paths.hpp"

namespace teasel {
namespace {

class MsdDspritesStatic final : public PathVideos {
 public:
  using Options = NoOptions;
  MsdDspritesStatic(const Options&, const Setup&)
      : PathVideos("msd_dsprites_static", images_of("dsprites"), frames, factors(), msd_paths::colours()) {
    split_by_static_factors(0.7, 0.15, 42);
  }

 private:
  static constexpr int64_t frames = 16;

  static std::vector<VideoFactor> factors() {
    const auto places = msd_paths::range(2, 30, 4);
    return {VideoFactor::still("shape", {0, 1, 2}), VideoFactor::still("position_x", places),
            VideoFactor::still("position_y", places), msd_paths::sizes({0, 2, 4}, 6, frames),
            msd_paths::turns(40, frames)};
  }
};

TEASEL_REGISTER(Dataset, MsdDspritesStatic,
                "dSprites-static of MSD-Benchmark: 31,104 videos of 16 frames of sprites that turn and change size");

}  // namespace
}  // namespace teasel
