// The published files of the 3D cars of Reed et al. 2015: one MATLAB file per car, in a folder or in the archive.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "teasel/core/mat.hpp"

namespace teasel {

inline constexpr int64_t cars3d_cars = 183, cars3d_azimuths = 24, cars3d_elevations = 4, cars3d_side = 128;
inline constexpr const char* cars3d_archive = "nips2015-analogy-data.tar.gz";
// As the toolkit disent (Michlo 2021) records it.
inline constexpr const char* cars3d_md5 = "4e866a7919c1beedf53964e6f7a23686";

// Where they lie, and the names of the cars in the order of list.txt, which numbers them.
struct Cars3dFiles {
  std::filesystem::path path;  // the folder with list.txt, or the archive
  bool archive = false;
  std::vector<std::string> cars;                     // names of the MATLAB files, without the ending
  std::vector<std::filesystem::path> files() const;  // those on the disk: all of the folder's, or the archive
};
// From an archive, the folder that list.txt lies in, or one above it that holds data/cars. Error where there is no
// list.txt, or it is empty.
Cars3dFiles find_cars3d(const std::filesystem::path& path);
// Whether there is a list.txt or an archive to begin with.
bool has_cars3d(const std::filesystem::path& path);

// Calls `visit` with every car and its images `im` [height, width, channel, azimuth, elevation], the first index
// fastest, in the order of the files. Error where a car is missing or its images have another shape.
void for_each_car(const Cars3dFiles& files, const std::function<void(size_t car, const MatArray& images)>& visit);

}  // namespace teasel
