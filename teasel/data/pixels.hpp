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

// A picture of another size: a triangle filter as wide as a pixel of the result where that is the larger one (so that
// nothing is skipped), bilinear interpolation where it is smaller; columns first, each pass rounded to bytes. These are
// the results of Pillow's Image.resize(..., BILINEAR).
Picture resized(const Picture& picture, int width, int height);
// Luma of ITU-R 601, as Pillow's convert("L"); a grey picture stays as it is.
Picture to_grey(const Picture& picture);
// Three equal channels of a grey picture; an RGB one stays as it is.
Picture to_rgb(const Picture& picture);
// The largest square in the middle.
Picture centre_square(const Picture& picture);

}  // namespace teasel
