// A data set from outside the library: a bright square at 5 x 5 places, in three shades.
#include <cstring>

#include "teasel/data/dataset.hpp"
#include "teasel/data/gathering.hpp"

namespace example {

using namespace teasel;

class MovingSquare : public Dataset {
 public:
  struct Options {
    int64_t square = 4;
    void describe(Fields& f) { f.field("square", square, "side of the square in pixels", between(1, 8)); }
  };
  MovingSquare(const Options& options, const Setup&) : square_(options.square) {
    spec_.name = "moving_square";
    spec_.fields = {{"x", {1, side, side}, Dtype::u8}};
    spec_.factors = {{.name = "shade", .values = {85, 170, 255}},
                     {.name = "position_x", .values = {0, 1, 2, 3, 4}},
                     {.name = "position_y", .values = {0, 1, 2, 3, 4}}};
    spec_.size = 75;
    spec_.full_grid = true;
  }

  const DataSpec& spec() const override { return spec_; }

  void gather(std::span<const int64_t> index, size_t field, Draw, std::span<std::byte> out) const override {
    check_gather(spec_, index, field, out);
    std::memset(out.data(), 0, out.size());
    for (size_t i = 0; i < index.size(); ++i) {
      const int64_t shade = index[i] / 25, left = 2 * (index[i] / 5 % 5), top = 2 * (index[i] % 5);
      for (int64_t y = top; y < top + square_; ++y)
        for (int64_t x = left; x < left + square_; ++x)
          out[i * side * side + static_cast<size_t>(y * side + x)] = static_cast<std::byte>(85 * (shade + 1));
    }
  }

  void factors(std::span<const int64_t> index, std::span<float> out) const override {
    check_factors(spec_, index, out);
    for (size_t i = 0; i < index.size(); ++i) {
      out[3 * i] = static_cast<float>(index[i] / 25);
      out[3 * i + 1] = static_cast<float>(index[i] / 5 % 5);
      out[3 * i + 2] = static_cast<float>(index[i] % 5);
    }
  }

 private:
  static constexpr int64_t side = 16;
  int64_t square_;
  DataSpec spec_;
};

TEASEL_REGISTER(Dataset, MovingSquare, "a square at 25 places in three shades");

}  // namespace example
