#include "teasel/study/pictures.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <cmath>

#include "teasel/core/error.hpp"
#include "teasel/core/gif.hpp"
#include "teasel/core/random.hpp"

namespace teasel {
namespace {

// `count` items that differ in every factor: an even walk through a random order.
std::vector<int64_t> example_items(const Dataset& data, int64_t count) {
  std::vector<int64_t> items = data.split("all"), out;
  const Stream stream(0, "examples");
  for (int64_t i = 0; i < count; ++i)
    out.push_back(items[static_cast<size_t>(stream.below(static_cast<int64_t>(items.size()), i))]);
  return out;
}

std::vector<float> middle_factors(const DataSpec& spec) {
  std::vector<float> factors;
  for (auto& factor : spec.factors) factors.push_back(static_cast<float>(factor.classes() / 2));
  return factors;
}

}  // namespace

int64_t middle_item(const Dataset& data) {
  return data.find(middle_factors(data.spec())).value_or(data.spec().size / 2);
}

std::vector<int64_t> default_anchors(const Dataset& data) {
  const DataSpec& spec = data.spec();
  if (spec.name == "dsprites" && spec.full_grid && spec.size == 737280) return {87040, 332800, 578560};
  for (size_t f = 0; f < spec.factors.size(); ++f) {
    const FactorSpec& factor = spec.factors[f];
    if (factor.scale != FactorSpec::Scale::categorical || factor.classes() < 2 || factor.classes() > 5) continue;
    std::vector<int64_t> anchors;
    for (int64_t c = 0; c < factor.classes(); ++c) {
      std::vector<float> factors = middle_factors(spec);
      factors[f] = static_cast<float>(c);
      if (const auto item = data.find(factors)) anchors.push_back(*item);
    }
    if (!anchors.empty()) return anchors;
  }
  return {middle_item(data)};
}

RunPicture reconstruction_picture(const PictureSource& of, const PictureOptions& options) {
  const DataSpec& spec = of.data.spec();
  const Tensor pairs = reconstructions(of.model, of.data, example_items(of.data, options.examples), of.calibration);
  Grid grid;
  grid.scale = scale_for(spec);
  grid.rows = {{.label = "item", .tiles = tiles_of(pairs[0], spec, options.colours)},
               {.label = "decoded", .tiles = tiles_of(pairs[1], spec, options.colours)}};
  return {"reconstructions", "Items and what the decoder makes of their posterior means.", grid};
}

RunPicture sample_picture(const PictureSource& of, const PictureOptions& options) {
  const DataSpec& spec = of.data.spec();
  const Tensor images = samples(of.model, 2 * options.examples, options.seed);
  Grid grid;
  grid.scale = scale_for(spec);
  grid.rows = {{.label = "", .tiles = tiles_of(images.slice(0, 0, options.examples), spec, options.colours)},
               {.label = "", .tiles = tiles_of(images.slice(0, options.examples), spec, options.colours)}};
  return {"samples", "Decoded draws from the prior.", grid};
}

std::vector<RunPicture> position_maps(const PictureSource& of, const Codes& codes) {
  const DataSpec& spec = of.data.spec();
  const auto x = spec.factor_number("position_x"), y = spec.factor_number("position_y");
  if (!x || !y || spec.factors[*x].classes() < 2 || spec.factors[*y].classes() < 2) return {};
  const CodeTable table = pool(codes);
  const auto names = latent_names(of.model.latents());
  const int height = static_cast<int>(spec.factors[*y].classes()), width = static_cast<int>(spec.factors[*x].classes());
  const auto kl = mean_kl(of.model.latents(), codes);
  GridRow row;
  Grid grid;
  grid.scale = std::max(1, 72 / std::max(width, height));
  for (size_t latent : by_falling_kl(kl)) {
    const auto map = factor_map(table, static_cast<size_t>(names[latent].table), *y, *x);
    float limit = 1;  // one deviation of the prior, so that idle latents stay pale
    for (float v : map) limit = std::max(limit, std::abs(v));
    row.tiles.push_back(diverging_tile(map, height, width, limit));
    grid.columns.push_back(std::isnan(kl[latent]) ? names[latent].text
                                                  : fmt::format("{} KL {:.1f}", names[latent].text, kl[latent]));
  }
  grid.text_scale = 1;
  grid.rows.push_back(std::move(row));
  return {{"position_maps",
           "The mean of each latent over all items at each position (x to the right, y down): a latent that follows "
           "one position shows stripes, one that mixes both shows a slope, an idle one stays pale.",
           grid}};
}

std::vector<RunPicture> all_pictures(const PictureSource& of, const Codes& codes, const PictureOptions& options) {
  std::vector<RunPicture> pictures;
  const DataSpec& spec = of.data.spec();
  if (spec.modality != Modality::image) return pictures;
  const bool prior = of.model.latents().prior;
  PictureOptions moving = options, still = options;
  moving.from = still.from = TraverseFrom::posterior_mean;
  moving.bounce = true;
  if (still.items.empty()) still.items = {middle_item(of.data)};
  pictures.push_back(traversal_animation(of, codes, moving));
  if (prior) pictures.push_back(traversal_picture(of, codes, options));
  pictures.push_back(traversal_picture(of, codes, still));
  for (auto& map : position_maps(of, codes)) pictures.push_back(std::move(map));
  pictures.push_back(reconstruction_picture(of, options));
  if (prior) pictures.push_back(sample_picture(of, options));
  return pictures;
}

void write_picture(const std::filesystem::path& file, const RunPicture& picture) {
  if (file.extension() != ".gif") return write_png(file, draw_grid(picture.grid));
  const auto frames = draw_frames(picture.grid);
  if (frames.empty())
    throw Error("nothing moves in this picture, so it is no GIF", "Give --out a name that ends in .png.");
  write_gif(file, frames);
}

void write_pictures(const LoadedRun& run, const std::vector<RunPicture>& pictures) {
  for (auto& picture : pictures)
    write_picture(run.folder.images() / (run.named(picture.stem) + (frame_count(picture.grid) > 0 ? ".gif" : ".png")),
                  picture);
}

}  // namespace teasel
