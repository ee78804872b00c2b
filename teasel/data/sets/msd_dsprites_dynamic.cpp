// dSprites-dynamic of MSD-Benchmark (github.com/azencot-group/MSD-Benchmark): a coloured sprite of constant size and
// orientation that moves in both directions, over twelve frames. 29,160 videos; colour, shape, size and orientation are
// static. The split is ours, by static combinations, .7 / .15 / .15, where theirs is at random and its seed's order not
// stated.
#include "teasel/data/msd_paths.hpp"

namespace teasel {
namespace {

class MsdDspritesDynamic final : public PathVideos {
 public:
  using Options = NoOptions;
  MsdDspritesDynamic(const Options&, const Setup&)
      : PathVideos("msd_dsprites_dynamic", images_of("dsprites"), frames, factors(), msd_paths::colours()) {
    split_by_static_factors(0.7, 0.15, 42);
  }

 private:
  static constexpr int64_t frames = 12;

  // Forth and back by two and by four classes, either way first, and from the middle outwards by one.
  static VideoFactor moves(const char* name) {
    using msd_paths::range;
    VideoFactor out{name, name, {}};
    for (const auto& numbers :
         {range(0, 31, 2), range(31, 0, -2), range(0, 31, 4), range(31, 0, -4), range(16, 31, 1), range(16, 0, -1)})
      out.paths.push_back(harmonic(numbers, frames));
    return out;
  }

  static std::vector<VideoFactor> factors() {
    return {VideoFactor::still("shape", {0, 1, 2}), VideoFactor::still("scale", {0, 1, 2, 3, 4, 5}),
            VideoFactor::still("orientation", {0, 2, 4, 6, 8}), moves("position_x"), moves("position_y")};
  }
};

TEASEL_REGISTER(Dataset, MsdDspritesDynamic,
                "dSprites-dynamic of MSD-Benchmark: 29,160 videos of 12 frames of sprites that move");

}  // namespace
}  // namespace teasel
