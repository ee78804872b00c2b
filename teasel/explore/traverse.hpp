// Traversals: one latent moves, the others stay, the decoder shows what changes.
#pragma once
#include <string>
#include <vector>

#include "teasel/core/codes.hpp"
#include "teasel/data/dataset.hpp"
#include "teasel/models/model.hpp"

namespace teasel {

// How the values of a latent along a traversal are chosen.
enum class TraverseMode {
  absolute,  // it is set to values from `low` to `high`, in its own units (Burgess et al. 2018)
  additive,  // `low` to `high` is added to the anchor's value
  quantile  // it is set to the prior's inverse distribution function at the probabilities `low` to `high` (Dupont 2018)
};

// What a traversal starts from: the other latents keep the anchor's values.
enum class TraverseFrom { prior_mean, prior_sample, posterior_mean, posterior_sample };

struct TraverseOptions {
  TraverseMode mode = TraverseMode::absolute;
  double low = -2, high = 2;  // in (0, 1) for quantiles
  int64_t steps = 9;
  bool open_end = false;  // the steps end one short of `high`
};

// A published way to traverse, by name.
struct TraverseStyle {
  std::string name, source;
  TraverseFrom from = TraverseFrom::prior_mean;
  TraverseOptions options;
};
const std::vector<TraverseStyle>& traverse_styles();
// The style called `name`; Error with the nearest otherwise.
const TraverseStyle& traverse_style(const std::string& name);

// The steps from `low` to `high`, evenly spaced: values, offsets or probabilities. One step is `low`.
std::vector<double> traverse_points(const TraverseOptions& options);
// What a continuous latent is set to or moved by at each step: the points themselves, or for quantiles the standard
// normal's inverse distribution function of them. Error where the ends of a quantile traversal leave (0, 1), and for
// quantiles of a law whose prior is not known to be standard normal.
std::vector<double> traverse_values(const TraverseOptions& options, LatentLaw law = LatentLaw::gaussian);

// A latent that decoding reads.
struct LatentName {
  size_t block = 0;    // of the layout
  int64_t column = 0;  // of the block
  int64_t table = 0;   // column of the table that codes are pooled to
  std::string text;    // "z3"
};
// All of them, in the order of the layout.
std::vector<LatentName> latent_names(const LatentLayout& layout);

// The mean KL divergence over the codes of every latent of latent_names(), nats: a measure of how much each tells. NaN
// where a latent has none.
std::vector<double> mean_kl(const LatentLayout& layout, const Codes& codes);
// The latents by falling KL divergence, those without at the end: 3, 0, 7, ...
std::vector<size_t> by_falling_kl(const std::vector<double>& kl);

// What a traversal moves: one continuous latent, or all the classes of a categorical block.
struct TraverseAxis {
  size_t block = 0;     // of the layout
  int64_t column = 0;   // of the block; -1: its classes
  std::string text;     // "z3", or the block's name
  int64_t classes = 0;  // of a categorical block
  size_t latent = 0;    // among latent_names(): the latent, or the first of the block
};
// All of them, in the order of the layout.
std::vector<TraverseAxis> traverse_axes(const LatentLayout& layout);
// The axis called `name` ("z3"); Error with the nearest otherwise.
TraverseAxis traverse_axis(const LatentLayout& layout, const std::string& name);
// All of them by falling KL divergence (mean_kl), those without at the end.
std::vector<TraverseAxis> ranked_axes(const LatentLayout& layout, const std::vector<double>& kl);
// "z3  KL=1.25"; the name alone where there is none.
std::string kl_label(const TraverseAxis& axis, const std::vector<double>& kl);

// Anchors, one item each. From the prior: Error where the model has none.
// The mean: continuous latents are 0, categorical blocks are of class `category` (modulo their number of classes).
Latents prior_mean(const Model& model, int64_t category = 0);
Latents prior_sample(const Model& model, uint64_t seed, int64_t count = 1);
Latents posterior_mean(const Model& model, const Dataset& data, int64_t item,
                       const Model::Calibration& calibration = {});
// A draw from q(z | item): Gaussian and Laplace latents by their spreads, classes by their probabilities; points stay.
Latents posterior_sample(const Model& model, const Dataset& data, int64_t item, uint64_t seed,
                         const Model::Calibration& calibration = {});

// Decoded along each axis in turn: [axes, steps, item...], in the data's range. At step i a categorical block has class
// i modulo its number of classes.
Tensor traverse(const Model& model, const Latents& anchor, const std::vector<TraverseAxis>& axes,
                const TraverseOptions& options = {});
// Decoded over two axes at once: [steps of `down`, steps of `across`, item...]. An axis of classes has a step for each.
Tensor traverse_pair(const Model& model, const Latents& anchor, const TraverseAxis& down, const TraverseAxis& across,
                     const TraverseOptions& options = {});
// One item from one item's latents: [item...].
Tensor decoded(const Model& model, const Latents& anchor);

// Items beside their reconstructions from the posterior means: [2, items, item...].
Tensor reconstructions(const Model& model, const Dataset& data, const std::vector<int64_t>& items,
                       const Model::Calibration& calibration = {});
// Items decoded from `count` draws of the prior. Error where the model has no prior.
Tensor samples(const Model& model, int64_t count, uint64_t seed);

// The mean of a latent over all codes that share the classes of two factors: [classes of row, classes of column], after
// Burgess et al. 2018, figure 3. A latent that follows one position shows stripes, one that mixes them diagonals.
std::vector<float> factor_map(const CodeTable& table, size_t latent, size_t row_factor, size_t column_factor);

// How far the posterior means of a latent spread, and how wide the posteriors are: an idle latent has means that hardly
// vary and a posterior as wide as the prior, one that tells much has it the other way round. NaN without spreads.
struct LatentMoments {
  double mean_variance = 0;       // of the means over all codes
  double posterior_variance = 0;  // mean over all codes
};
// For every latent of latent_names().
std::vector<LatentMoments> latent_moments(const LatentLayout& layout, const CodeTable& table);

}  // namespace teasel
