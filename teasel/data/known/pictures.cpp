// Folders of pictures: every one is decoded.
#include <fmt/format.h>

#include <map>

#include "teasel/core/picture_file.hpp"
#include "teasel/data/check.hpp"
#include "teasel/data/picture_folder.hpp"

namespace teasel {
namespace {

namespace fs = std::filesystem;

void check(const fs::path& folder, const std::vector<ArrayInfo>&, CheckReport& report) {
  std::map<std::string, int64_t> sizes;
  const auto files = pictures_below(folder);
  for (const std::string& file : files)
    report.attempt(file, [&] {
      const Picture picture = read_picture(folder / file);
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
