// The published dSprites file (github.com/google-deepmind/dsprites-dataset), as npz or HDF5, and files of its layout.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "teasel/core/rows.hpp"

namespace teasel {

// Its arrays: imgs [737280, 64, 64] of 0 and 1, latents_classes and latents_values [737280, 6] (colour, shape, scale,
// orientation, position x and y). The HDF5 twin names the last two latents/classes and latents/values. `metadata`, a
// pickled object of Python 2, is left alone.
struct DspritesFile {
  std::unique_ptr<RowReader> images, classes, values;  // the last two are empty where the file has them not
};
// Error where the file is no npz or HDF5 file, or its arrays have other shapes or types.
DspritesFile open_dsprites_file(const std::filesystem::path& path);

// Calls `visit` with portions of the images, 512 bytes each, eight pixels a byte. Error where a pixel is neither 0 nor
// 1. Only one portion is in memory as bytes.
void for_each_packed(const DspritesFile& file,
                     const std::function<void(int64_t first, std::span<const std::byte> packed)>& visit);
// The first row of latents_classes that is not where the full grid has it, or nothing.
std::optional<int64_t> first_class_off_grid(const RowReader& classes);

// What its arrays are called.
struct DspritesNames {
  const char *images, *classes, *values;
};
inline constexpr DspritesNames dsprites_npz{"imgs", "latents_classes", "latents_values"};
inline constexpr DspritesNames dsprites_hdf5{"imgs", "latents/classes", "latents/values"};

}  // namespace teasel
