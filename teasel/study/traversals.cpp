// Traversals as pictures.
#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "teasel/core/error.hpp"
#include "teasel/models/gather.hpp"
#include "teasel/study/pictures.hpp"

namespace teasel {
namespace {

bool from_prior(TraverseFrom from) { return from == TraverseFrom::prior_mean || from == TraverseFrom::prior_sample; }

struct Anchor {
  std::string name;  // "item 87040", "class 2"; empty where there is one anchor only that needs none
  Latents latents;
  at::Tensor item;  // [C, H, W]; undefined from the prior
};

std::vector<Anchor> prior_anchors(const Model& model, const PictureOptions& options) {
  if (options.from == TraverseFrom::prior_sample) return {{"", prior_sample(model, options.seed), {}}};
  return {{"", prior_mean(model), {}}};
}

std::vector<Anchor> item_anchors(const PictureSource& of, const PictureOptions& options) {
  const Dataset& data = of.data;
  std::vector<Anchor> anchors;
  const Model& model = of.model;
  data.spec().check_items(options.items);
  for (int64_t item : options.items.empty() ? default_anchors(data) : options.items) {
    anchors.push_back({fmt::format("item {}", item),
                       options.from == TraverseFrom::posterior_sample
                           ? posterior_sample(model, data, item, options.seed, of.calibration)
                           : posterior_mean(model, data, item, of.calibration),
                       gather_batch(data, {"x"}, {item}, {})["x"][0]});
  }
  return anchors;
}

std::vector<Anchor> anchors_of(const PictureSource& of, const PictureOptions& options) {
  return from_prior(options.from) ? prior_anchors(of.model, options) : item_anchors(of, options);
}

// One anchor per class of the first categorical block; without one, the prior's mean.
std::vector<Anchor> class_anchors(const Model& model, const PictureOptions& options) {
  const auto& blocks = model.latents().blocks;
  const auto block = std::ranges::find(blocks, LatentLaw::categorical, &LatentBlock::law);
  if (block == blocks.end()) return prior_anchors(model, options);
  std::vector<Anchor> anchors;
  for (int64_t c = 0; c < block->size; ++c)
    anchors.push_back({fmt::format("{} = {}", block->name, c), prior_mean(model, c), {}});
  return anchors;
}

std::vector<TraverseAxis> axes_of(const LatentLayout& layout, const std::vector<double>& kl,
                                  const PictureOptions& options) {
  std::vector<TraverseAxis> axes;
  for (auto& name : options.latents) axes.push_back(traverse_axis(layout, name));
  if (!axes.empty()) return axes;
  return ranked_axes(layout, kl);
}

// What stands above the steps: values, or offsets with their sign.
std::vector<std::string> headings_of(const TraverseOptions& options, LatentLaw law = LatentLaw::gaussian) {
  const auto values = traverse_values(options, law);
  double gap = 1;
  for (size_t i = 1; i < values.size(); ++i) gap = std::min(gap, std::abs(values[i] - values[i - 1]));
  std::vector<std::string> texts;
  for (double v : values) {
    const std::string text = fmt::format(fmt::runtime(options.mode == TraverseMode::additive ? "{:+.{}f}" : "{:.{}f}"),
                                         v + 0.0, gap < 0.095 ? 2 : 1);
    texts.push_back(text == "-0.0" ? "0.0" : text == "-0.00" ? "0.00" : text);
  }
  return texts;
}

std::string sentence(const PictureOptions& options) {
  const bool prior = from_prior(options.from);
  const char* start = "";
  switch (options.from) {
    case TraverseFrom::prior_mean:
      start = "the prior's mean";
      break;
    case TraverseFrom::prior_sample:
      start = "a draw from the prior";
      break;
    case TraverseFrom::posterior_mean:
      start = "the posterior mean of an item";
      break;
    case TraverseFrom::posterior_sample:
      start = "a draw from the posterior of an item";
      break;
  }
  const char* how = "";
  switch (options.traverse.mode) {
    case TraverseMode::absolute:
      how = "is set to the values shown";
      break;
    case TraverseMode::additive:
      how = "is moved by the offsets shown";
      break;
    case TraverseMode::quantile:
      how = "is set to evenly spaced quantiles of the prior";
      break;
  }
  return fmt::format("From {}: one latent {}, all others stay{}.", start, how,
                     prior && options.from == TraverseFrom::prior_mean ? " 0" : "");
}

const char* stem_of(TraverseFrom from) { return from_prior(from) ? "traversal_prior" : "traversal_posterior"; }

// `words`: headings that may be wider than a tile.
Grid empty_grid(const PictureSource& of, bool words) {
  Grid grid;
  const DataSpec& spec = of.data.spec();
  grid.scale = scale_for(spec);
  grid.text_scale = words || grid.scale * spec.field("x").shape.back() < 60 ? 1 : 2;
  return grid;
}

// The item and what the decoder makes of the anchor.
std::vector<Tile> opening_tiles(const PictureSource& of, const Anchor& anchor, Colours colours) {
  const DataSpec& spec = of.data.spec();
  return {tile_of(anchor.item, spec, colours), tile_of(decoded(of.model, anchor.latents), spec, colours)};
}

void need_images(const PictureSource& of) {
  const DataSpec& spec = of.data.spec();
  if (spec.modality != Modality::image)
    throw Error("pictures are drawn of images, and these items are of kind " + name_of(spec.modality));
}

}  // namespace

RunPicture traversal_picture(const PictureSource& of, const Codes& codes, const PictureOptions& options) {
  need_images(of);
  const Model& model = of.model;
  const DataSpec& spec = of.data.spec();
  const auto kl = mean_kl(model.latents(), codes);
  const auto axes = axes_of(model.latents(), kl, options);
  const auto headings = headings_of(options.traverse);
  Grid grid = empty_grid(of, !from_prior(options.from));
  for (auto& anchor : anchors_of(of, options)) {
    const Tensor images = traverse(model, anchor.latents, axes, options.traverse);
    const size_t first = grid.rows.size();
    if (anchor.item.defined())
      grid.rows.push_back(
          {.label = "", .tiles = opening_tiles(of, anchor, options.colours), .columns = {"item", "decoded"}});
    const size_t strips = grid.rows.size();
    for (size_t a = 0; a < axes.size(); ++a)
      grid.rows.push_back(
          {.label = kl_label(axes[a], kl), .tiles = tiles_of(images[static_cast<int64_t>(a)], spec, options.colours)});
    grid.rows[first].heading = anchor.name;
    grid.rows[strips].columns = headings;
  }
  return {stem_of(options.from), sentence(options) + " Rows by falling KL divergence (nats).", std::move(grid)};
}

RunPicture traversal_animation(const PictureSource& of, const Codes& codes, const PictureOptions& options) {
  need_images(of);
  const Model& model = of.model;
  const DataSpec& spec = of.data.spec();
  const auto kl = mean_kl(model.latents(), codes);
  auto axes = axes_of(model.latents(), kl, options);
  const auto anchors =
      options.from == TraverseFrom::prior_mean ? class_anchors(model, options) : anchors_of(of, options);
  if (options.latents.empty() && from_prior(options.from) && anchors.size() > 1)
    std::erase_if(axes, [](auto& axis) { return axis.column < 0; });  // the rows show the classes
  Grid grid = empty_grid(of, true);
  if (!from_prior(options.from)) grid.columns = {"item", "decoded"};
  for (auto& axis : axes)
    grid.columns.push_back(std::isnan(kl[axis.latent]) ? axis.text
                                                       : fmt::format("{} KL={:.1f}", axis.text, kl[axis.latent]));
  for (auto& anchor : anchors) {
    GridRow row{.label = anchor.name, .tiles = {}};
    if (anchor.item.defined()) row.tiles = opening_tiles(of, anchor, options.colours);
    const Tensor images = traverse(model, anchor.latents, axes, options.traverse);
    for (int64_t a = 0; a < images.size(0); ++a)
      row.tiles.push_back(moving_tile(images[a], spec, options.colours, options.bounce));
    grid.rows.push_back(std::move(row));
  }
  const auto values = headings_of(options.traverse);
  return {std::string(stem_of(options.from)) + "_moving",
          sentence(options) + fmt::format(" Each tile runs from {} to {}; where nothing moves, it stands at the end.",
                                          values.front(), values.back()),
          std::move(grid)};
}

RunPicture pair_picture(const PictureSource& of, const std::string& down, const std::string& across,
                        const PictureOptions& options) {
  need_images(of);
  const Model& model = of.model;
  const TraverseAxis rows = traverse_axis(model.latents(), down), columns = traverse_axis(model.latents(), across);
  if (rows.block == columns.block && rows.column == columns.column)
    throw Error("a grid needs two latents, not " + down + " twice", "For example --pair z0,z3.");
  auto texts = [&](const TraverseAxis& axis) {
    if (axis.column >= 0) return headings_of(options.traverse, model.latents().blocks[axis.block].law);
    std::vector<std::string> classes;
    for (int64_t c = 0; c < axis.classes; ++c) classes.push_back(std::to_string(c));
    return classes;
  };
  const auto row_texts = texts(rows), column_texts = texts(columns);
  Grid grid = empty_grid(of, true);
  for (auto& anchor : anchors_of(of, options)) {
    const Tensor images = traverse_pair(model, anchor.latents, rows, columns, options.traverse);
    const size_t first = grid.rows.size();
    if (anchor.item.defined())
      grid.rows.push_back(
          {.label = "", .tiles = opening_tiles(of, anchor, options.colours), .columns = {"item", "decoded"}});
    const size_t strips = grid.rows.size();
    for (int64_t r = 0; r < images.size(0); ++r)
      grid.rows.push_back({.label = down + " = " + row_texts[static_cast<size_t>(r)],
                           .tiles = tiles_of(images[r], of.data.spec(), options.colours)});
    grid.rows[first].heading = anchor.name;
    grid.rows[strips].columns = column_texts;
    grid.rows[strips].columns[0] = across + " = " + column_texts[0];
  }
  return {std::string(stem_of(options.from)) + "_" + down + "_" + across,
          fmt::format("Two latents at once: {} from row to row, {} from column to column.", down, across),
          std::move(grid)};
}

}  // namespace teasel
