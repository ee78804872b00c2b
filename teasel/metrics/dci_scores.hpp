// The readings of DCI (Eastwood and Williams 2018, "A framework for the quantitative evaluation of disentangled
// representations") of a matrix of importances.
#pragma once
#include <vector>

#include "teasel/metrics/matrix.hpp"

namespace teasel {

struct DciScores {
  std::vector<double> by_latent;  // [latents] 1 - entropy of a row over the factors, base #factors
  std::vector<double> by_factor;  // [factors] 1 - entropy of a column over the latents, base #latents; 0 if left out
  double disentanglement = 0;     // mean of by_latent, each latent weighted by its share of all importance
  double completeness = 0;        // mean of by_factor, by their shares as well, or with equal weights
};

// Only factors that the matrix has a column for count. 1e-11 is added to every entry, as disentanglement_lib does, so
// that a row or column of zeros has the entropy of even shares; where all is zero, both are 0. NaN for disentanglement
// of one factor and completeness of one latent, which have no entropy.
DciScores dci_scores(const ScoreMatrix& matrix, bool equal_weights);

}  // namespace teasel
