// Traversals: one latent moves, the others stay, the decoder shows what changes.
#pragma once
#include <string>
#include <vector>

#include "teasel/core/codes.hpp"
#include "teasel/data/dataset.hpp"
#include "teasel/models/model.hpp"

namespace teasel {

struct TraverseOptions {
  double low = -2, high = 2;  // values that the latent is set to (not added to), in its own units; a class is set to 1
  int64_t steps = 9;
};

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

// images: [latents, steps, item...] in the data's range, latents in the order of latent_names().
// From the prior: all other latents are 0, the prior's mean. Error where the model has no prior.
Tensor traverse_prior(const Model& model, const TraverseOptions& options = {});
// From the posterior of one item: all other latents are its means.
Tensor traverse_posterior(const Model& model, const Dataset& data, int64_t item,
                          const Model::Calibration& calibration = {}, const TraverseOptions& options = {});

// Items beside their reconstructions from the posterior means: [2, items, item...].
Tensor reconstructions(const Model& model, const Dataset& data, const std::vector<int64_t>& items,
                       const Model::Calibration& calibration = {});
// Items decoded from `count` draws of the prior. Error where the model has no prior.
Tensor samples(const Model& model, int64_t count, uint64_t seed);

// The mean of a latent over all codes that share the classes of two factors: [classes of row, classes of column], after
// Burgess et al. 2018, figure 3. A latent that follows one position shows stripes, one that mixes them diagonals.
std::vector<float> factor_map(const CodeTable& table, size_t latent, size_t row_factor, size_t column_factor);

}  // namespace teasel
