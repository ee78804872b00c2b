// dSprites (Matthey et al. 2017, github.com/google-deepmind/dsprites-dataset): 737,280 black and white sprites of 64x64
// pixels, rendered as they are asked for, so nothing is downloaded or kept. The published set also lists a colour,
// which has one value; it is no factor here. Orientation 0 and 39 are one angle, so those images are there twice, as
// published. Given the published file, its own images are held as packed bits (378 MB).
#include "teasel/data/render/dsprites.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstring>

#include "teasel/core/progress.hpp"
#include "teasel/data/gathering.hpp"
#include "teasel/data/grid.hpp"
#include "teasel/data/grid_dataset.hpp"
#include "teasel/data/pixels.hpp"
#include "teasel/data/readers/dsprites_file.hpp"

namespace teasel {
namespace {

using namespace dsprites;

constexpr int64_t places = positions * positions;

std::vector<double> values_of(int count, double (*value)(double)) {
  std::vector<double> values;
  for (int i = 0; i < count; ++i) values.push_back(value(i));
  return values;
}

DataSpec make_spec() {
  DataSpec spec;
  spec.name = "dsprites";
  spec.fields = {{"x", {1, side, side}, Dtype::bit}};
  spec.factors = {{.name = "shape",
                   .values = values_of(shapes, [](double i) { return i + 1; }),
                   .scale = FactorSpec::Scale::categorical},
                  {.name = "scale", .values = values_of(scales, scale_value)},
                  {.name = "orientation", .values = values_of(orientations, orientation_value), .cyclic = true},
                  {.name = "position_x", .values = values_of(positions, position_value)},
                  {.name = "position_y", .values = values_of(positions, position_value)}};
  spec.size = shapes * scales * orientations * places;
  spec.full_grid = true;
  return spec;
}

// The polygons of all shapes, scales and orientations: one megabyte, made in a millisecond.
std::vector<Outline> make_outlines() {
  std::vector<Outline> outlines;
  for (int shape = 0; shape < shapes; ++shape)
    for (int scale = 0; scale < scales; ++scale)
      for (int turn = 0; turn < orientations; ++turn)
        outlines.push_back(outline_of(static_cast<Shape>(shape), scale_value(scale), orientation_value(turn)));
  return outlines;
}

// The images of the published file, one after another.
std::vector<std::byte> read_images(const std::string& path) {
  const DspritesFile file = open_dsprites_file(path);
  if (file.classes)
    if (const auto wrong = first_class_off_grid(*file.classes))
      throw Error(fmt::format("{}: row {} is not where the full grid of factors has it", file.classes->where(), *wrong),
                  "The file was reordered: read it with the data set 'arrays'.");
  std::vector<std::byte> out(static_cast<size_t>(file.images->rows()) * image_bytes);
  Progress bar("read dSprites", file.images->rows(), "images");
  for_each_packed(file, [&](int64_t first, std::span<const std::byte> packed) {
    std::memcpy(out.data() + first * image_bytes, packed.data(), packed.size());
    bar.update(first + static_cast<int64_t>(packed.size()) / image_bytes);
  });
  bar.finish();
  return out;
}

class Dsprites final : public GridDataset {
 public:
  struct Options {
    std::string file;
    void describe(Fields& f) {
      f.field("file", file,
              "the published npz or HDF5 file, to be read instead of rendered (378 MB in memory); none: rendered");
    }
  };
  Dsprites(const Options& options, const Setup& setup) : GridDataset(make_spec()), outlines_(make_outlines()) {
    const std::string& file = options.file.empty() ? setup.path : options.file;
    if (!file.empty()) stored_ = read_images(file);
  }

  // Drawing an image (half a microsecond) costs less than a stored copy of all would in memory (378 MB).
  void gather(std::span<const int64_t> index, size_t field, Draw, std::span<std::byte> out) const override {
    check_gather(spec_, index, field, out);
    for (size_t i = 0; i < index.size(); ++i) {
      if (!stored_.empty()) {
        std::memcpy(out.data() + i * image_bytes, stored_.data() + index[i] * image_bytes, image_bytes);
        continue;
      }
      const Outline& outline = outlines_[static_cast<size_t>(index[i] / places)];
      const auto x = static_cast<double>(index[i] % places / positions), y = static_cast<double>(index[i] % positions);
      pack(draw(outline, position_value(x), position_value(y)), out.subspan(i * image_bytes).first<image_bytes>());
    }
  }

  // On the grid a stored image is that of the file; between its classes images are drawn in any case. The shape is the
  // nearest class; everything else is continuous and may leave the set's ranges, as far as class numbers of 1,000.
  bool render(std::span<const float> numbers, std::span<std::byte> out) const override {
    if (numbers.size() != spec_.factors.size() || out.size() != image_bytes) return false;
    for (float number : numbers)
      if (!(std::abs(number) <= 1000)) return false;
    if (const auto item = stored_.empty() ? std::nullopt : find(numbers)) {
      std::memcpy(out.data(), stored_.data() + *item * image_bytes, image_bytes);
      return true;
    }
    const float shape = std::round(numbers[0]);
    if (shape < 0 || shape >= shapes) return false;
    const Outline outline =
        outline_of(static_cast<Shape>(shape), scale_value(numbers[1]), orientation_value(numbers[2]));
    pack(draw(outline, position_value(numbers[3]), position_value(numbers[4])), out.first<image_bytes>());
    return true;
  }

  // The layout of the published file.
  std::vector<RowSource> published(bool hdf5) const override {
    const DspritesNames& names = hdf5 ? dsprites_hdf5 : dsprites_npz;
    const auto images = [this](int64_t first, int64_t count, std::span<std::byte> out) {
      std::vector<std::byte> packed(image_bytes);
      for (int64_t i = 0; i < count; ++i) {
        gather(std::array{first + i}, 0, {}, packed);
        unpack_bits(packed, out.subspan(static_cast<size_t>(i) * 8 * image_bytes).first<8 * image_bytes>());
      }
    };
    const auto latents = [this](bool values) {
      return [this, values](int64_t first, int64_t count, std::span<std::byte> out) {
        for (int64_t i = 0; i < count; ++i) write_latents(first + i, values, out.data() + i * 48);
      };
    };
    return {{names.images, ArrayType::u8, {spec_.size, side, side}, images, {23040, 2, 4}},
            {names.classes, ArrayType::i64, {spec_.size, 6}, latents(false)},
            {names.values, ArrayType::f64, {spec_.size, 6}, latents(true)}};
  }

 private:
  // Six numbers of 8 bytes; the colour is class 0 and has the value 1.
  void write_latents(int64_t item, bool values, std::byte* out) const {
    std::array<float, 5> numbers{};
    grid_factors(spec_.factors, std::array{item}, numbers);
    std::array<int64_t, 6> classes{0};
    std::array<double, 6> real{1};
    for (size_t f = 0; f < numbers.size(); ++f) {
      classes[f + 1] = static_cast<int64_t>(numbers[f]);
      real[f + 1] = spec_.factors[f].values[static_cast<size_t>(numbers[f])];
    }
    std::memcpy(out, values ? static_cast<const void*>(real.data()) : classes.data(), 48);
  }

  std::vector<Outline> outlines_;
  std::vector<std::byte> stored_;
};

TEASEL_REGISTER(
    Dataset, Dsprites,
    "dSprites: 737,280 sprites (3 shapes, 6 scales, 40 orientations, 32x32 positions), rendered exactly, no download");

}  // namespace
}  // namespace teasel
