// 3D Shapes of MSD-Benchmark (github.com/azencot-group/MSD-Benchmark): an object in a room that changes its size while
// the camera turns, over ten frames. 72,000 videos; the three hues and the shape are static. The images are the set
// `images`: our look-alikes, or with images = "shapes3d" and a path the published ones. The split is ours, by static
// combinations, .7 / .15 / .15, where theirs is at random and its seed's order not stated.
#include "teasel/data/msd_paths.hpp"

namespace teasel {
namespace {

class MsdShapes3d final : public PathVideos {
 public:
  struct Options {
    std::string images = "shapes3d_like";
    void describe(Fields& f) {
      f.field("images", images, "the set that the frames are taken from: shapes3d reads the published file at `path`",
              one_of({"shapes3d_like", "shapes3d"}));
    }
  };
  MsdShapes3d(const Options& options, const Setup& setup)
      : PathVideos("msd_shapes3d", open_dataset(resolve_data(table(options.images, setup.path))), frames, factors()) {
    split_by_static_factors(0.7, 0.15, 42);
  }

 private:
  static constexpr int64_t frames = 10;

  static Value table(const std::string& images, const std::string& path) {
    Value out(Value::Table{{"name", images}});
    if (!path.empty()) out.set("path", path);
    return out;
  }

  static std::vector<VideoFactor> factors() {
    const auto hues = msd_paths::range(0, 9, 1);
    return {VideoFactor::still("floor_hue", hues),     VideoFactor::still("wall_hue", hues),
            VideoFactor::still("object_hue", hues),    VideoFactor::still("shape", {0, 1, 2, 3}),
            msd_paths::sizes({0, 2, 4, 6}, 8, frames), msd_paths::turns(15, frames)};
  }
};

TEASEL_REGISTER(Dataset, MsdShapes3d,
                "3D Shapes of MSD-Benchmark: 72,000 videos of 10 frames; an object changes size, the camera turns");

}  // namespace
}  // namespace teasel
