// Moving pictures as GIF files.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "teasel/core/picture.hpp"

namespace teasel {

struct GifOptions {
  int delay = 10;  // of each frame, in hundredths of a second, 0 to 65535; viewers slow down what is below 2
  int loops = 0;   // how often the frames are repeated after the first time, up to 65535; 0: for ever, -1: not at all
};

// One animated GIF 89a with one palette for all frames. Up to 256 colours over all frames are kept exactly, which every
// set of grey frames does; more are reduced by giflib's median cut to 256. Of later frames only the rectangle that
// changes is stored. std::invalid_argument where there are no frames, they differ in size, are empty or larger than
// 65535 pixels, or an option is out of its range.
std::string encode_gif(const std::vector<Picture>& frames, const GifOptions& options = {});
void write_gif(const std::filesystem::path& path, const std::vector<Picture>& frames, const GifOptions& options = {});

}  // namespace teasel
