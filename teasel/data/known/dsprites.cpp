// dSprites' published file, npz or HDF5, against its description and against the renderer.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "teasel/core/progress.hpp"
#include "teasel/data/check.hpp"
#include "teasel/data/readers/dsprites_file.hpp"

namespace teasel {
namespace {

void check_images(const DspritesFile& file, const Dataset& rendered, CheckReport& report) {
  int64_t different = 0, most = 0, worst = 0;
  std::vector<std::byte> ours;
  Progress bar("compare with the renderer", file.images->rows(), "images");
  for_each_packed(file, [&](int64_t first, std::span<const std::byte> theirs) {
    std::vector<int64_t> index;
    for (int64_t i = 0; i < static_cast<int64_t>(theirs.size()) / 512; ++i) index.push_back(first + i);
    ours.resize(theirs.size());
    rendered.gather(index, 0, {}, ours);
    for (size_t i = 0; i < index.size(); ++i) {
      if (std::memcmp(ours.data() + 512 * i, theirs.data() + 512 * i, 512) == 0) continue;
      int64_t pixels = 0;
      for (size_t b = 512 * i; b < 512 * (i + 1); ++b)
        pixels += std::popcount(std::to_integer<unsigned>(ours[b] ^ theirs[b]));
      ++different;
      if (pixels > most) most = pixels, worst = index[i];
    }
    bar.update(first + std::ssize(index));
  });
  bar.finish();
  report.add("values of the images", "0 and 1", "0 and 1", true);
  report.add("images against the renderer", "at most 1 pixel in at most 1 of 1,000 images",
             different ? fmt::format("{} images differ, by at most {} pixels (image {})", different, most, worst)
                       : "all equal",
             most <= 1 && different <= file.images->rows() / 1000);
}

void check_values(const RowReader& values, const Dataset& rendered, CheckReport& report) {
  const auto& factors = rendered.spec().factors;
  int64_t wrong = -1;
  values.for_each([&](int64_t first, std::span<const std::byte> rows) {
    const auto* number = reinterpret_cast<const double*>(rows.data());
    const auto count = static_cast<int64_t>(rows.size() / 48);
    std::vector<int64_t> index;
    for (int64_t i = 0; i < count; ++i) index.push_back(first + i);
    std::vector<float> classes(index.size() * 5);
    rendered.factors(index, classes);
    for (int64_t i = 0; i < count && wrong < 0; ++i) {
      bool fine = number[6 * i] == 1;  // the colour
      for (size_t f = 0; f < 5; ++f) {
        const double expected = factors[f].values[static_cast<size_t>(classes[static_cast<size_t>(i) * 5 + f])];
        fine = fine && std::abs(number[6 * i + 1 + static_cast<int64_t>(f)] - expected) < 1e-5;
      }
      if (!fine) wrong = first + i;
    }
  });
  report.add("values of the factors", "those of the description, within 1e-5",
             wrong < 0 ? "as expected" : fmt::format("row {} has others", wrong), wrong < 0);
}

void check(const std::filesystem::path& path, const std::vector<ArrayInfo>& arrays, CheckReport& report) {
  const auto rendered = open_dataset(Value(Value::Table{{"name", Value("dsprites")}}));
  const int64_t n = rendered->spec().size;
  const bool hdf5 = array_file_kind(path) == ArrayFile::hdf5;
  const DspritesNames& names = hdf5 ? dsprites_hdf5 : dsprites_npz;
  bool fine = check_array(report, arrays, names.images, ArrayType::u8, {n, 64, 64});
  fine = check_array(report, arrays, names.classes, ArrayType::i64, {n, 6}) && fine;
  fine = check_array(report, arrays, names.values, ArrayType::f64, {n, 6}) && fine;
  if (!fine) return;
  const DspritesFile file = open_dsprites_file(path);
  report.attempt("order of the factors", [&] {
    const auto wrong = first_class_off_grid(*file.classes);
    report.add("order of the factors", "colour, shape, scale, orientation, x, y; the last fastest",
               wrong ? fmt::format("row {} is elsewhere", *wrong) : "as expected", !wrong);
  });
  report.attempt("values of the factors", [&] { check_values(*file.values, *rendered, report); });
  report.attempt("values of the images", [&] { check_images(file, *rendered, report); });
}

const RegisterKnownFile known{{"dSprites (Matthey et al. 2017)",
                               [](const std::filesystem::path&, const std::vector<ArrayInfo>& arrays) {
                                 return find_array(arrays, "imgs") != nullptr;
                               },
                               check}};

}  // namespace
}  // namespace teasel
