// Noisy-dSprites of Locatello et al. (2019, arXiv:1811.12359, appendix H): sprites on uniform noise.
#include <algorithm>

#include "teasel/core/random.hpp"
#include "teasel/data/decoration.hpp"

namespace teasel {
namespace {

// min(image + noise, 1), the noise from U(0, 1) for every pixel and channel.
class Noisy final : public Decoration {
 public:
  struct Options {
    int64_t channels = 3;
    void describe(Fields& f) { f.field("channels", channels, "3: colour noise; 1: grey noise", between(1, 3)); }
  };
  Noisy(const Options& options, const Setup& setup) : Decoration(setup, "noisy", options.channels) {
    if (options.channels == 2) throw Error("view 'noisy': channels cannot be 2", "It is 1 or 3.");
  }

 private:
  void paint(std::span<const float> image, int64_t item, Draw draw, std::span<uint8_t> out) const override {
    std::vector<float> noise(out.size());
    Stream(draw.seed, "noisy", draw.step).uniform(item, static_cast<int64_t>(noise.size()), noise);
    for (size_t i = 0; i < out.size(); ++i) out[i] = to_byte(std::min(image[i % image.size()] + noise[i], 1.0f));
  }
};

TEASEL_REGISTER(View, Noisy, "images on uniform noise: min(image + noise, 1)");

}  // namespace
}  // namespace teasel
