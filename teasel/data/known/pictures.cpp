// Folders of pictures: every one is decoded.
#include <fmt/format.h>

#include <map>
#include <set>

#include "teasel/core/picture_file.hpp"
#include "teasel/data/check.hpp"

namespace teasel {
namespace {

namespace fs = std::filesystem;

bool is_picture(const fs::path& path) {
  const std::string extension = path.extension().string();
  return std::set<std::string>{".png", ".jpg", ".jpeg", ".PNG", ".JPG", ".JPEG"}.contains(extension);
}

std::vector<fs::path> pictures_below(const fs::path& folder) {
  std::set<fs::path> sorted;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && is_picture(entry.path())) sorted.insert(entry.path());
  return {sorted.begin(), sorted.end()};
}

void check(const fs::path& folder, const std::vector<ArrayInfo>&, CheckReport& report) {
  std::map<std::string, int64_t> sizes;
  const auto files = pictures_below(folder);
  for (const fs::path& file : files)
    report.attempt(file.lexically_relative(folder).generic_string(), [&] {
      const Picture picture = read_picture(file);
      ++sizes[fmt::format("{} x {}, {}", picture.width, picture.height, picture.channels == 1 ? "grey" : "RGB")];
    });
  report.add("pictures", "", std::to_string(files.size()), true);
  std::string text;
  for (const auto& [size, count] : sizes) text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", size, count);
  report.add("sizes (several need data.size)", "", text, true);
}

const RegisterKnownFile known{{"folder of pictures",
                               [](const fs::path& path, const std::vector<ArrayInfo>&) {
                                 return fs::is_directory(path) && !pictures_below(path).empty();
                               },
                               check}};

}  // namespace
}  // namespace teasel
