// Which files of a folder are pictures.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace teasel {

// The paths of all PNG and JPEG files (by the ends of their names) in a folder and its subfolders, relative to it, with
// '/', sorted by their bytes.
std::vector<std::string> pictures_below(const std::filesystem::path& folder);

}  // namespace teasel
