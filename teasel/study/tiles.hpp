// From images of a data set to tiles of pictures.
#pragma once
#include <ATen/core/Tensor.h>

#include <vector>

#include "teasel/core/item.hpp"
#include "teasel/report/canvas.hpp"

namespace teasel {

// How grey images are shown. Images of three channels always keep their colours.
enum class Colours { grey, viridis };

// image: [C, H, W] in the data's range; one channel is grey, three are RGB, of any other number the mean is shown.
Tile tile_of(const at::Tensor& image, const DataSpec& spec, Colours colours = Colours::grey);
// images: [N, C, H, W]
std::vector<Tile> tiles_of(const at::Tensor& images, const DataSpec& spec, Colours colours = Colours::grey);
// One tile that shows these images [N, C, H, W] one after the other, and the last where it cannot move. `bounce`: and
// back again, without repeating the ends.
Tile moving_tile(const at::Tensor& images, const DataSpec& spec, Colours colours = Colours::grey, bool bounce = false);

// Pixels of a picture for each pixel of an image: small images are shown larger.
int scale_for(const DataSpec& spec);

}  // namespace teasel
