#include "teasel/data/readers/smallnorb_files.hpp"

#include <fmt/format.h>

#include "teasel/core/error.hpp"

namespace teasel {
namespace {

namespace fs = std::filesystem;

constexpr std::array<int64_t, 5> classes{5, 10, 9, 18, 6};

// "smallnorb-5x46789x9x18x6x2x96x96-training-dat.mat": the digits in it are the half's instances.
std::string file_name(const std::string& half, const char* part) {
  return fmt::format("smallnorb-5x{}x9x18x6x2x96x96-{}-{}.mat", half == "training" ? "46789" : "01235", half, part);
}

fs::path find_part(const fs::path& folder, const std::string& half, const char* part) {
  const std::string name = file_name(half, part);
  for (const char* ending : {"", ".gz"})
    if (fs::exists(folder / (name + ending))) return folder / (name + ending);
  throw Error(fmt::format("'{}' holds no {} and no {}.gz", folder.string(), name, name),
              "data.path is the folder with the six published files of smallNORB: dat, cat and info of the halves "
              "training and testing. data.halves may ask for one half.");
}

std::vector<int64_t> read_integers(const fs::path& path, size_t dimensions, int64_t columns) {
  const Array array = BinaryMatrix(path).read_all();
  if (array.type != ArrayType::i32 || array.shape.size() != dimensions ||
      (dimensions == 2 && array.shape[1] != columns))
    throw Error(fmt::format("'{}' holds {} of the shape ({})", path.string(), name_of(array.type),
                            fmt::join(array.shape, ", ")),
                "cat has 32-bit integers [N], info [N, 4], dat bytes [N, 2, 96, 96]. Are they exchanged?");
  return array.to_i64();
}

}  // namespace

SmallnorbFiles find_smallnorb(const fs::path& folder, const std::string& half) {
  return {find_part(folder, half, "dat"), find_part(folder, half, "cat"), find_part(folder, half, "info")};
}

bool has_smallnorb(const fs::path& folder) {
  if (!fs::is_directory(folder)) return false;
  for (const char* half : {"training", "testing"})
    for (const char* part : {"dat", "cat", "info"})
      for (const char* ending : {"", ".gz"})
        if (fs::exists(folder / (file_name(half, part) + ending))) return true;
  return false;
}

std::vector<SmallnorbLabels> read_smallnorb_labels(const SmallnorbFiles& files) {
  const std::vector<int64_t> categories = read_integers(files.categories, 1, 1);
  const std::vector<int64_t> info = read_integers(files.labels, 2, 4);
  if (info.size() != 4 * categories.size())
    throw Error(fmt::format("'{}' has {} labels and '{}' {}", files.categories.string(), categories.size(),
                            files.labels.string(), info.size() / 4),
                "The two files belong to different halves, or one was cut off.");
  std::vector<SmallnorbLabels> out;
  for (size_t i = 0; i < categories.size(); ++i) {
    const int64_t* row = info.data() + 4 * i;
    const SmallnorbLabels labels{categories[i], row[0], row[1], row[2] % 2 == 0 ? row[2] / 2 : -1, row[3]};
    for (size_t k = 0; k < labels.size(); ++k)
      if (labels[k] < 0 || labels[k] >= classes[k])
        throw Error(
            fmt::format("image {} of '{}' has the {} {}", i, (k == 0 ? files.categories : files.labels).string(),
                        smallnorb_labels[k], k == 0 ? categories[i] : row[k - 1]),
            "Published are categories 0 to 4, instances 0 to 9, elevations 0 to 8, even azimuths 0 to 34 and "
            "lightings 0 to 5.");
    out.push_back(labels);
  }
  return out;
}

BinaryMatrix open_smallnorb_images(const SmallnorbFiles& files, int64_t count) {
  BinaryMatrix images(files.images);
  const std::vector<int64_t> expected{count, 2, smallnorb_side, smallnorb_side};
  if (images.type() != ArrayType::u8 || images.shape() != expected)
    throw Error(fmt::format("'{}' holds {} of the shape ({}), where bytes ({}) are expected", files.images.string(),
                            name_of(images.type()), fmt::join(images.shape(), ", "), fmt::join(expected, ", ")),
                "cat has 32-bit integers [N], info [N, 4], dat bytes [N, 2, 96, 96]. Are they exchanged?");
  return images;
}

}  // namespace teasel
