// Moving pixels between the forms that files and fields have.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "teasel/core/picture.hpp"

namespace teasel {

// Bytes that are 0 or 1 as bits, most significant first, the last byte padded with 0. False where a byte is larger.
bool pack_bits(std::span<const std::byte> bytes, std::span<std::byte> out);
// The other way round: one byte, 0 or 1, per bit.
void unpack_bits(std::span<const std::byte> packed, std::span<std::byte> bytes);

// [H, W, C] to [C, H, W], elements of `width` bytes, 1 or 4; std::invalid_argument for others.
void to_planes(std::span<const std::byte> interleaved, int64_t channels, int64_t width, std::span<std::byte> out);

// How pixels are weighted when the size changes: a triangle of half-width 1 (bilinear), the cubic convolution of Keys
// with a = -1/2 (half-width 2), or a sinc windowed by a wider one (Lanczos, half-width 3).
enum class Filter { bilinear, bicubic, lanczos };
// A picture of another size. The filter is stretched to the pixels of the result where those are the larger ones, so
// that nothing is skipped; columns first, each pass rounded to bytes. These are the results of Pillow's Image.resize
// (Pillow 13 may take rows first where a picture shrinks more in height than in width, and then rounds otherwise).
Picture resized(const Picture& picture, int width, int height, Filter filter = Filter::bilinear);
// Luma of ITU-R 601, as Pillow's convert("L"); a grey picture stays as it is.
Picture to_grey(const Picture& picture);
// Three equal channels of a grey picture; an RGB one stays as it is.
Picture to_rgb(const Picture& picture);
// The largest square in the middle.
Picture centre_square(const Picture& picture);

}  // namespace teasel
