// Falcor3D (Nie et al. 2020, "Semi-supervised StyleGAN for disentanglement learning"): 233,280 pictures of a living
// room, every combination of a lamp's and a camera's seven factors, from the published folder of PNG files: 1024x1024
// pixels, or 128x128 (Falcor3D_down128). A picture's name is its number in the grid.
#include <fmt/format.h>

#include "teasel/data/readers/numbered_pictures.hpp"
#include "teasel/data/readers/stored_grid.hpp"

namespace teasel {
namespace {

constexpr int64_t channels = 3;

// In the order of the numbers, the last fastest.
std::vector<FactorSpec> factors_of_grid() {
  std::vector<FactorSpec> factors;
  for (auto& [name, classes] : std::vector<std::pair<std::string, int64_t>>{{"light_intensity", 5},
                                                                            {"light_x", 6},
                                                                            {"light_y", 6},
                                                                            {"light_z", 6},
                                                                            {"camera_x", 6},
                                                                            {"camera_y", 6},
                                                                            {"camera_z", 6}})
    factors.push_back(numbered_factor(name, classes));
  return factors;
}

class Falcor3d final : public StoredGrid {
 public:
  struct Options {
    int64_t size = 64;
    std::string cache;
    void describe(Fields& f) {
      f.field("size", size, "side of the images in pixels; those of another size are made by bicubic resizing",
              between(8, 1024));
      describe_cache(f, cache, "2.9 GB at 64 pixels");
    }
  };

  Falcor3d(const Options& options, const Setup& setup) {
    DataSpec spec = grid_of_images("falcor3d", {channels, options.size, options.size}, factors_of_grid());
    const NumberedPictures wanted{"falcor3d", "Falcor3D_down128", spec.size,
                                  "NVIDIA publishes it through github.com/NVlabs/High-res-disentanglement-datasets."};
    const std::filesystem::path folder = find_numbered(wanted, setup.path);
    const CachePlan plan{.name = fmt::format("falcor3d-{}", options.size),
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

TEASEL_REGISTER(Dataset, Falcor3d,
                "Falcor3D: 233,280 pictures of a room under a moving lamp and camera, from the published PNG files");

}  // namespace
}  // namespace teasel
