// Matrices of how important each latent is to a predictor of each factor: what those of all predictors share.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "teasel/metrics/matrix.hpp"
#include "teasel/metrics/predictor.hpp"

namespace teasel {

// What a predictor of one factor makes of the latents.
struct FactorFit {
  std::vector<double> importance;           // [latents], at least 0
  double accuracy_train = 0, accuracy = 0;  // on the items it learned from, and on those to test on
};

// One fit for every scored factor, in their order, on the items whose value of it is known.
ScoreMatrix importance_matrix(const TrainTest& tables,
                              const std::function<FactorFit(const LabelledParts& parts, int64_t factor)>& fit);

// How well factors are predicted on the items to test on.
struct Accuracies {
  std::vector<double> by_factor;          // [factors]; 0 for factors that were left out
  double mean = 0, least = 1, error = 0;  // over the factors that were not; `error`: the mean's standard error

  // The mean with an interval of 95 % for other items to test on.
  Score::Output output(std::string name) const;
};

// `predict` learns from parts.train and gives the class of each item of parts.test.
Accuracies test_accuracies(
    const TrainTest& tables, std::span<const int64_t> factors,
    const std::function<std::vector<int32_t>(const LabelledParts& parts, int64_t factor)>& predict);

}  // namespace teasel
