// The published files of smallNORB (LeCun, Huang and Bottou 2004).
#pragma once
#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "teasel/core/binary_matrix.hpp"

namespace teasel {

inline constexpr int64_t smallnorb_images = 24300, smallnorb_side = 96;

// One half: the files of its images (dat), categories (cat) and other labels (info), plain or with .gz.
struct SmallnorbFiles {
  std::filesystem::path images, categories, labels;
};
// Those of "training" or "testing" in a folder. Error (which file, how it is called) where one is absent.
SmallnorbFiles find_smallnorb(const std::filesystem::path& folder, const std::string& half);
// Whether a folder holds any of them.
bool has_smallnorb(const std::filesystem::path& folder);

// The five labels of an image: category 0 .. 4, instance 0 .. 9, elevation 0 .. 8, azimuth 0 .. 17 (the file counts in
// steps of two), lighting 0 .. 5.
using SmallnorbLabels = std::array<int64_t, 5>;
inline constexpr std::array<const char*, 5> smallnorb_labels{"category", "instance", "elevation", "azimuth",
                                                             "lighting"};
// Error where the files are not binary matrices of integers [N] and [N, 4], have not equally many rows, or a label is
// out of its range.
std::vector<SmallnorbLabels> read_smallnorb_labels(const SmallnorbFiles& files);
// The images [N, 2, 96, 96], bytes, two cameras. Error where they are others, or not `count`.
BinaryMatrix open_smallnorb_images(const SmallnorbFiles& files, int64_t count);

}  // namespace teasel
