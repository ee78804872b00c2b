// The aggregate posterior q(z) = 1/N sum_n q(z|x_n) of a table of Gaussian posteriors, evaluated over all its items.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace teasel {

// N posteriors with independent Gaussian latents: q(z_j|x_n) = N(mean[n, j], deviation[n, j]^2). Both [N, D],
// row-major.
struct PosteriorTable {
  std::span<const float> mean, deviation;
  int64_t n = 0, d = 0;
};

// Error where a mean is not finite or a deviation lies outside 1e-12..1e12, naming latent and item.
void check_posteriors(const PosteriorTable& table);

// Draws z ~ q(z|x), x uniform over the items with replacement.
struct PosteriorSamples {
  std::vector<int64_t> item;  // [S]
  std::vector<float> z;       // [S, D]
};
PosteriorSamples sample_posteriors(const PosteriorTable& table, int64_t count, uint64_t seed);

// Log densities at the samples, in nats, all [S, D]. Latents are taken in an order; column i belongs to its i-th latent
// o_i, and a prefix is the first i + 1 of them.
struct PosteriorDensities {
  int64_t samples = 0, n = 0, d = 0;
  std::vector<int64_t> order;    // [D]
  std::vector<double> given;     // ln q(z_{o_i} | x) for the item x that z was drawn from
  std::vector<double> marginal;  // ln q(z_{o_i})
  std::vector<double> prefix;    // ln q(z_{o_0}, ..., z_{o_i}); its last column is ln q(z); empty unless asked for
  std::vector<double> without;   // ln q of all latents but o_i; empty unless asked for
  std::vector<double> prior;     // ln N(z_{o_i}; 0, 1)
};

// Which densities are evaluated: single latents, and prefixes, and all but one.
enum class DensityParts { marginal, prefix, without };

// Exact: every sample meets every item, S N D densities and S N D exponentials for each of the parts (`prefix`: two,
// `without`: three). The densities are summed in single precision over 1,024 items at a time with a running maximum, in
// double precision over these; a log density is good to about 1e-5. Memory: 12 bytes for each item and latent. The
// numbers do not depend on how many threads there are. `order`: a permutation of 0..D-1; empty: as in the table.
PosteriorDensities posterior_densities(const PosteriorTable& table, const PosteriorSamples& samples,
                                       std::span<const int64_t> order = {}, DensityParts parts = DensityParts::prefix);

// The greatest difference of `densities` from the same sums done plainly in double precision, over the first `count`
// samples (nats): what holds the fast evaluation to its promise on the very table it is used on.
double density_error(const PosteriorTable& table, const PosteriorSamples& samples, const PosteriorDensities& densities,
                     int64_t count);

}  // namespace teasel
