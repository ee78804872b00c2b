// The factors of 3D Shapes (Burgess and Kim 2018) drawn by a ray caster of our own, for work without the published
// file: 480,000 images of an object in a room, 64x64 pixels in colour, in the published order. The images look alike,
// their pixels are not those of the published set: name it "3D-Shapes-like" where numbers are given.
#include <array>
#include <cmath>
#include <memory>
#include <mutex>

#include "teasel/data/gathering.hpp"
#include "teasel/data/grid.hpp"
#include "teasel/data/grid_dataset.hpp"
#include "teasel/data/render/shapes3d.hpp"

namespace teasel {
namespace {

using namespace shapes3d;

constexpr int64_t geometries = int64_t{scales} * shapes * orientations, colourings = int64_t{hues} * hues * hues;
constexpr size_t image_bytes = 3 * pixels;

FactorSpec factor(const char* name, int count, double (*value)(double)) {
  FactorSpec out{.name = name};
  for (int i = 0; i < count; ++i) out.values.push_back(value(i));
  return out;
}

DataSpec make_spec() {
  DataSpec spec;
  spec.name = "shapes3d_like";
  spec.fields = {{"x", {3, side, side}, Dtype::u8}};
  spec.factors = {factor("floor_hue", hues, hue_value),
                  factor("wall_hue", hues, hue_value),
                  factor("object_hue", hues, hue_value),
                  factor("scale", scales, scale_value),
                  factor("shape", shapes, [](double i) { return i; }),
                  factor("orientation", orientations, orientation_value)};
  for (size_t hue : {0u, 1u, 2u}) spec.factors[hue].cyclic = true;
  spec.factors[4].scale = FactorSpec::Scale::categorical;
  spec.size = colourings * geometries;
  spec.full_grid = true;
  return spec;
}

Scene scene_of(std::span<const float> numbers) {
  return {static_cast<Shape>(std::lround(numbers[4])), scale_value(numbers[3]), orientation_value(numbers[5])};
}

Hues hues_of(std::span<const float> numbers) {
  return {hue_value(numbers[0]), hue_value(numbers[1]), hue_value(numbers[2])};
}

// A scene is cast when it is first asked for and kept (80 KB each, 39 MB for all 480); colouring it casts no ray.
class Shapes3dLike final : public GridDataset {
 public:
  struct Options {
    void describe(Fields&) {}
  };
  Shapes3dLike(const Options&, const Setup&) : GridDataset(make_spec()), scenes_(geometries) {}

  void gather(std::span<const int64_t> index, size_t field, Draw, std::span<std::byte> out) const override {
    check_gather(spec_, index, field, out);
    std::array<float, 6> numbers{};
    for (size_t i = 0; i < index.size(); ++i) {
      grid_factors(spec_.factors, index.subspan(i, 1), numbers);
      Kept& kept = scenes_[static_cast<size_t>(index[i] % geometries)];
      std::call_once(kept.once, [&] { kept.layers = shapes3d::render(scene_of(numbers)); });
      paint(kept.layers, hues_of(numbers), out.subspan(i * image_bytes).first<image_bytes>());
    }
  }

  // The shape is the nearest class, everything else is continuous: hues go round, orientations may be any angle, and
  // the size stays where the object fits into the room.
  bool render(std::span<const float> numbers, std::span<std::byte> out) const override {
    if (numbers.size() != spec_.factors.size() || out.size() != image_bytes) return false;
    for (float number : numbers)
      if (!(std::abs(number) <= 1000)) return false;
    const double scale = scale_value(numbers[3]);
    if (std::lround(numbers[4]) < 0 || std::lround(numbers[4]) >= shapes || scale < 0.1 || scale > 2) return false;
    paint(shapes3d::render(scene_of(numbers)), hues_of(numbers), out.first<image_bytes>());
    return true;
  }

 private:
  struct Kept {
    std::once_flag once;
    Layers layers;
  };
  mutable std::vector<Kept> scenes_;
};

TEASEL_REGISTER(Dataset, Shapes3dLike,
                "the factors of 3D Shapes, 480,000 images by a ray caster of our own: look-alikes, no download");

}  // namespace
}  // namespace teasel
