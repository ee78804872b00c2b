// Correlations of latents with factors, also with cyclic ones and those of which some values are not known.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "teasel/core/codes.hpp"

namespace teasel {

// The angle (radians) of a value of a cyclic factor. A continuous one is an angle; class c of n stands for 2 pi c / n,
// or, where the values of the first and the last class lie one turn apart (2 pi or 360), for 2 pi c / (n - 1).
double factor_angle(const FactorSpec& factor, double value);

// Correlations [D, K] of all latents with these factors, each over the items whose value is known: Pearson's, or of the
// ranks (Spearman's), signed. Of a cyclic factor, with `cyclic`, the multiple correlation of the latents, or of their
// ranks, with its cosine and sine: 0 to 1. 0 for a latent that is constant, and for all other factors.
std::vector<double> correlations(const CodeTable& table, std::span<const int64_t> factors, bool ranks, bool cyclic);

}  // namespace teasel
