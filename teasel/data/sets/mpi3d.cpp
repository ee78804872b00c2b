// MPI3D (Gondal et al. 2019, arXiv:1906.03292): 64x64 colour images of a robot's arm that holds an object, real or
// simulated, from the published npz. It has one array, images [N, 64, 64, 3], in the order of the full grid; how many
// there are tells which grid it is.
#include <fmt/format.h>

#include "teasel/core/error.hpp"
#include "teasel/core/rows.hpp"
#include "teasel/data/readers/image_cache.hpp"
#include "teasel/data/readers/stored_grid.hpp"

namespace teasel {
namespace {

constexpr int64_t side = 64, channels = 3;
constexpr int64_t complex_rows = 4 * 4 * 2 * 3 * 3 * 40 * 40, rows = 6 * 6 * 2 * 3 * 3 * 40 * 40;

// Check sums as the toolkit disent (Michlo 2021) records them.
std::string source_of(const std::string& variant) {
  const std::string md5 = variant == "toy"         ? "55889cb7c7dfc655d6e0277beee88868"
                          : variant == "realistic" ? "59a6225b88b635365f70c91b3e52f70f"
                          : variant == "real"      ? "0f33f609918fb5c97996692f91129802"
                                                   : "";
  return "Its authors publish it on Hugging Face as waleedgondal/mpi3d" +
         (md5.empty() ? std::string(".") : "; its MD5 is " + md5 + ".");
}

// Real-complex has other objects and colours, and so have the files of the 2019 challenge, which left classes out.
std::vector<FactorSpec> factors_of(int64_t count) {
  const int64_t objects = count == complex_rows ? 4 : 6;
  std::vector<FactorSpec> factors{numbered_factor("object_color", objects), numbered_factor("object_shape", objects),
                                  numbered_factor("object_size", 2),        numbered_factor("camera_height", 3),
                                  numbered_factor("background_color", 3),   numbered_factor("horizontal_axis", 40),
                                  numbered_factor("vertical_axis", 40)};
  for (size_t kind : {0u, 1u, 4u}) factors[kind].scale = FactorSpec::Scale::categorical;
  return factors;
}

void check_images(const RowReader& images, const std::string& variant) {
  const bool fine = images.type() == ArrayType::u8 &&
                    images.shape() == std::vector<int64_t>{images.rows(), side, side, channels} &&
                    (images.rows() == rows || images.rows() == complex_rows);
  if (!fine)
    throw Error(fmt::format("{} has the shape ({}) and the type {}: this is no file of MPI3D", images.where(),
                            fmt::join(images.shape(), ", "), name_of(images.type())),
                fmt::format("The published files have ({0}, 64, 64, 3) bytes, or ({1}, 64, 64, 3) for real-complex. "
                            "`teasel data check FILE` says more; other images are read by the data set 'arrays'.",
                            rows, complex_rows));
  if (variant != "auto" && (variant == "real_complex") != (images.rows() == complex_rows))
    throw Error(fmt::format("{} has {} images, which is not the variant '{}'", images.where(), images.rows(), variant),
                fmt::format("real_complex has {}, all others {}. Leave data.variant out to go by the number.",
                            complex_rows, rows));
}

class Mpi3d final : public StoredGrid {
 public:
  struct Options {
    std::string variant = "auto", cache;
    void describe(Fields& f) {
      f.field("variant", variant,
              "which of the published sets: in a folder, mpi3d_VARIANT.npz is read; auto: the number of images tells",
              one_of({"auto", "toy", "realistic", "real", "real_complex"}));
      describe_cache(f, cache, "12.7 GB, or 5.7 GB for real_complex; none is made of a file that is not compressed");
    }
  };

  Mpi3d(const Options& options, const Setup& setup) {
    const std::string name = options.variant == "auto" ? "VARIANT" : options.variant;
    const std::string file =
        find_published({"mpi3d", fmt::format("mpi3d_{}.npz", name), source_of(options.variant)}, setup.path);
    std::shared_ptr<const RowReader> images = open_rows(file, "images");
    check_images(*images, options.variant);
    DataSpec spec = grid_of_images("mpi3d", {channels, side, side}, factors_of(images->rows()));
    set_up(std::move(spec), images->mapped().empty() ? converted(images, file, options.cache)
                                                     : StoredImages{images, images->mapped(), true});
  }

 private:
  static StoredImages converted(const std::shared_ptr<const RowReader>& images, const std::string& file,
                                const std::string& folder) {
    const CachePlan plan{.name = std::filesystem::path(file).stem().string(),
                         .sources = {file},
                         .folder = cache_folder(folder, file),
                         .shape = {images->rows(), channels, side, side}};
    auto cache = std::make_shared<ImageCache>(
        plan, [&](const PutItems& put, const ToldProgress& told) { put_planes(*images, put, told); });
    return {cache, cache->bytes(), false};
  }
};

TEASEL_REGISTER(Dataset, Mpi3d,
                "MPI3D: 1,036,800 images of a robot's arm (toy, realistic, real), or 460,800 (real-complex), from the "
                "published npz");

}  // namespace
}  // namespace teasel
