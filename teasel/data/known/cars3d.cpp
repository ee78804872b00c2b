// The 3D cars of Reed et al. 2015: the published archive, or its folder data/cars.
#include <fmt/format.h>

#include "teasel/core/digest.hpp"
#include "teasel/core/progress.hpp"
#include "teasel/data/check.hpp"
#include "teasel/data/readers/cars3d_files.hpp"

namespace teasel {
namespace {

// A folder is told by MATLAB files beside the list: other folders have a list.txt too.
bool recognises(const std::filesystem::path& path, const std::vector<ArrayInfo>&) {
  if (!has_cars3d(path)) return false;
  if (!std::filesystem::is_directory(path)) return true;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
    if (entry.path().extension() == ".mat" && entry.path().filename().string().starts_with("car_")) return true;
  return false;
}

void check(const std::filesystem::path& path, const std::vector<ArrayInfo>&, CheckReport& report) {
  const Cars3dFiles files = find_cars3d(path);
  report.compare("cars in list.txt", std::to_string(cars3d_cars), std::to_string(files.cars.size()));
  report.attempt("images of the cars", [&] {
    int64_t done = 0;
    Progress bar("read cars", std::ssize(files.cars), "cars");
    for_each_car(files, [&](size_t, const MatArray&) { bar.update(++done); });
    bar.finish();
    report.add("images of the cars", "(128, 128, 3, 24, 4) bytes each", fmt::format("{} cars as expected", done), true);
  });
  if (files.archive) report.compare("MD5 of the file", cars3d_md5, md5_of_file(path));
}

const RegisterKnownFile known{{"3D cars (Reed et al. 2015)", recognises, check}};

}  // namespace
}  // namespace teasel
