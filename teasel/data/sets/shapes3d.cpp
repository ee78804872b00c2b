// 3D Shapes (Burgess and Kim 2018, github.com/google-deepmind/3d-shapes): 480,000 images of an object in a room, 64x64
// pixels in colour, from the published HDF5 file. It holds images [N, 64, 64, 3] and labels [N, 6], real values; the
// classes of a factor are its values in ascending order.
#include <fmt/format.h>

#include "teasel/core/error.hpp"
#include "teasel/core/rows.hpp"
#include "teasel/data/factor_table.hpp"
#include "teasel/data/readers/image_cache.hpp"
#include "teasel/data/readers/stored_grid.hpp"

namespace teasel {
namespace {

constexpr int64_t side = 64, channels = 3;
constexpr const char* array_hint =
    "The published 3dshapes.h5 has (480000, 64, 64, 3) bytes and labels (480000, 6). `teasel data check FILE` says "
    "more; other images are read by the data set 'arrays'.";

const PublishedFile published_file{"shapes3d", "3dshapes.h5",
                                   "github.com/google-deepmind/3d-shapes says where it lies; its MD5 is "
                                   "099a2078d58cec4daad0702c55d06868. The data set "
                                   "'shapes3d_like' has the same factors and needs no file."};

std::vector<FactorSpec> factors_of(const std::string& file, const RowReader& images) {
  FactorOptions options;
  options.names = {"floor_hue", "wall_hue", "object_hue", "scale", "shape", "orientation"};
  FactorTable table = read_factors(file, "labels", options);
  if (table.rows() != images.rows())
    throw Error(fmt::format("'{}' has {} images and {} rows of labels", file, images.rows(), table.rows()), array_hint);
  if (!table.is_full_grid())
    throw Error(fmt::format("'{}': its labels are no full grid of factors in the published order", file),
                "The file was reordered or cut: read it with the data set 'arrays'.");
  for (size_t hue : {0u, 1u, 2u}) table.factors[hue].cyclic = true;
  table.factors[4].scale = FactorSpec::Scale::categorical;
  return std::move(table.factors);
}

// The published file, or one of the same layout with fewer classes.
class Shapes3d final : public StoredGrid {
 public:
  struct Options {
    std::string cache;
    void describe(Fields& f) { describe_cache(f, cache, "5.9 GB"); }
  };

  Shapes3d(const Options& options, const Setup& setup) {
    const std::string file = find_published(published_file, setup.path);
    const auto images = open_rows(file, "images");
    if (images->type() != ArrayType::u8 ||
        images->shape() != std::vector<int64_t>{images->rows(), side, side, channels})
      throw Error(fmt::format("{} has the shape ({}) and the type {}: this is not the file of 3D Shapes",
                              images->where(), fmt::join(images->shape(), ", "), name_of(images->type())),
                  array_hint);
    DataSpec spec = grid_of_images("shapes3d", {channels, side, side}, factors_of(file, *images));
    const CachePlan plan{.name = std::filesystem::path(file).stem().string(),
                         .sources = {file},
                         .folder = cache_folder(options.cache, file),
                         .shape = {spec.size, channels, side, side}};
    auto cache = std::make_shared<ImageCache>(
        plan, [&](const PutItems& put, const ToldProgress& told) { put_planes(*images, put, told); });
    set_up(std::move(spec), {cache, cache->bytes(), false});
  }
};

TEASEL_REGISTER(Dataset, Shapes3d, "3D Shapes: 480,000 images of an object in a room, from the published 3dshapes.h5");

}  // namespace
}  // namespace teasel
