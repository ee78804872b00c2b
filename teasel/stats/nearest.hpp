// Mutual information from distances to nearest neighbours, in nats.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace teasel {

// Information between points [n, d] and classes (Ross 2014, "Mutual information between discrete and continuous data
// sets", equation 2): for each point the distance to its k-th neighbour within its class, and how many points of all
// classes lie nearer. Greatest coordinate difference as distance (for d = 1 the only one). A class with fewer than k +
// 1 points uses all it has; classes with a single point are left out. Never below 0. Equal to scikit-learn's
// mutual_info_classif but for the noise that it adds: with values that repeat, jitter them first.
double nearest_information(std::span<const double> points, int64_t d, std::span<const int32_t> labels, int64_t k);

// Information between two numbers (Kraskov, Stoegbauer and Grassberger 2004, equation 8), as in scikit-learn's
// mutual_info_regression: k-th neighbours in the plane by the greatest coordinate difference, then counts along both
// axes. Never below 0. x, y: [n], n > k.
double nearest_information(std::span<const double> x, std::span<const double> y, int64_t k);

// A column divided by its standard deviation (divisor n; a constant column is left as it is), plus Gaussian noise of
// 1e-10 times its mean absolute value (at least 1): no two values are equal any more, and nothing else has changed.
// `seed` names the noise.
std::vector<double> jittered(std::span<const double> values, uint64_t seed);

}  // namespace teasel
