// 3D cars (Reed et al. 2015, "Deep visual analogy-making"): 183 cars, each from 24 sides and 4 heights, 128x128 pixels
// in colour. The order of the cars is that of list.txt, of the items: elevation, azimuth, car, the last fastest.
#include <fmt/format.h>

#include <cstring>

#include "teasel/core/error.hpp"
#include "teasel/data/pixels.hpp"
#include "teasel/data/readers/cars3d_files.hpp"
#include "teasel/data/readers/image_cache.hpp"
#include "teasel/data/readers/stored_grid.hpp"

namespace teasel {
namespace {

constexpr int64_t channels = 3, images_of_car = cars3d_elevations * cars3d_azimuths;

// Image number `image` of MATLAB's array [height, width, channel, ...], the first index fastest.
Picture picture_of(const MatArray& array, int64_t image) {
  constexpr int side = cars3d_side;
  Picture out(side, side, channels);
  const std::byte* from = array.bytes.data() + image * channels * side * side;
  for (int c = 0; c < channels; ++c)
    for (int x = 0; x < side; ++x)
      for (int y = 0; y < side; ++y) out.at(x, y)[c] = std::to_integer<uint8_t>(*from++);
  return out;
}

class Cars3d final : public StoredGrid {
 public:
  struct Options {
    int64_t size = 64;
    std::string cache;
    void describe(Fields& f) {
      f.field("size", size, "side of the images in pixels: 128 as published, others by Lanczos resizing",
              between(8, 512));
      describe_cache(f, cache, "216 MB at 64 pixels");
    }
  };

  Cars3d(const Options& options, const Setup& setup) {
    if (setup.path.empty())
      throw Error("data set 'cars3d' needs the published files",
                  fmt::format("Set data.path to {} (MD5 {}), or to the folder data/cars that it holds.", cars3d_archive,
                              cars3d_md5));
    const Cars3dFiles files = find_cars3d(setup.path);
    const auto cars = std::ssize(files.cars);
    std::vector<FactorSpec> factors{numbered_factor("elevation", cars3d_elevations),
                                    numbered_factor("azimuth", cars3d_azimuths), numbered_factor("object", cars)};
    factors[1].cyclic = true;
    factors[2].scale = FactorSpec::Scale::categorical;
    DataSpec spec = grid_of_images("cars3d", {channels, options.size, options.size}, std::move(factors));
    const CachePlan plan{.name = fmt::format("cars3d-{}", options.size),
                         .sources = files.files(),
                         .folder = cache_folder(options.cache, files.files().front()),
                         .shape = {spec.size, channels, options.size, options.size},
                         .unit = "cars",
                         .steps = cars};
    auto cache = std::make_shared<ImageCache>(plan, [&](const PutItems& put, const ToldProgress& told) {
      convert(files, static_cast<int>(options.size), put, told);
    });
    set_up(std::move(spec), {cache, cache->bytes(), false});
  }

 private:
  static void convert(const Cars3dFiles& files, int size, const PutItems& put, const ToldProgress& told) {
    int64_t done = 0;
    std::vector<std::byte> planes(static_cast<size_t>(channels) * static_cast<size_t>(size) *
                                  static_cast<size_t>(size));
    for_each_car(files, [&](size_t car, const MatArray& array) {
      // The array's slower index is the elevation, as that of the items.
      for (int64_t view = 0; view < images_of_car; ++view) {
        const Picture picture = resized(picture_of(array, view), size, size, Filter::lanczos);
        to_planes(std::as_bytes(std::span(picture.pixels)), channels, 1, planes);
        put(view * std::ssize(files.cars) + static_cast<int64_t>(car), planes);
      }
      told(++done);
    });
  }
};

TEASEL_REGISTER(
    Dataset, Cars3d,
    "3D cars: 183 cars from 24 sides and 4 heights, 17,568 images, from the published archive or its folder");

}  // namespace
}  // namespace teasel
