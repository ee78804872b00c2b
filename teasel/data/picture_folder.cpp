#include "teasel/data/picture_folder.hpp"

#include <algorithm>
#include <cctype>

namespace teasel {
namespace {

bool is_picture(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return std::tolower(c); });
  return extension == ".png" || extension == ".jpg" || extension == ".jpeg";
}

}  // namespace

std::vector<std::string> pictures_below(const std::filesystem::path& folder) {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && is_picture(entry.path()))
      out.push_back(entry.path().lexically_relative(folder).generic_string());
  std::ranges::sort(out);
  return out;
}

}  // namespace teasel
