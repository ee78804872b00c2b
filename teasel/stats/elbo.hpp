// What the KL term of a variational autoencoder is made of, and how the information grows from latent to latent.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "teasel/stats/posterior_mixture.hpp"

namespace teasel {

// A mean over samples with its standard error (0: nothing was sampled).
struct Estimate {
  double value = 0, standard_error = 0;
};

// E_x KL(q(z|x) || p(z)) = I(x; z) + TC(z) + sum_j KL(q(z_j) || p(z_j)), p(z) standard normal; nats (Hoffman and
// Johnson 2016, "ELBO surgery"; Chen et al. 2018, "Isolating sources of disentanglement", equation 2).
struct ElboDecomposition {
  double kl = 0;                                                      // in closed form, over all items
  Estimate mutual_information, total_correlation, dimension_wise_kl;  // over the samples
  Estimate gap;                                                       // the three less `kl`
  Estimate residual;  // the same less what the choice of items explains: each sample beside its own item's KL; error in
                      // closed form
  double tolerance = 0;           // what |residual| stays below: six of its standard errors and what rounding may add
  double bound = 0;               // ln N: neither I(x; z) nor any of its samples is above it
  std::vector<double> latent_kl;  // [D] E_x KL(q(z_j|x) || p(z_j)), in closed form
  std::vector<Estimate> latent_mutual_information, latent_marginal_kl;  // [D] I(x; z_j) and KL(q(z_j) || p(z_j))
  double gaussian_total_correlation_of_means = 0;                       // of N(0, Cov(mean))
  double gaussian_total_correlation_of_samples = 0;  // of N(0, Cov(z)), z ~ q(z): Cov(mean) + E diag(deviation^2)
};

// E_x KL(q(z_j|x) || N(0, 1)) of every latent [D], in closed form over all items (Kingma and Welling 2014, appendix B).
std::vector<double> mean_kl(const PosteriorTable& table);

// `densities`: of `samples` of `table`, in any order of the latents.
ElboDecomposition decompose_elbo(const PosteriorTable& table, const PosteriorSamples& samples,
                                 const PosteriorDensities& densities);

// Whether the numbers can be right: |residual| <= tolerance, and no sample tells more of its item than ln N.
bool holds(const ElboDecomposition& decomposition, const PosteriorDensities& densities);

// The chain of total correlation (Jeong and Song 2019, propositions 1 and 2), latents in the order of `densities`:
// I(z_1..z_{i-1}; z_i) = TC(z_1..z_i) - TC(z_1..z_{i-1}), so that they sum to TC(z), and
// I(x; z_1..z_i) = I(x; z_1..z_{i-1}) + I(x; z_i) - I(z_1..z_{i-1}; z_i).
// The second holds because a posterior's latents are independent; where z_1 and z_2 depend on one another given x it
// fails: for x = z_1 XOR z_2 of two fair coins I(x; [z_1, z_2]) is ln 2, and the right side is 0.
struct Telescope {
  std::vector<int64_t> order;                // [D]
  std::vector<Estimate> latent_information;  // [D] I(x; z_i)
  std::vector<Estimate> shared;              // [D] I(z_1..z_{i-1}; z_i); the first is 0
  std::vector<Estimate> total_correlation;   // [D] TC(z_1..z_i)
  std::vector<Estimate> information;         // [D] I(x; z_1..z_i)
};
Telescope telescope(const PosteriorDensities& densities);

// Total correlation of a Gaussian with this covariance [D, D]: (sum_j ln S_jj - ln det S) / 2. Variables without any
// variance are left out. Where the earlier variables leave a variable less than `least_share` of its variance, or
// 1e-12, they determine it: infinite, or, with a `least_share` above 0, as if they left it that.
double gaussian_total_correlation(std::span<const double> covariance, int64_t d, double least_share = 0);

}  // namespace teasel
