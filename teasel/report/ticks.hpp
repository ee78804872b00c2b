// Round numbers for axes.
#pragma once
#include <string>
#include <vector>

namespace teasel {

// The step of 1, 2 or 5 times a power of ten that divides low..high into about `wanted` parts
// (Heckbert, Nice numbers for graph labels, Graphics Gems 1990).
double tick_step(double low, double high, int wanted);

// The multiples of `step` within [low, high]. Empty where there are none, and where they are too many or too narrow to
// tell apart.
std::vector<double> multiples(double step, double low, double high);

// The multiples of tick_step within [low, high]. Empty where the range is empty or not finite.
std::vector<double> ticks(double low, double high, int wanted = 5);

// Ticks for a logarithmic axis, 0 < low < high: powers of ten, thinned to about `wanted`; with 2 and 5 times them below
// three decades; `ticks` where that leaves fewer than two.
std::vector<double> log_ticks(double low, double high, int wanted = 5);

// Labels of ticks: one number of decimals for all, thousands separated by commas, a real minus sign; beyond 1e7 or
// below 1e-4 with a power of ten ("2×10⁸").
std::vector<std::string> tick_labels(const std::vector<double>& ticks);

}  // namespace teasel
