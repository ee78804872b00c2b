// What Sequential and Moving dSprites share: colours, and paths of sizes drawn by Python's generator.
#pragma once
#include <vector>

#include "teasel/data/path_videos.hpp"
#include "teasel/data/python_random.hpp"

namespace teasel::sprite_paths {

inline constexpr int64_t frames = 8;
inline constexpr uint32_t seed = 42;

// Six colours.
Palette colours();
// Ten walks over the six sizes of dSprites: up and down a ring of sizes, at speeds that themselves walk along a ring.
// Several are nearly the same (the seventh and the eighth), which limits what a classifier of them can reach.
std::vector<FactorPath> scales(PythonRandom& random);
// The grid of these class counts, row-major, in a random order.
std::vector<int64_t> shuffled(int64_t size, PythonRandom& random);

}  // namespace teasel::sprite_paths
