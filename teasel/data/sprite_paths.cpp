#include "teasel/data/sprite_paths.hpp"

#include <algorithm>
#include <numeric>

namespace teasel::sprite_paths {
namespace {

// Moves the last n numbers to the front; the first -n to the end for n < 0.
void roll(std::vector<int64_t>& ring, int64_t n) {
  const auto size = static_cast<int64_t>(ring.size());
  std::ranges::rotate(ring, ring.begin() + ((-n % size) + size) % size);
}

FactorPath scale_path(PythonRandom& random) {
  std::vector<int64_t> ring{0, 1, 2, 3, 4, 5, 4, 3, 2, 1}, speeds{2, 1, 0, -1, -2, -1, 0, 1};
  roll(ring, random.below(6));
  roll(speeds, random.below(5));
  constexpr std::array<int64_t, 4> turns{0, 0, 1, -1};
  FactorPath out;
  for (int64_t t = 0; t < frames; ++t) {
    out.push_back(ring[0]);
    roll(ring, speeds[0]);
    roll(speeds, turns[random.below(4)]);
  }
  return out;
}

}  // namespace

Palette colours() { return {{102, 205, 170}, {255, 165, 0}, {0, 255, 0}, {0, 0, 255}, {30, 144, 255}, {255, 20, 147}}; }

std::vector<FactorPath> scales(PythonRandom& random) {
  std::vector<FactorPath> out;
  for (int i = 0; i < 10; ++i) out.push_back(scale_path(random));
  return out;
}

std::vector<int64_t> shuffled(int64_t size, PythonRandom& random) {
  std::vector<int64_t> out(static_cast<size_t>(size));
  std::iota(out.begin(), out.end(), 0);
  random.shuffle(out);
  return out;
}

}  // namespace teasel::sprite_paths
