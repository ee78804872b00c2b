#include "teasel/explore/traverse.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "teasel/core/error.hpp"
#include "teasel/core/random.hpp"
#include "teasel/models/gather.hpp"
#include "teasel/models/host_context.hpp"

namespace teasel {

const std::vector<TraverseStyle>& traverse_styles() {
  using enum TraverseMode;
  using enum TraverseFrom;
  static const std::vector<TraverseStyle> styles{
      {"cascade_vae",
       "Jeong and Song 2019: one latent sweeps [-1, 1), the others are 0",
       prior_mean,
       {absolute, -1, 1, 50, true}},
      {"konny",
       "1Konny/Beta-VAE and FactorVAE: anchors' means, one latent replaced by -3 to 3",
       posterior_mean,
       {absolute, -3, 3, 10}},
      {"joint_vae",
       "Dupont 2018: quantiles of the prior from .05 to .95, the others are 0",
       prior_mean,
       {quantile, 0.05, 0.95, 10}},
      {"disentangling_vae", "Dubois 2019: -2 to 2, the others are 0", prior_mean, {absolute, -2, 2, 9}},
      {"nar",
       "few-shot NAR with FactorVAE: -.5 to .5 is added to an item's mean",
       posterior_mean,
       {additive, -0.5, 0.5, 11}},
      {"nar_positive",
       "few-shot NAR with FactorVAE: 0 to 1 is added to an item's mean",
       posterior_mean,
       {additive, 0, 1, 11}}};
  return styles;
}

const TraverseStyle& traverse_style(const std::string& name) {
  std::vector<std::string> names;
  for (auto& style : traverse_styles()) {
    if (style.name == name) return style;
    names.push_back(style.name);
  }
  throw_unknown_name("traversal style", name, names);
}

std::vector<double> traverse_points(const TraverseOptions& options) {
  const int64_t gaps = std::max<int64_t>(options.open_end ? options.steps : options.steps - 1, 1);
  std::vector<double> points;
  for (int64_t s = 0; s < options.steps; ++s)
    points.push_back(options.low + (options.high - options.low) * static_cast<double>(s) / static_cast<double>(gaps));
  return points;
}

std::vector<double> traverse_values(const TraverseOptions& options, LatentLaw law) {
  if (!std::isfinite(options.low) || !std::isfinite(options.high))
    throw Error("a traversal cannot run to infinity", "Choose finite ends, such as -2 and 2.");
  std::vector<double> values = traverse_points(options);
  if (options.mode != TraverseMode::quantile) return values;
  if (law != LatentLaw::gaussian)
    throw Error("only Gaussian latents have quantiles of a standard normal prior", "Use absolute or additive values.");
  for (double& p : values) {
    if (!(p > 0 && p < 1))
      throw Error(fmt::format("the quantile at {} is infinite", p), "Choose both ends between 0 and 1: .05 and .95.");
    p = at::special_ndtri(at::scalar_tensor(p, at::kDouble)).item<double>();
  }
  return values;
}

std::vector<TraverseAxis> traverse_axes(const LatentLayout& layout) {
  std::vector<TraverseAxis> axes;
  const auto names = latent_names(layout);
  for (size_t i = 0; i < names.size(); ++i) {
    const LatentBlock& block = layout.blocks[names[i].block];
    if (block.law != LatentLaw::categorical)
      axes.push_back({names[i].block, names[i].column, names[i].text, 0, i});
    else if (names[i].column == 0)
      axes.push_back({names[i].block, -1, block.name, block.size, i});
  }
  return axes;
}

TraverseAxis traverse_axis(const LatentLayout& layout, const std::string& name) {
  std::vector<std::string> names;
  for (auto& axis : traverse_axes(layout)) {
    if (axis.text == name) return axis;
    names.push_back(axis.text);
  }
  throw_unknown_name("latent", name, names);
}

namespace {

// Repeats every tensor of one item's latents `count` times.
Latents repeated(const Latents& one, int64_t count) {
  auto repeat = [count](const std::vector<Tensor>& tensors) {
    std::vector<Tensor> out;
    for (auto& t : tensors) out.push_back(t.defined() ? t.repeat_interleave(count, 0) : t);
    return out;
  };
  return {repeat(one.location), repeat(one.spread), repeat(one.carrier),
          one.unit.defined() ? one.unit.repeat_interleave(count, 0) : one.unit};
}

// The values of an axis at its steps; class numbers on an axis of classes.
std::vector<double> steps_of(const LatentLayout& layout, const TraverseAxis& axis, const TraverseOptions& options,
                             bool each_class) {
  if (axis.column >= 0) return traverse_values(options, layout.blocks[axis.block].law);
  std::vector<double> classes;
  for (int64_t s = 0; s < (each_class ? axis.classes : options.steps); ++s)
    classes.push_back(static_cast<double>(s % axis.classes));
  return classes;
}

// Moves one axis of every item; values: one for each item. Latents of frames move in all frames alike.
void move(Latents& latents, const TraverseAxis& axis, const std::vector<double>& values, TraverseMode mode) {
  Tensor& block = latents.location[axis.block];
  const auto by_item = at::tensor(values, at::kDouble);
  auto as_column = [&](const Tensor& numbers) {
    return block.dim() == 2 ? numbers.unsqueeze(1) : numbers.view({-1, 1, 1}).expand({-1, block.size(1), 1});
  };
  if (axis.column < 0) {
    block.zero_();
    block.scatter_(-1, as_column(by_item.to(at::kLong)), 1);
    return;
  }
  Tensor column = block.narrow(-1, axis.column, 1);
  if (mode == TraverseMode::additive)
    column.add_(as_column(by_item.to(block.scalar_type())));
  else
    column.copy_(as_column(by_item.to(block.scalar_type())));
}

void need_prior(const Model& model) {
  if (!model.latents().prior)
    throw Error("this model has no prior to draw from", "Use a traversal from the posterior of an item.");
}

// Uniform numbers for a block of one item: [n] or [T, n], like `shape`.
Tensor uniform_like(const Tensor& one, const Stream& stream, int64_t item) {
  std::vector<float> numbers(static_cast<size_t>(one.numel()));
  stream.uniform(item, one.numel(), numbers);
  return at::tensor(numbers, at::kFloat).view_as(one);
}

// A draw from the law of a block, given its location and spread.
Tensor drawn(LatentLaw law, const Tensor& location, const Tensor& spread, const Stream& stream, int64_t item) {
  if (law == LatentLaw::categorical) {
    const Tensor u = uniform_like(location.select(-1, 0), stream, item).unsqueeze(-1);
    const Tensor below = (location.cumsum(-1) <= u).sum(-1, true).clamp_max(location.size(-1) - 1);
    return at::zeros_like(location).scatter_(-1, below, 1);
  }
  if (law == LatentLaw::point || !spread.defined()) return location;
  const Tensor u = uniform_like(location, stream, item);
  if (law == LatentLaw::gaussian) return location + spread * at::special_ndtri(u);
  // A Laplace law of scale b has a standard deviation of b times the root of 2.
  const Tensor centred = u - 0.5;
  return location - spread / std::sqrt(2.0) * centred.sign() * at::log1p(-2 * centred.abs());
}

}  // namespace

Latents prior_mean(const Model& model, int64_t category) {
  need_prior(model);
  Latents anchor;
  for (auto& block : model.latents().blocks) {
    Tensor centre = at::zeros({1, block.size}, at::kFloat);
    if (block.law == LatentLaw::categorical) centre.select(1, category % block.size).fill_(1);
    anchor.location.push_back(centre);
    anchor.spread.emplace_back();
  }
  return anchor;
}

Latents prior_sample(const Model& model, uint64_t seed, int64_t count) {
  c10::NoGradGuard no_gradients;
  need_prior(model);
  HostContext context(seed, /*training=*/false);
  auto drawn = model.sample(count, context);
  if (!drawn) throw Error("this model cannot sample from its prior");
  return std::move(*drawn);
}

Latents posterior_mean(const Model& model, const Dataset& data, int64_t item, const Model::Calibration& calibration) {
  c10::NoGradGuard no_gradients;
  return model.encode(gather_batch(data, model.fields(), {item}, {}), calibration);
}

Latents posterior_sample(const Model& model, const Dataset& data, int64_t item, uint64_t seed,
                         const Model::Calibration& calibration) {
  c10::NoGradGuard no_gradients;
  Latents latents = posterior_mean(model, data, item, calibration);
  const auto& blocks = model.latents().blocks;
  for (size_t b = 0; b < blocks.size(); ++b)
    latents.location[b] =
        drawn(blocks[b].law, latents.location[b], b < latents.spread.size() ? latents.spread[b] : Tensor(),
              Stream(seed, "posterior sample/" + blocks[b].name), item);
  return latents;
}

Tensor traverse(const Model& model, const Latents& anchor, const std::vector<TraverseAxis>& axes,
                const TraverseOptions& options) {
  c10::NoGradGuard no_gradients;
  std::vector<Tensor> rows;
  for (auto& axis : axes) {
    Latents moved = repeated(anchor, options.steps);
    move(moved, axis, steps_of(model.latents(), axis, options, false), options.mode);
    rows.push_back(model.decode(moved));
  }
  return at::stack(rows);
}

Tensor traverse_pair(const Model& model, const Latents& anchor, const TraverseAxis& down, const TraverseAxis& across,
                     const TraverseOptions& options) {
  c10::NoGradGuard no_gradients;
  const auto rows = steps_of(model.latents(), down, options, true),
             columns = steps_of(model.latents(), across, options, true);
  std::vector<double> row_of, column_of;
  for (double row : rows)
    for (double column : columns) row_of.push_back(row), column_of.push_back(column);
  Latents moved = repeated(anchor, std::ssize(row_of));
  move(moved, down, row_of, options.mode);
  move(moved, across, column_of, options.mode);
  return model.decode(moved).unflatten(0, {std::ssize(rows), std::ssize(columns)});
}

Tensor decoded(const Model& model, const Latents& anchor) {
  c10::NoGradGuard no_gradients;
  return model.decode(anchor)[0];
}

Tensor reconstructions(const Model& model, const Dataset& data, const std::vector<int64_t>& items,
                       const Model::Calibration& calibration) {
  c10::NoGradGuard no_gradients;
  const Batch batch = gather_batch(data, model.fields(), items, {});
  return at::stack({batch["x"], model.decode(model.encode(batch, calibration))});
}

Tensor samples(const Model& model, int64_t count, uint64_t seed) {
  c10::NoGradGuard no_gradients;
  return model.decode(prior_sample(model, seed, count));
}

}  // namespace teasel
