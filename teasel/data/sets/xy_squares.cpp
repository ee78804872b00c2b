// XYSquares (Michlo 2021, github.com/nmichlo/disent; Michlo et al. 2023, "Overlooked implications of the reconstruction
// loss for VAE disentanglement"): a red, a green and a blue square, each at 8 x 8 places, 64x64 pixels. With the
// published distance of 8 the places of a square do not overlap, so that the distance of two images in pixels says
// nothing about that of their factors; smaller distances bring that back.
#include <array>
#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include "teasel/data/gathering.hpp"
#include "teasel/data/grid.hpp"
#include "teasel/data/grid_dataset.hpp"

namespace teasel {
namespace {

constexpr int64_t side = 64, squares = 3, places = 8, square = 8;
constexpr size_t image_bytes = squares * side * side;

class XySquares final : public GridDataset {
 public:
  struct Options {
    int64_t spacing = 8;
    void describe(Fields& f) {
      f.field("spacing", spacing,
              "pixels between neighbouring places of a square, whose side is 8; the grid of places "
              "is in the middle",
              between(1, 8));
    }
  };

  XySquares(const Options& options, const Setup&) : spacing_(options.spacing) {
    std::vector<FactorSpec> factors;
    for (const char* name : {"red_x", "red_y", "green_x", "green_y", "blue_x", "blue_y"}) {
      FactorSpec factor{.name = name};
      for (int64_t i = 0; i < places; ++i) factor.values.push_back(static_cast<double>(edge(static_cast<double>(i))));
      factors.push_back(std::move(factor));
    }
    spec_ = grid_of_images("xy_squares", {squares, side, side}, std::move(factors));
  }

  void gather(std::span<const int64_t> index, size_t field, Draw, std::span<std::byte> out) const override {
    check_gather(spec_, index, field, out);
    std::array<float, 2 * squares> numbers{};
    for (size_t i = 0; i < index.size(); ++i) {
      grid_factors(spec_.factors, index.subspan(i, 1), numbers);
      draw(numbers, out.subspan(i * image_bytes, image_bytes));
    }
  }

  // Squares move in whole pixels, and stay in the image.
  bool render(std::span<const float> numbers, std::span<std::byte> out) const override {
    if (numbers.size() != spec_.factors.size() || out.size() != image_bytes) return false;
    for (float number : numbers)
      if (!(std::abs(number) <= 1000) || edge(number) < 0 || edge(number) > side - square) return false;
    draw(numbers, out);
    return true;
  }

 private:
  // The left or upper edge of a square at a place, in pixels.
  int64_t edge(double place) const {
    const int64_t margin = (side - square - (places - 1) * spacing_) / 2;
    return margin + std::lround(place * static_cast<double>(spacing_));
  }

  void draw(std::span<const float> numbers, std::span<std::byte> out) const {
    std::memset(out.data(), 0, out.size());
    for (size_t colour = 0; colour < squares; ++colour) {
      const int64_t left = edge(numbers[2 * colour]), top = edge(numbers[2 * colour + 1]);
      for (int64_t y = top; y < top + square; ++y)
        std::memset(out.data() + (static_cast<int64_t>(colour) * side + y) * side + left, 255, square);
    }
  }

  int64_t spacing_;
};

TEASEL_REGISTER(Dataset, XySquares, "XYSquares: a red, a green and a blue square at 8x8 places each, 262,144 images");

}  // namespace
}  // namespace teasel
