#include "teasel/study/pictures.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <cmath>

#include "teasel/core/random.hpp"

namespace teasel {
namespace {

// image [C, H, W] in the data's range.
Tile tile_of(const Tensor& image, const DataSpec& spec) {
  const Tensor unit = ((image.detach().cpu().to(at::kFloat) - spec.low) / (spec.high - spec.low)).contiguous();
  const float* values = unit.const_data_ptr<float>();
  return {.channels = static_cast<int>(unit.size(0)),
          .height = static_cast<int>(unit.size(1)),
          .width = static_cast<int>(unit.size(2)),
          .values = std::vector<float>(values, values + unit.numel())};
}

std::vector<Tile> tiles_of(const Tensor& images, const DataSpec& spec) {
  std::vector<Tile> tiles;
  for (int64_t i = 0; i < images.size(0); ++i) tiles.push_back(tile_of(images[i], spec));
  return tiles;
}

// Pixels of the picture for each pixel of an image: small images are shown larger.
int scale_for(const DataSpec& spec) { return spec.field("x").shape.back() <= 32 ? 2 : 1; }

Grid traversal_grid(const LoadedRun& run, const Codes& codes, const Tensor& images, const TraverseOptions& options) {
  const auto names = latent_names(run.config.model->latents());
  const auto kl = mean_kl(run.config.model->latents(), codes);
  Grid grid;
  grid.scale = scale_for(run.config.data->spec());
  for (int64_t s = 0; s < options.steps; ++s)
    grid.columns.push_back(
        fmt::format("{:.1f}", options.low + (options.high - options.low) * static_cast<double>(s) /
                                                static_cast<double>(std::max<int64_t>(options.steps - 1, 1))));
  for (size_t latent : by_falling_kl(kl))
    grid.rows.push_back({.label = std::isnan(kl[latent]) ? names[latent].text
                                                         : fmt::format("{}  KL {:.2f}", names[latent].text, kl[latent]),
                         .tiles = tiles_of(images[static_cast<int64_t>(latent)], run.config.data->spec())});
  return grid;
}

// `count` items that differ in every factor: an even walk through a random order.
std::vector<int64_t> example_items(const Dataset& data, int64_t count) {
  std::vector<int64_t> items = data.split("all"), out;
  const Stream stream(0, "examples");
  for (int64_t i = 0; i < count; ++i)
    out.push_back(items[static_cast<size_t>(stream.below(static_cast<int64_t>(items.size()), i))]);
  return out;
}

std::optional<size_t> factor_number(const DataSpec& spec, const std::string& name) {
  for (size_t f = 0; f < spec.factors.size(); ++f)
    if (spec.factors[f].name == name && spec.factors[f].classes() > 1) return f;
  return {};
}

}  // namespace

int64_t middle_item(const Dataset& data) {
  std::vector<float> factors;
  for (auto& factor : data.spec().factors) factors.push_back(static_cast<float>(factor.classes() / 2));
  return data.find(factors).value_or(data.spec().size / 2);
}

RunPicture prior_traversal(const LoadedRun& run, const Codes& codes, const PictureOptions& options) {
  const Tensor images = traverse_prior(*run.config.model, options.traverse);
  return {"traversal_prior",
          "Traversal from the prior's mean: each row sets one latent to the value above and leaves all others at 0. "
          "Rows by falling KL divergence (nats).",
          traversal_grid(run, codes, images, options.traverse)};
}

RunPicture posterior_traversal(const LoadedRun& run, const Codes& codes, const PictureOptions& options) {
  const int64_t item = options.item >= 0 ? options.item : middle_item(*run.config.data);
  const Tensor images =
      traverse_posterior(*run.config.model, *run.config.data, item, run.calibration, options.traverse);
  return {"traversal_posterior",
          fmt::format("Traversal from the posterior of item {}: each row sets one latent to the value above and leaves "
                      "all others at the item's means.",
                      item),
          traversal_grid(run, codes, images, options.traverse)};
}

RunPicture reconstruction_picture(const LoadedRun& run, const PictureOptions& options) {
  const DataSpec& spec = run.config.data->spec();
  const Tensor pairs = reconstructions(*run.config.model, *run.config.data,
                                       example_items(*run.config.data, options.examples), run.calibration);
  Grid grid;
  grid.scale = scale_for(spec);
  grid.rows = {{.label = "item", .tiles = tiles_of(pairs[0], spec)},
               {.label = "decoded", .tiles = tiles_of(pairs[1], spec)}};
  return {"reconstructions", "Items and what the decoder makes of their posterior means.", grid};
}

RunPicture sample_picture(const LoadedRun& run, const PictureOptions& options) {
  const DataSpec& spec = run.config.data->spec();
  const Tensor images = samples(*run.config.model, 2 * options.examples, 0);
  Grid grid;
  grid.scale = scale_for(spec);
  grid.rows = {{.label = "", .tiles = tiles_of(images.slice(0, 0, options.examples), spec)},
               {.label = "", .tiles = tiles_of(images.slice(0, options.examples), spec)}};
  return {"samples", "Decoded draws from the prior.", grid};
}

std::vector<RunPicture> position_maps(const LoadedRun& run, const Codes& codes) {
  const DataSpec& spec = run.config.data->spec();
  const auto x = factor_number(spec, "position_x"), y = factor_number(spec, "position_y");
  if (!x || !y) return {};
  const CodeTable table = pool(codes);
  const auto names = latent_names(run.config.model->latents());
  const int height = static_cast<int>(spec.factors[*y].classes()), width = static_cast<int>(spec.factors[*x].classes());
  const auto kl = mean_kl(run.config.model->latents(), codes);
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

std::vector<RunPicture> all_pictures(const LoadedRun& run, const Codes& codes, const PictureOptions& options) {
  std::vector<RunPicture> pictures;
  const Modality modality = run.config.data->spec().modality;
  if (modality != Modality::image) return pictures;
  if (run.config.model->latents().prior) pictures.push_back(prior_traversal(run, codes, options));
  pictures.push_back(posterior_traversal(run, codes, options));
  for (auto& map : position_maps(run, codes)) pictures.push_back(std::move(map));
  pictures.push_back(reconstruction_picture(run, options));
  if (run.config.model->latents().prior) pictures.push_back(sample_picture(run, options));
  return pictures;
}

void write_pictures(const RunFolder& folder, const std::vector<RunPicture>& pictures) {
  for (auto& picture : pictures) write_png(folder.images() / (picture.stem + ".png"), draw_grid(picture.grid));
}

}  // namespace teasel
