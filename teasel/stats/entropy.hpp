// Entropies and mutual information of counts, in nats.
#pragma once
#include <cstdint>
#include <span>

namespace teasel {

// How the entropy of a variable is estimated from the counts of its values.
// plug_in: that of the shares themselves. It is too low by about (#values seen - 1) / (2 total).
// miller_madow: the same with this added (Miller 1955, "Note on the bias of information estimates").
enum class EntropyEstimator { plug_in, miller_madow };

// -sum p ln p of p = counts / total; 0 where nothing was counted.
double entropy(std::span<const int64_t> counts, EntropyEstimator estimator = EntropyEstimator::plug_in);
// The same of weights, which need not be whole numbers: there is nothing to correct.
double entropy_of_weights(std::span<const double> weights);

// Mutual information of the two variables of a contingency table [rows, columns] (row-major), never below 0. As a
// plug-in estimate it is too high by about (rows - 1)(columns - 1) / (2 total) for independent variables.
double mutual_information(std::span<const int64_t> counts, int64_t rows, int64_t columns,
                          EntropyEstimator estimator = EntropyEstimator::plug_in);
// The same of a table of weights.
double mutual_information_of_weights(std::span<const double> weights, int64_t rows, int64_t columns);

}  // namespace teasel
