#include "teasel/data/readers/dsprites_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "teasel/core/error.hpp"
#include "teasel/data/pixels.hpp"
#include "teasel/data/render/dsprites.hpp"

namespace teasel {
namespace {

using namespace dsprites;
constexpr int64_t images = int64_t{shapes} * scales * orientations * positions * positions;

std::unique_ptr<RowReader> open_if_there(const std::filesystem::path& path, const std::vector<ArrayInfo>& list,
                                         std::initializer_list<const char*> names) {
  for (const char* name : names)
    for (const ArrayInfo& array : list)
      if (array.name == name) return open_rows(path, name);
  return nullptr;
}

void check_shape(const RowReader& rows, std::vector<int64_t> expected, bool fine_type) {
  if (rows.shape() == expected && fine_type) return;
  throw Error(fmt::format("{} has the shape ({}) and the type {}: this is not dSprites' file", rows.where(),
                          fmt::join(rows.shape(), ", "), name_of(rows.type())),
              fmt::format("The published file has ({}). `teasel data check FILE` says more; other images are read by "
                          "the data set 'arrays'.",
                          fmt::join(expected, ", ")));
}

}  // namespace

DspritesFile open_dsprites_file(const std::filesystem::path& path) {
  const auto list = list_arrays(path);
  DspritesFile file{open_if_there(path, list, {"imgs"}),
                    open_if_there(path, list, {"latents_classes", "latents/classes"}),
                    open_if_there(path, list, {"latents_values", "latents/values"})};
  if (!file.images)
    throw Error(fmt::format("'{}' has no array 'imgs': this is not dSprites' file", path.string()),
                "The published one is dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz, or its twin in HDF5.");
  const auto number = [](const RowReader& r) { return r.type() != ArrayType::boolean; };
  check_shape(*file.images, {images, side, side},
              file.images->type() == ArrayType::u8 || file.images->type() == ArrayType::boolean);
  if (file.classes) check_shape(*file.classes, {images, 6}, file.classes->type() == ArrayType::i64);
  if (file.values) check_shape(*file.values, {images, 6}, number(*file.values));
  return file;
}

void for_each_packed(const DspritesFile& file, const std::function<void(int64_t, std::span<const std::byte>)>& visit) {
  std::vector<std::byte> packed;
  file.images->for_each([&](int64_t first, std::span<const std::byte> rows) {
    packed.resize(rows.size() / 8);
    if (!pack_bits(rows, packed)) {
      const auto at = std::ranges::find_if(rows, [](std::byte b) { return b > std::byte{1}; }) - rows.begin();
      throw Error(
          fmt::format("image {} of {} has a pixel of value {}, where 0 and 1 are expected", first + at / (side * side),
                      file.images->where(), std::to_integer<int>(rows[static_cast<size_t>(at)])),
          "The published file holds 0 and 1. Images of other values are read by the data set 'arrays'.");
    }
    visit(first, packed);
  });
}

std::optional<int64_t> first_class_off_grid(const RowReader& classes) {
  constexpr std::array<int64_t, 6> counts{1, shapes, scales, orientations, positions, positions};
  std::optional<int64_t> wrong;
  classes.for_each([&](int64_t first, std::span<const std::byte> rows) {
    const auto* numbers = reinterpret_cast<const int64_t*>(rows.data());
    const auto count = static_cast<int64_t>(rows.size() / 48);
    for (int64_t i = 0; i < count && !wrong; ++i) {
      const int64_t* c = numbers + 6 * i;
      int64_t item = 0;
      bool there = true;
      for (size_t f = 0; f < counts.size() && there; ++f) {
        there = c[f] >= 0 && c[f] < counts[f];
        if (there) item = item * counts[f] + c[f];
      }
      if (!there || item != first + i) wrong = first + i;
    }
  });
  return wrong;
}

}  // namespace teasel
