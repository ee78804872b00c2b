// Entropies of counts, in nats (plug-in estimates).
#pragma once
#include <cstdint>
#include <span>

namespace teasel {

// -sum p ln p of p = counts / total; 0 where nothing was counted.
double entropy(std::span<const int64_t> counts);

// Mutual information of the two variables of a contingency table [rows, columns] (row-major), never below 0. As a
// plug-in estimate it is too high by about (rows - 1)(columns - 1) / (2 total) for independent variables (Miller 1955).
double mutual_information(std::span<const int64_t> counts, int64_t rows, int64_t columns);

}  // namespace teasel
