#include "teasel/data/decoration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "teasel/data/gathering.hpp"

namespace teasel {

uint8_t to_byte(float brightness) {
  return static_cast<uint8_t>(std::floor(std::clamp(brightness, 0.0f, 1.0f) * 255 + 0.5f));
}

Decoration::Decoration(const Setup& setup, const std::string& view, int64_t channels)
    : inner_(setup.inner), spec_(inner_->spec()) {
  FieldSpec& x = spec_.fields[0];
  if (spec_.modality != Modality::image || x.shape.size() != 3 || x.shape[0] != 1 ||
      (x.dtype != Dtype::bit && x.dtype != Dtype::u8))
    throw Error(fmt::format("view '{}' cannot be laid on data set '{}'", view, spec_.name),
                "It takes images of one channel, bits or bytes.");
  x.dtype = Dtype::u8;
  x.shape[0] = channels;
}

void Decoration::gather(std::span<const int64_t> index, size_t field, Draw draw, std::span<std::byte> out) const {
  check_gather(spec_, index, field, out);
  if (field != 0) return inner_->gather(index, field, draw, out);
  const auto stored = static_cast<size_t>(inner_->spec().fields[0].bytes());
  const auto bytes = static_cast<size_t>(spec_.fields[0].bytes());
  std::vector<std::byte> images(index.size() * stored);
  inner_->gather(index, field, draw, images);
  for (size_t i = 0; i < index.size(); ++i)
    decorate(std::span(images).subspan(i * stored, stored), index[i], draw, out.subspan(i * bytes, bytes));
}

bool Decoration::render(std::span<const float> numbers, std::span<std::byte> out) const {
  if (out.size() != static_cast<size_t>(spec_.fields[0].bytes())) return false;
  std::vector<std::byte> image(static_cast<size_t>(inner_->spec().fields[0].bytes()));
  if (!inner_->render(numbers, image)) return false;
  decorate(image, inner_->find(numbers).value_or(0), {}, out);
  return true;
}

void Decoration::decorate(std::span<const std::byte> stored, int64_t item, Draw draw, std::span<std::byte> out) const {
  std::vector<float> image(static_cast<size_t>(height() * width()));
  const bool bits = inner_->spec().fields[0].dtype == Dtype::bit;
  for (size_t i = 0; i < image.size(); ++i)
    image[i] = bits ? static_cast<float>(std::to_integer<int>(stored[i / 8]) >> (7 - i % 8) & 1)
                    : static_cast<float>(std::to_integer<int>(stored[i])) / 255;
  paint(image, item, draw, {reinterpret_cast<uint8_t*>(out.data()), out.size()});
}

}  // namespace teasel
