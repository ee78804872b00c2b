// Equal-width histograms and contingency tables.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace teasel {

// The edges [bins + 1] of equal-width bins over the range of `values` (finite, at least one). Values that are all the
// same get a range of +-0.5 around them. The edges are those of numpy.histogram on doubles, bit for bit.
std::vector<double> equal_width_edges(std::span<const double> values, int64_t bins);

// The bin of every value: the last of edges[0 .. bins-1] that is not above it, as a number from 0. So bins hold their
// left edge, and the last bin holds both (numpy.digitize against edges[:-1], less one). `edges`: equal-width, spanning
// the values.
std::vector<int32_t> bin_labels(std::span<const double> values, std::span<const double> edges);

// Counts [rows, columns] of the pairs (a[i], b[i]); a[i] in 0..rows-1, b[i] in 0..columns-1. Pairs with a negative
// number are not counted.
std::vector<int64_t> contingency(std::span<const int32_t> a, int64_t rows, std::span<const int32_t> b, int64_t columns);

}  // namespace teasel
