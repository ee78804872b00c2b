// What the views share that put sprites on backgrounds.
#pragma once
#include <string>

#include "teasel/data/dataset.hpp"

namespace teasel {

// A view of a set of grey or black and white images, whose field 0 becomes bytes, drawn anew from each image: `paint`
// is told the image's brightness 0 .. 1, the item and the draw. Other fields pass through.
class Decoration : public View {
 public:
  const DataSpec& spec() const final { return spec_; }
  void gather(std::span<const int64_t> index, size_t field, Draw draw, std::span<std::byte> out) const final;
  void factors(std::span<const int64_t> index, std::span<float> out) const final { inner_->factors(index, out); }
  std::vector<int64_t> split(std::string_view name) const final { return inner_->split(name); }
  std::optional<int64_t> find(std::span<const float> numbers) const final { return inner_->find(numbers); }
  // With the decoration that looking shows: that of the item with these factors, or of item 0 between the items.
  bool render(std::span<const float> numbers, std::span<std::byte> out) const final;

 protected:
  // Error (`view` names it) where field 0 is no image of one channel of bits or bytes from 0 to 1.
  Decoration(const Setup& setup, const std::string& view, int64_t channels);

  int64_t channels() const { return spec_.fields[0].shape[0]; }
  int64_t height() const { return spec_.fields[0].shape[1]; }
  int64_t width() const { return spec_.fields[0].shape[2]; }

 private:
  // image: [H, W]; out: [C, H, W].
  virtual void paint(std::span<const float> image, int64_t item, Draw draw, std::span<uint8_t> out) const = 0;
  void decorate(std::span<const std::byte> stored, int64_t item, Draw draw, std::span<std::byte> out) const;

  std::shared_ptr<const Dataset> inner_;
  DataSpec spec_;
};

// A brightness 0 .. 1 as a byte, rounded to the nearest.
uint8_t to_byte(float brightness);

}  // namespace teasel
