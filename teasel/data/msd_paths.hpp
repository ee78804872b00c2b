// Movements that MSD-Benchmark's videos share.
#pragma once
#include <cstdint>
#include <vector>

#include "teasel/data/path_videos.hpp"

namespace teasel::msd_paths {

// The whole numbers first, first + step, .. up to or down to `last`.
std::vector<int64_t> range(int64_t first, int64_t last, int64_t step);
// Sizes that go up, down, up and down at twice the pace, and between the smallest and the largest, either first.
VideoFactor sizes(std::vector<int64_t> fast, int64_t classes, int64_t frames);
// Turns counter-clockwise by every second class, none, and clockwise.
VideoFactor turns(int64_t classes, int64_t frames);
// Nine named colours of CSS: dark slate grey, orange red, yellow, spring green, cyan, purple, dodger blue, deep pink
// and navajo white.
Palette colours();

}  // namespace teasel::msd_paths
