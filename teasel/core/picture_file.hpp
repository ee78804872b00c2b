// Pictures of any kind that is read: PNG and JPEG, told by how they begin.
#pragma once
#include <filesystem>

#include "teasel/core/picture.hpp"

namespace teasel {

struct PictureSize {
  int width = 0, height = 0, channels = 0;  // channels: 1 (grey) or 3 (RGB), as it would be read
};

// From the header alone; the pixels may still be damaged. Error where it is neither PNG nor JPEG, or CMYK.
PictureSize read_picture_size(const std::filesystem::path& path);
// PNG as read_png reads it. JPEG: baseline and progressive, grey or colour (converted to RGB); the orientation that
// cameras note is left alone. Error where it is neither, ends too early or holds damaged data, and for CMYK.
Picture read_picture(const std::filesystem::path& path);

}  // namespace teasel
