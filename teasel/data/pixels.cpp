#include "teasel/data/pixels.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <stdexcept>
#include <vector>

namespace teasel {
namespace {

// The weights of the source pixels that make one pixel of the result, in units of 2^-22.
struct Weights {
  int first = 0;
  std::vector<int> values;
};
constexpr int weight_bits = 22;

// Half of the width of a filter, in pixels of the larger kind.
double half_width(Filter filter) { return filter == Filter::bilinear ? 1 : filter == Filter::bicubic ? 2 : 3; }

double sinc(double x) { return x == 0 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x); }

double weight_at(Filter filter, double x) {
  x = std::abs(x);
  if (x >= half_width(filter)) return 0;
  switch (filter) {
    case Filter::bilinear:
      return 1 - x;
    case Filter::bicubic:
      return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2;
    case Filter::lanczos:
      return sinc(x) * sinc(x / 3);
  }
  return 0;
}

std::vector<Weights> weights_of(Filter filter, int from, int to) {
  const double step = static_cast<double>(from) / to, stretch = std::max(step, 1.0);
  const double support = half_width(filter) * stretch;
  std::vector<Weights> out(static_cast<size_t>(to));
  for (int i = 0; i < to; ++i) {
    const double centre = (i + 0.5) * step;
    const int first = std::max(0, static_cast<int>(centre - support + 0.5));
    const int end = std::min(from, static_cast<int>(centre + support + 0.5));
    std::vector<double> raw;
    double sum = 0;
    for (int x = first; x < end; ++x) {
      raw.push_back(weight_at(filter, (x - centre + 0.5) / stretch));
      sum += raw.back();
    }
    Weights& weights = out[static_cast<size_t>(i)];
    weights.first = first;
    for (double value : raw) weights.values.push_back(static_cast<int>(std::round(value / sum * (1 << weight_bits))));
  }
  return out;
}

uint8_t rounded(int64_t sum) {
  return static_cast<uint8_t>(std::clamp<int64_t>((sum + (1 << (weight_bits - 1))) >> weight_bits, 0, 255));
}

Picture resized_columns(const Picture& in, int width, Filter filter) {
  const auto weights = weights_of(filter, in.width, width);
  Picture out(width, in.height, in.channels);
  for (int y = 0; y < in.height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < in.channels; ++c) {
        const Weights& w = weights[static_cast<size_t>(x)];
        int64_t sum = 0;
        for (size_t i = 0; i < w.values.size(); ++i)
          sum += int64_t{w.values[i]} * in.at(w.first + static_cast<int>(i), y)[c];
        out.at(x, y)[c] = rounded(sum);
      }
  return out;
}

Picture resized_rows(const Picture& in, int height, Filter filter) {
  const auto weights = weights_of(filter, in.height, height);
  Picture out(in.width, height, in.channels);
  const int row = in.width * in.channels;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < row; ++x) {
      const Weights& w = weights[static_cast<size_t>(y)];
      int64_t sum = 0;
      for (size_t i = 0; i < w.values.size(); ++i)
        sum += int64_t{w.values[i]} * in.at(0, w.first + static_cast<int>(i))[x];
      out.at(0, y)[x] = rounded(sum);
    }
  return out;
}

}  // namespace

bool pack_bits(std::span<const std::byte> bytes, std::span<std::byte> out) {
  if (out.size() != (bytes.size() + 7) / 8) throw std::invalid_argument("pack_bits: the buffer does not hold the bits");
  uint64_t all = 0;
  for (size_t i = 0; i < out.size(); ++i) {
    uint64_t eight = 0;
    std::memcpy(&eight, bytes.data() + 8 * i, std::min<size_t>(8, bytes.size() - 8 * i));
    all |= eight;
    // Moves the lowest bit of byte k to bit 63 - k; no two of the products' bits meet.
    out[i] = static_cast<std::byte>((eight & 0x0101010101010101) * 0x8040201008040201 >> 56);
  }
  return (all & ~uint64_t{0x0101010101010101}) == 0;
}

void unpack_bits(std::span<const std::byte> packed, std::span<std::byte> bytes) {
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = packed[i / 8] >> (7 - i % 8) & std::byte{1};
}

namespace {

// With a width that the compiler knows: this is in the gather of every batch.
template <size_t width>
void planes_of(std::span<const std::byte> interleaved, size_t channels, std::span<std::byte> out) {
  const size_t pixels = interleaved.size() / (channels * width);
  for (size_t k = 0; k < channels; ++k)
    for (size_t p = 0; p < pixels; ++p)
      std::memcpy(out.data() + (k * pixels + p) * width, interleaved.data() + (p * channels + k) * width, width);
}

}  // namespace

void to_planes(std::span<const std::byte> interleaved, int64_t channels, int64_t width, std::span<std::byte> out) {
  const auto c = static_cast<size_t>(channels);
  switch (width) {
    case 1:
      return planes_of<1>(interleaved, c, out);
    case 4:
      return planes_of<4>(interleaved, c, out);
    default:
      throw std::invalid_argument("to_planes: elements have 1 or 4 bytes");
  }
}

Picture resized(const Picture& picture, int width, int height, Filter filter) {
  const Picture columns = width == picture.width ? picture : resized_columns(picture, width, filter);
  return height == picture.height ? columns : resized_rows(columns, height, filter);
}

Picture to_grey(const Picture& picture) {
  if (picture.channels == 1) return picture;
  Picture out(picture.width, picture.height, 1);
  for (size_t i = 0; i < out.pixels.size(); ++i) {
    const uint8_t* rgb = picture.pixels.data() + 3 * i;
    out.pixels[i] = static_cast<uint8_t>((rgb[0] * 19595 + rgb[1] * 38470 + rgb[2] * 7471 + 0x8000) >> 16);
  }
  return out;
}

Picture to_rgb(const Picture& picture) {
  if (picture.channels == 3) return picture;
  Picture out(picture.width, picture.height, 3);
  for (size_t i = 0; i < out.pixels.size(); ++i) out.pixels[i] = picture.pixels[i / 3];
  return out;
}

Picture centre_square(const Picture& picture) {
  const int side = std::min(picture.width, picture.height);
  const int left = (picture.width - side) / 2, top = (picture.height - side) / 2;
  Picture out(side, side, picture.channels);
  for (int y = 0; y < side; ++y)
    std::memcpy(out.at(0, y), picture.at(left, top + y),
                static_cast<size_t>(side) * static_cast<size_t>(picture.channels));
  return out;
}

}  // namespace teasel
