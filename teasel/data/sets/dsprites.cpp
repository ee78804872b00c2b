// dSprites (Matthey et al. 2017, github.com/google-deepmind/dsprites-dataset): 737,280 black and white sprites of 64x64
// pixels, rendered as they are asked for, so nothing is downloaded or kept. The published set also lists a colour,
// which has one value; it is no factor here. Orientation 0 and 39 are one angle, so those images are there twice, as
// published.
#include "teasel/data/render/dsprites.hpp"

#include <cmath>

#include "teasel/data/dataset.hpp"
#include "teasel/data/gathering.hpp"

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

class Dsprites final : public Dataset {
 public:
  using Options = NoOptions;
  Dsprites(const Options&, const Setup&)
      : spec_(make_spec()), strides_(grid_strides(spec_.factors)), outlines_(make_outlines()) {}

  const DataSpec& spec() const override { return spec_; }

  // Drawing an image (half a microsecond) costs less than a stored copy of all would in memory (378 MB).
  void gather(std::span<const int64_t> index, size_t field, Draw, std::span<std::byte> out) const override {
    check_gather(spec_, index, field, out);
    for (size_t i = 0; i < index.size(); ++i) {
      const Outline& outline = outlines_[static_cast<size_t>(index[i] / places)];
      const auto x = static_cast<double>(index[i] % places / positions), y = static_cast<double>(index[i] % positions);
      pack(draw(outline, position_value(x), position_value(y)), out.subspan(i * image_bytes).first<image_bytes>());
    }
  }

  void factors(std::span<const int64_t> index, std::span<float> out) const override {
    check_factors(spec_, index, out);
    const size_t k = spec_.factors.size();
    for (size_t i = 0; i < index.size(); ++i)
      for (size_t f = 0; f < k; ++f)
        out[i * k + f] = static_cast<float>(index[i] / strides_[f] % spec_.factors[f].classes());
  }

  std::optional<int64_t> find(std::span<const float> numbers) const override {
    if (numbers.size() != spec_.factors.size()) return std::nullopt;
    int64_t index = 0;
    for (size_t f = 0; f < numbers.size(); ++f) {
      if (!(numbers[f] >= 0 && numbers[f] < static_cast<float>(spec_.factors[f].classes())) ||
          numbers[f] != std::floor(numbers[f]))
        return std::nullopt;
      index += static_cast<int64_t>(numbers[f]) * strides_[f];
    }
    return index;
  }

  // The shape is the nearest class; everything else is continuous and may leave the set's ranges, as far as class
  // numbers of 1,000.
  bool render(std::span<const float> numbers, std::span<std::byte> out) const override {
    if (numbers.size() != spec_.factors.size() || out.size() != image_bytes) return false;
    for (float number : numbers)
      if (!(std::abs(number) <= 1000)) return false;
    const float shape = std::round(numbers[0]);
    if (shape < 0 || shape >= shapes) return false;
    const Outline outline =
        outline_of(static_cast<Shape>(shape), scale_value(numbers[1]), orientation_value(numbers[2]));
    pack(draw(outline, position_value(numbers[3]), position_value(numbers[4])), out.first<image_bytes>());
    return true;
  }

 private:
  DataSpec spec_;
  std::vector<int64_t> strides_;
  std::vector<Outline> outlines_;
};

TEASEL_REGISTER(
    Dataset, Dsprites,
    "dSprites: 737,280 sprites (3 shapes, 6 scales, 40 orientations, 32x32 positions), rendered exactly, no download");

}  // namespace
}  // namespace teasel
