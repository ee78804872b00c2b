// Linear correlations, of numbers and of numbers with angles.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace teasel {

// Values less their mean, divided by the norm of that: the dot product of two such is their correlation. Zeros where
// they are constant.
std::vector<double> unit_deviations(std::span<const double> values);
// The dot product of two unit_deviations, -1 to 1.
double unit_product(std::span<const double> a, std::span<const double> b);

// Pearson's correlation of two equally long samples, -1 to 1; 0 where one of them is constant (a variance of at most
// 1e-12).
double pearson(std::span<const double> x, std::span<const double> y);

// Multiple correlation, 0 to 1, of numbers with the cosine and the sine of angles (radians): how well a + b cos + c sin
// fits them (Mardia 1976, "Linear-circular correlation coefficients and rhythmometry"). 0 where either is constant.
double circular_correlation(std::span<const double> x, std::span<const double> angle);
// The same from the correlations of the numbers with cosine and sine, and of these two.
double circular_correlation(double with_cosine, double with_sine, double of_both);

}  // namespace teasel
