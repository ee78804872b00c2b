// Scream-dSprites of Locatello et al. (2019, arXiv:1811.12359, appendix H): sprites before pieces of a painting.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "teasel/core/picture_file.hpp"
#include "teasel/core/random.hpp"
#include "teasel/data/decoration.hpp"
#include "teasel/data/pixels.hpp"

namespace teasel {
namespace {

// The box into which the published view shrinks Munch's painting.
constexpr int box_width = 350, box_height = 274;

// Bands that wind across the picture, between two colours that change slowly: without a picture the background still
// has structure at every scale. This is no painting by anyone.
Picture texture() {
  Picture out(box_width, box_height, 3);
  std::array<float, 3> phases{};
  Stream(0, "scream texture").uniform(0, 3, phases);
  const auto wave = [](double at) { return 0.5 + 0.5 * std::sin(at); };
  for (int y = 0; y < box_height; ++y)
    for (int x = 0; x < box_width; ++x) {
      const double bend = 18 * std::sin(x / 31.0 + 6 * phases[0]) + 9 * std::sin((x + y) / 13.0 + 6 * phases[1]);
      const double band = wave((y + bend) / 6.5), drift = wave((x - 2 * y) / 90.0 + 6 * phases[2]);
      const std::array<double, 3> warm{0.9, 0.45 + 0.3 * drift, 0.15}, cold{0.15, 0.25, 0.35 + 0.3 * drift};
      for (size_t c = 0; c < 3; ++c)
        out.at(x, y)[c] = to_byte(static_cast<float>(band * warm[c] + (1 - band) * cold[c]));
    }
  return out;
}

// Shrunk to fit the box, its proportions kept; a smaller picture stays as it is.
Picture thumbnail(const Picture& picture) {
  const double shrink =
      std::min({1.0, static_cast<double>(box_width) / picture.width, static_cast<double>(box_height) / picture.height});
  return resized(to_rgb(picture), std::max(1, static_cast<int>(std::lround(picture.width * shrink))),
                 std::max(1, static_cast<int>(std::lround(picture.height * shrink))));
}

// The background is the mean of a random piece of the picture and a random colour from U(0, 1)^3; within the sprite it
// is inverted (grey pixels: in between).
class Scream final : public Decoration {
 public:
  struct Options {
    std::string picture;
    void describe(Fields& f) {
      f.field("picture", picture,
              "a PNG or JPEG file whose pieces are the background, shrunk into 350x274 pixels; none: a texture that "
              "the program makes, so that results are not those of the published set");
    }
  };
  Scream(const Options& options, const Setup& setup)
      : Decoration(setup, "scream", 3),
        picture_(options.picture.empty() ? texture() : thumbnail(read_picture(options.picture))) {
    if (picture_.width < width() || picture_.height < height())
      throw Error(fmt::format("view 'scream': the picture has {} x {} pixels within 350x274, less than the images",
                              picture_.width, picture_.height),
                  fmt::format("It must hold pieces of {} x {} pixels.", width(), height()));
  }

 private:
  void paint(std::span<const float> image, int64_t item, Draw draw, std::span<uint8_t> out) const override {
    std::array<float, 5> numbers{};
    Stream(draw.seed, "scream", draw.step).uniform(item, 5, numbers);
    const auto place = [](float number, int64_t places) {
      return std::min(static_cast<int>(number * static_cast<float>(places)), static_cast<int>(places) - 1);
    };
    const int left = place(numbers[3], picture_.width - width() + 1);
    const int top = place(numbers[4], picture_.height - height() + 1);
    for (size_t c = 0; c < 3; ++c)
      for (size_t i = 0; i < image.size(); ++i) {
        const int x = left + static_cast<int>(i % static_cast<size_t>(width()));
        const int y = top + static_cast<int>(i / static_cast<size_t>(width()));
        const float background = (static_cast<float>(picture_.at(x, y)[c]) / 255 + numbers[c]) / 2;
        out[c * image.size() + i] = to_byte(image[i] * (1 - background) + (1 - image[i]) * background);
      }
  }

  Picture picture_;
};

TEASEL_REGISTER(View, Scream,
                "images before random pieces of a picture, tinted at random and inverted within the image");

}  // namespace
}  // namespace teasel
