#include "teasel/data/msd_paths.hpp"

#include <algorithm>

namespace teasel::msd_paths {

std::vector<int64_t> range(int64_t first, int64_t last, int64_t step) {
  std::vector<int64_t> out;
  for (int64_t i = first; step > 0 ? i <= last : i >= last; i += step) out.push_back(i);
  return out;
}

VideoFactor sizes(std::vector<int64_t> fast, int64_t classes, int64_t frames) {
  std::vector<int64_t> down_fast;
  for (int64_t number : fast) down_fast.push_back(classes - 1 - number);
  VideoFactor out{"scale", "scale", {}};
  for (const auto& numbers : {range(0, classes - 1, 1), range(classes - 1, 0, -1), fast, down_fast,
                              std::vector<int64_t>{0, classes - 1}, std::vector<int64_t>{classes - 1, 0}})
    out.paths.push_back(harmonic(numbers, frames));
  return out;
}

VideoFactor turns(int64_t classes, int64_t frames) {
  const std::vector<int64_t> forth = range(0, classes - 1, 2);
  std::vector<int64_t> back = forth;
  std::ranges::reverse(back.begin() + 1, back.end());
  return {"orientation", "orientation", {cyclic(forth, frames), cyclic({0}, frames), cyclic(back, frames)}};
}

Palette colours() {
  return {{47, 79, 79},  {255, 69, 0},   {255, 255, 0},  {0, 255, 127},  {0, 255, 255},
          {128, 0, 128}, {30, 144, 255}, {255, 20, 147}, {255, 222, 173}};
}

}  // namespace teasel::msd_paths
