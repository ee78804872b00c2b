// 3D Shapes (Burgess and Kim 2018, github.com/google-deepmind/3d-shapes): 3dshapes.h5 with images [480000, 64, 64, 3]
// and labels [480000, 6]: floor, wall and object hue, scale, shape, orientation; the last fastest.
#include <fmt/format.h>

#include "teasel/core/digest.hpp"
#include "teasel/data/check.hpp"
#include "teasel/data/factor_table.hpp"

namespace teasel {
namespace {

// As the toolkit disent (Michlo 2021) records it.
constexpr const char* md5 = "099a2078d58cec4daad0702c55d06868";
const std::vector<int64_t> sizes{10, 10, 10, 8, 4, 15};

bool recognises(const std::filesystem::path& path, const std::vector<ArrayInfo>& arrays) {
  const ArrayInfo *images = find_array(arrays, "images"), *labels = find_array(arrays, "labels");
  return images && labels && labels->shape.size() == 2 && labels->shape[1] == 6 && images->shape.size() == 4 &&
         array_file_kind(path) == ArrayFile::hdf5;
}

void check(const std::filesystem::path& path, const std::vector<ArrayInfo>& arrays, CheckReport& report) {
  check_array(report, arrays, "images", ArrayType::u8, {480000, 64, 64, 3});
  if (check_array(report, arrays, "labels", ArrayType::f64, {480000, 6})) {
    const FactorTable table = read_factors(path, "labels", {});
    std::vector<int64_t> found;
    for (const FactorSpec& factor : table.factors) found.push_back(factor.classes());
    report.compare("values of each factor", fmt::format("{}", fmt::join(sizes, ", ")),
                   fmt::format("{}", fmt::join(found, ", ")));
    const bool grid = table.is_full_grid();
    report.add("order of the factors", "a full grid, the last factor fastest", grid ? "as expected" : "another", grid);
  }
  report.compare("MD5 of the file", md5, md5_of_file(path));
}

const RegisterKnownFile known{{"3D Shapes (Burgess and Kim 2018)", recognises, check}};

}  // namespace
}  // namespace teasel
