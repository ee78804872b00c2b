// The vocabulary of latents: which blocks a model encodes to, and how each may be edited and drawn.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace teasel {

enum class LatentTime { item, frame, transition };  // [N, n], [N, T, n], [N, T-1, n]
enum class LatentLaw { gaussian, laplace, categorical, point };
enum class LatentRole {
  free,
  fixed,
  moving,
  unseen
};  // fixed, moving: claimed static, dynamic; unseen: not read by the decoder
enum class LatentBasis { common, batch, item };  // whose coordinates these are

// A named block of latents. A categorical block's location holds class probabilities.
struct LatentBlock {
  std::string name = "z";
  int64_t size = 0;
  LatentLaw law = LatentLaw::gaussian;
  LatentTime time = LatentTime::item;
  LatentRole role = LatentRole::free;
};

struct LatentLayout {
  std::vector<LatentBlock> blocks;
  LatentBasis basis = LatentBasis::common;
  bool prior = true;  // latents can be drawn from a prior
};

}  // namespace teasel
