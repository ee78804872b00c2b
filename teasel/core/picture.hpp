// Pictures in memory and PNG files.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace teasel {

// An 8-bit picture, row-major, channels interleaved: 1 (grey) or 3 (RGB).
struct Picture {
  int width = 0, height = 0, channels = 1;
  std::vector<uint8_t> pixels;

  Picture() = default;
  Picture(int width, int height, int channels, uint8_t fill = 0);
  uint8_t* at(int x, int y) { return pixels.data() + (static_cast<size_t>(y) * width + x) * channels; }
  const uint8_t* at(int x, int y) const { return pixels.data() + (static_cast<size_t>(y) * width + x) * channels; }
};

std::string encode_png(const Picture& picture);
void write_png(const std::filesystem::path& path, const Picture& picture);
// Reads 8-bit grey or RGB; palettes and 16 bits are converted, transparency is laid on white. Gamma is left alone: the
// bytes are those of the file. Error where it is no PNG.
Picture read_png(const std::filesystem::path& path);
// The same for the content of a file; messages name `path`.
Picture decode_png(std::string_view content, const std::filesystem::path& path);

}  // namespace teasel
