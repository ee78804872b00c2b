// The pictures of a run: traversals, reconstructions, samples, position maps, curves.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "teasel/core/codes.hpp"
#include "teasel/explore/traverse.hpp"
#include "teasel/report/canvas.hpp"
#include "teasel/study/evaluate.hpp"

namespace teasel {

// A picture of a run: its file stem under images/, what it shows, and its tiles.
struct RunPicture {
  std::string stem, caption;
  Grid grid;
};

struct PictureOptions {
  TraverseOptions traverse;
  int64_t item = -1;      // the anchor of the posterior traversal; -1: the item in the middle of the factors' ranges
  int64_t examples = 12;  // of reconstructions and samples
};

// A traversal from the prior's mean and one from an item's posterior, rows by falling KL divergence.
RunPicture prior_traversal(const LoadedRun& run, const Codes& codes, const PictureOptions& options = {});
RunPicture posterior_traversal(const LoadedRun& run, const Codes& codes, const PictureOptions& options = {});
RunPicture reconstruction_picture(const LoadedRun& run, const PictureOptions& options = {});
RunPicture sample_picture(const LoadedRun& run, const PictureOptions& options = {});
// The mean of every latent over the two positions; nothing where the data set has no factors position_x and position_y.
std::vector<RunPicture> position_maps(const LoadedRun& run, const Codes& codes);
// All that this run can have.
std::vector<RunPicture> all_pictures(const LoadedRun& run, const Codes& codes, const PictureOptions& options = {});

// Writes images/STEM.png for each.
void write_pictures(const RunFolder& folder, const std::vector<RunPicture>& pictures);

// The item whose every factor has its middle class, or the middle item of a set that is no grid.
int64_t middle_item(const Dataset& data);

}  // namespace teasel
