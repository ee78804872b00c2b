// The pictures of a run: traversals, reconstructions, samples, position maps.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "teasel/core/codes.hpp"
#include "teasel/explore/traverse.hpp"
#include "teasel/report/canvas.hpp"
#include "teasel/study/evaluate.hpp"
#include "teasel/study/tiles.hpp"

namespace teasel {

// A picture of a run: its file stem under images/, what it shows, and its tiles, of which some may move.
struct RunPicture {
  std::string stem, caption;
  Grid grid;
};

// What pictures are drawn of: a run, or a model that is being trained.
struct PictureSource {
  const Model& model;
  const Dataset& data;
  const Model::Calibration& calibration;

  PictureSource(const Model& model, const Dataset& data, const Model::Calibration& calibration)
      : model(model), data(data), calibration(calibration) {}
  PictureSource(const LoadedRun& run) : PictureSource(*run.config.model, *run.config.data, run.calibration) {}
};

struct PictureOptions {
  TraverseFrom from = TraverseFrom::prior_mean;
  TraverseOptions traverse;
  std::vector<int64_t> items;        // anchors of traversals from a posterior; none: default_anchors()
  std::vector<std::string> latents;  // the latents that move ("z3"); none: all, by falling KL divergence
  uint64_t seed = 0;                 // of draws from the prior and posteriors
  bool bounce = false;               // animations run back again
  Colours colours = Colours::grey;
  int64_t examples = 12;  // of reconstructions and samples
};

// A traversal as strips: one row per latent, labelled with its mean KL divergence. From a posterior each anchor begins
// with the item and what the decoder makes of it. Error for items and latents that are not there.
RunPicture traversal_picture(const PictureSource& of, const Codes& codes, const PictureOptions& options = {});
// The same as moving tiles: a row per anchor, a column per latent. From the prior's mean of a model with a block of
// classes: a row per class, as Jeong and Song (2019) show it.
RunPicture traversal_animation(const PictureSource& of, const Codes& codes, const PictureOptions& options = {});
// Two latents at once, as a grid for each anchor: `down` from row to row, `across` from column to column.
RunPicture pair_picture(const PictureSource& of, const std::string& down, const std::string& across,
                        const PictureOptions& options = {});

RunPicture reconstruction_picture(const PictureSource& of, const PictureOptions& options = {});
RunPicture sample_picture(const PictureSource& of, const PictureOptions& options = {});
// The mean of every latent over the two positions; nothing where the data set has no factors position_x and position_y.
std::vector<RunPicture> position_maps(const PictureSource& of, const Codes& codes);
// All that this one can have.
std::vector<RunPicture> all_pictures(const PictureSource& of, const Codes& codes, const PictureOptions& options = {});

// A picture as a file: a GIF of all frames where the name ends in .gif, else a PNG. Error where a GIF is asked for and
// nothing moves.
void write_picture(const std::filesystem::path& file, const RunPicture& picture);
// Writes images/STEM.gif for what moves and images/STEM.png for the others; images/STEM_best.png and so on of other
// weights than the last.
void write_pictures(const LoadedRun& run, const std::vector<RunPicture>& pictures);

// The item whose every factor has its middle class, or the middle item of a set that is no grid.
int64_t middle_item(const Dataset& data);
// Where traversals from a posterior start. The whole of dSprites: a square, an ellipse and a heart, as 1Konny/Beta-VAE
// and FactorVAE do; other grids with up to five classes of their first categorical factor: the middle item in each;
// otherwise the middle item.
std::vector<int64_t> default_anchors(const Dataset& data);

}  // namespace teasel
