// Colour-dSprites of Locatello et al. (2019, arXiv:1811.12359, appendix H): each image in a colour of its own.
#include <array>

#include "teasel/core/random.hpp"
#include "teasel/data/decoration.hpp"

namespace teasel {
namespace {

// Red, green and blue are scaled by numbers from U(0.5, 1), one each per image.
class Colour final : public Decoration {
 public:
  using Options = NoOptions;
  Colour(const Options&, const Setup& setup) : Decoration(setup, "colour", 3) {}

 private:
  void paint(std::span<const float> image, int64_t item, Draw draw, std::span<uint8_t> out) const override {
    std::array<float, 3> numbers{};
    Stream(draw.seed, "colour", draw.step).uniform(item, 3, numbers);
    for (size_t c = 0; c < 3; ++c)
      for (size_t i = 0; i < image.size(); ++i)
        out[c * image.size() + i] = to_byte(image[i] * (0.5f + 0.5f * numbers[c]));
  }
};

TEASEL_REGISTER(View, Colour, "every image in a random colour (red, green and blue scaled by 0.5 to 1)");

}  // namespace
}  // namespace teasel
