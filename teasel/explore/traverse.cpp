#include "teasel/explore/traverse.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "teasel/core/error.hpp"
#include "teasel/explore/encode.hpp"
#include "teasel/models/gather.hpp"
#include "teasel/models/host_context.hpp"

namespace teasel {

std::vector<LatentName> latent_names(const LatentLayout& layout) {
  std::vector<LatentName> names;
  int64_t table = 0;
  for (size_t b = 0; b < layout.blocks.size(); ++b) {
    const LatentBlock& block = layout.blocks[b];
    if (block.role != LatentRole::unseen)
      for (int64_t j = 0; j < block.size; ++j) names.push_back({b, j, table + j, block.name + std::to_string(j)});
    table += block.size;
  }
  return names;
}

std::vector<double> mean_kl(const LatentLayout& layout, const Codes& codes) {
  const auto samples = static_cast<size_t>(codes.samples);
  const size_t columns = samples ? codes.kl.size() / samples : 0;
  std::vector<double> mean(columns);
  for (size_t i = 0; i < samples; ++i)
    for (size_t j = 0; j < columns; ++j) mean[j] += codes.kl[i * columns + j] / static_cast<double>(samples);
  // Only some blocks have columns among the KL divergences.
  std::vector<size_t> first(codes.blocks.size(), columns);
  for (size_t b = 0, next = 0; b < codes.blocks.size(); ++b)
    if (has_kl(codes.blocks[b])) first[b] = next, next += static_cast<size_t>(codes.blocks[b].about.size);
  std::vector<double> out;
  for (auto& name : latent_names(layout)) {
    const size_t column = name.block < first.size() ? first[name.block] + static_cast<size_t>(name.column) : columns;
    out.push_back(column < columns ? mean[column] : std::nan(""));
  }
  return out;
}

std::vector<size_t> by_falling_kl(const std::vector<double>& kl) {
  std::vector<size_t> order(kl.size());
  std::iota(order.begin(), order.end(), size_t{0});
  auto rank = [&](size_t i) { return std::isnan(kl[i]) ? -1.0 : kl[i]; };
  std::ranges::stable_sort(order, [&](size_t a, size_t b) { return rank(a) > rank(b); });
  return order;
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

Tensor traverse(const Model& model, const Latents& anchor, const TraverseOptions& options) {
  c10::NoGradGuard no_gradients;
  const auto names = latent_names(model.latents());
  std::vector<Tensor> rows;
  const Tensor values = options.steps == 1 ? at::full({1}, options.low, at::kFloat)
                                           : at::linspace(options.low, options.high, options.steps, at::kFloat);
  for (auto& name : names) {
    Latents moved = repeated(anchor, options.steps);
    Tensor& block = moved.location[name.block];
    Tensor column = block.select(-1, name.column);
    if (model.latents().blocks[name.block].law == LatentLaw::categorical) {
      block.zero_();
      column.fill_(1);
    } else {
      column.copy_(block.dim() == 2 ? values : values.unsqueeze(1).expand_as(column));
    }
    rows.push_back(model.decode(moved));
  }
  return at::stack(rows);
}

void need_prior(const Model& model) {
  if (!model.latents().prior)
    throw Error("this model has no prior to draw from", "Use a traversal from the posterior of an item.");
}

}  // namespace

Tensor traverse_prior(const Model& model, const TraverseOptions& options) {
  need_prior(model);
  Latents anchor;
  for (auto& block : model.latents().blocks) {
    Tensor centre = at::zeros({1, block.size}, at::kFloat);
    if (block.law == LatentLaw::categorical) centre.select(1, 0).fill_(1);
    anchor.location.push_back(centre);
    anchor.spread.emplace_back();
  }
  return traverse(model, anchor, options);
}

Tensor traverse_posterior(const Model& model, const Dataset& data, int64_t item, const Model::Calibration& calibration,
                          const TraverseOptions& options) {
  c10::NoGradGuard no_gradients;
  return traverse(model, model.encode(gather_batch(data, model.fields(), {item}, {}), calibration), options);
}

Tensor reconstructions(const Model& model, const Dataset& data, const std::vector<int64_t>& items,
                       const Model::Calibration& calibration) {
  c10::NoGradGuard no_gradients;
  const Batch batch = gather_batch(data, model.fields(), items, {});
  return at::stack({batch["x"], model.decode(model.encode(batch, calibration))});
}

Tensor samples(const Model& model, int64_t count, uint64_t seed) {
  c10::NoGradGuard no_gradients;
  need_prior(model);
  HostContext context(seed, /*training=*/false);
  const auto drawn = model.sample(count, context);
  if (!drawn) throw Error("this model cannot sample from its prior");
  return model.decode(*drawn);
}

std::vector<float> factor_map(const CodeTable& table, size_t latent, size_t row_factor, size_t column_factor) {
  const auto rows = static_cast<size_t>(table.factors[row_factor].classes()),
             columns = static_cast<size_t>(table.factors[column_factor].classes());
  std::vector<double> sum(rows * columns);
  std::vector<int64_t> count(rows * columns);
  for (int64_t i = 0; i < table.n; ++i) {
    const float* y = table.y.data() + i * table.k;
    const size_t cell = static_cast<size_t>(y[row_factor]) * columns + static_cast<size_t>(y[column_factor]);
    sum[cell] += table.z[static_cast<size_t>(i * table.d) + latent];
    ++count[cell];
  }
  std::vector<float> mean(sum.size());
  for (size_t c = 0; c < sum.size(); ++c)
    mean[c] = static_cast<float>(count[c] ? sum[c] / static_cast<double>(count[c]) : 0);
  return mean;
}

}  // namespace teasel
