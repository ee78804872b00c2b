// MPI3D (Gondal et al. 2019, arXiv:1906.03292): one array `images` of 1,036,800 (toy, realistic, real) or 460,800
// (real-complex) pictures of 64x64 pixels.
#include <fmt/format.h>

#include <map>

#include "teasel/core/digest.hpp"
#include "teasel/data/check.hpp"

namespace teasel {
namespace {

// As the toolkit disent (Michlo 2021) records them.
const std::map<std::string, std::string> variants{{"55889cb7c7dfc655d6e0277beee88868", "toy"},
                                                  {"59a6225b88b635365f70c91b3e52f70f", "realistic"},
                                                  {"0f33f609918fb5c97996692f91129802", "real"}};

bool recognises(const std::filesystem::path& path, const std::vector<ArrayInfo>& arrays) {
  if (arrays.size() != 1 || array_file_kind(path) != ArrayFile::npz) return false;
  const auto& shape = arrays[0].shape;
  return arrays[0].name == "images" && shape.size() == 4 && (shape[0] == 1036800 || shape[0] == 460800);
}

void check(const std::filesystem::path& path, const std::vector<ArrayInfo>& arrays, CheckReport& report) {
  const int64_t count = arrays[0].shape[0];
  check_array(report, arrays, "images", ArrayType::u8, {count, 64, 64, 3});
  // Read to the end, which verifies the archive's own check sum.
  open_rows(path, "images")->for_each([](int64_t, std::span<const std::byte>) {});
  report.add("archive", "check sums agree", "they do", true);
  if (count == 460800) return report.add("variant", "", "real-complex, 4 x 4 x 2 x 3 x 3 x 40 x 40", true);
  const std::string md5 = md5_of_file(path);
  const auto variant = variants.find(md5);
  report.add("MD5 of the file", "that of toy, realistic or real",
             variant == variants.end() ? md5 : md5 + ", " + variant->second, variant != variants.end());
}

const RegisterKnownFile known{{"MPI3D (Gondal et al. 2019)", recognises, check}};

}  // namespace
}  // namespace teasel
