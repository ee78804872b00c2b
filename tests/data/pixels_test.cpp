// Packing, planes and sizes of pictures.
#include "teasel/data/pixels.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "teasel/core/array.hpp"

namespace teasel {
namespace {

Picture picture_of(const Array& array) {
  Picture out(static_cast<int>(array.shape[1]), static_cast<int>(array.shape[0]), array.shape.size() == 3 ? 3 : 1);
  std::memcpy(out.pixels.data(), array.bytes.data(), array.bytes.size());
  return out;
}

TEST(Pixels, PackAndUnpackAreInverse) {
  for (size_t count : {1u, 7u, 8u, 9u, 64u, 4096u}) {
    std::vector<std::byte> bytes(count), packed((count + 7) / 8), back(count);
    for (size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::byte>(i * i % 7 % 2);
    EXPECT_TRUE(pack_bits(bytes, packed));
    for (size_t i = 0; i < count; ++i) EXPECT_EQ(packed[i / 8] >> (7 - i % 8) & std::byte{1}, bytes[i]) << i;
    unpack_bits(packed, back);
    EXPECT_EQ(back, bytes);
    bytes[count - 1] = std::byte{2};
    EXPECT_FALSE(pack_bits(bytes, packed));
  }
}

TEST(Pixels, ResizeLikePillow) {
  const NamedArrays all = read_npz("tests/golden/formats/pictures.npz");
  const auto named = [&](const std::string& name) {
    for (auto& [known, array] : all)
      if (known == name) return picture_of(array);
    throw std::logic_error(name);
  };
  const Picture noise = named("noise");
  for (auto [width, height] : std::vector<std::pair<int, int>>{{5, 4}, {8, 11}, {31, 20}, {17, 3}})
    EXPECT_EQ(resized(noise, width, height).pixels,
              named("noise_" + std::to_string(width) + "x" + std::to_string(height)).pixels)
        << width << " x " << height;
  EXPECT_EQ(resized(noise, noise.width, noise.height).pixels, noise.pixels);
  EXPECT_EQ(to_grey(noise).pixels, named("noise_grey").pixels);
}

TEST(Pixels, ResizeByWiderFiltersLikePillow) {
  const NamedArrays all = read_npz("tests/golden/formats/resized.npz");
  const auto named = [&](const std::string& name) {
    for (auto& [known, array] : all)
      if (known == name) return picture_of(array);
    throw std::logic_error(name);
  };
  const Picture noise = named("noise");
  for (auto [filter, name] : {std::pair(Filter::lanczos, "lanczos"), std::pair(Filter::bicubic, "bicubic")})
    for (auto [width, height] : std::vector<std::pair<int, int>>{{16, 20}, {20, 25}, {50, 47}, {32, 9}})
      EXPECT_EQ(resized(noise, width, height, filter).pixels,
                named(name + ("_" + std::to_string(width)) + "x" + std::to_string(height)).pixels)
          << name << " " << width << " x " << height;
}

TEST(Pixels, PlanesAndSquares) {
  Picture picture(5, 2, 3);
  for (size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = static_cast<uint8_t>(i);
  std::vector<std::byte> planes(30);
  to_planes(std::as_bytes(std::span(picture.pixels)), 3, 1, planes);
  for (size_t c = 0; c < 3; ++c)
    for (size_t p = 0; p < 10; ++p) EXPECT_EQ(std::to_integer<size_t>(planes[c * 10 + p]), p * 3 + c);
  const Picture square = centre_square(picture);
  EXPECT_EQ(square.width, 2);
  EXPECT_EQ(*square.at(0, 0), *picture.at(1, 0));
  EXPECT_EQ(*square.at(1, 1), *picture.at(2, 1));
  EXPECT_EQ(to_rgb(to_grey(picture)).channels, 3);
}

}  // namespace
}  // namespace teasel
