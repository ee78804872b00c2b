// Isaac3D (Nie et al. 2020, "Semi-supervised StyleGAN for disentanglement learning"): 737,280 pictures of a robot's arm
// in a kitchen, every combination of nine factors, from the published folder of PNG files: 512x512 pixels, or 128x128
// (Isaac3D_down128). A picture's name is its number in the grid. The page that publishes them lists the factors in
// another order than the numbers have; the order here is the one whose class counts give the page's strides (245760,
// 30720, 6144, 1536, 384, 96, 16, 4, 1), as its own example program has it.
#include <fmt/format.h>

#include "teasel/data/readers/numbered_pictures.hpp"
#include "teasel/data/readers/stored_grid.hpp"

namespace teasel {
namespace {

constexpr int64_t channels = 3;

// In the order of the numbers, the last fastest.
std::vector<FactorSpec> factors_of_grid() {
  std::vector<FactorSpec> factors;
  for (auto& [name, classes] : std::vector<std::pair<std::string, int64_t>>{{"object_shape", 3},
                                                                            {"robot_x", 8},
                                                                            {"robot_y", 5},
                                                                            {"camera_height", 4},
                                                                            {"object_scale", 4},
                                                                            {"light_intensity", 4},
                                                                            {"light_y", 6},
                                                                            {"object_color", 4},
                                                                            {"wall_color", 4}})
    factors.push_back(numbered_factor(name, classes));
  for (size_t kind : {0u, 7u, 8u}) factors[kind].scale = FactorSpec::Scale::categorical;
  return factors;
}

class Isaac3d final : public StoredGrid {
 public:
  struct Options {
    int64_t size = 64;
    std::string cache;
    void describe(Fields& f) {
      f.field("size", size, "side of the images in pixels; those of another size are made by bicubic resizing",
              between(8, 1024));
      describe_cache(f, cache, "9.1 GB at 64 pixels");
    }
  };

  Isaac3d(const Options& options, const Setup& setup) {
    DataSpec spec = grid_of_images("isaac3d", {channels, options.size, options.size}, factors_of_grid());
    const NumberedPictures wanted{"isaac3d", "Isaac3D_down128", spec.size,
                                  "NVIDIA publishes it through github.com/NVlabs/High-res-disentanglement-datasets."};
    const std::filesystem::path folder = find_numbered(wanted, setup.path);
    const CachePlan plan{.name = fmt::format("isaac3d-{}", options.size),
                         .sources = {folder / numbered_name(0), folder / numbered_name(spec.size - 1)},
                         .folder = cache_folder(options.cache, folder),
                         .shape = {spec.size, channels, options.size, options.size},
                         .unit = "pictures"};
    auto cache = std::make_shared<ImageCache>(plan, [&](const PutItems& put, const ToldProgress& told) {
      put_numbered(folder, plan.shape[0], static_cast<int>(options.size), put, told);
    });
    set_up(std::move(spec), {cache, cache->bytes(), false});
  }
};

TEASEL_REGISTER(Dataset, Isaac3d,
                "Isaac3D: 737,280 pictures of a robot in a kitchen, nine factors, from the published PNG files");

}  // namespace
}  // namespace teasel
