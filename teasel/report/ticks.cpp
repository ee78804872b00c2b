#include "teasel/report/ticks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "teasel/report/table.hpp"

namespace teasel {

namespace {

int decade_of(double value) { return static_cast<int>(std::floor(std::log10(value) + 1e-9)); }

std::string with_minus_sign(std::string text) { return text.starts_with('-') ? "−" + text.substr(1) : text; }

// The fewest decimals, at most six, that tell `value` exactly enough for a label.
int decimals_of(double value) {
  for (int decimals = 0; decimals < 6; ++decimals) {
    double scaled = value * std::pow(10, decimals);
    if (std::abs(scaled - std::round(scaled)) < 1e-6 * std::max(1.0, std::abs(scaled))) return decimals;
  }
  return 6;
}

std::string with_power(double value) {
  static const char* const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  if (value == 0) return "0";
  int power = decade_of(std::abs(value));
  double mantissa = value / std::pow(10, power);
  std::string exponent = power < 0 ? "⁻" : "";
  for (char c : std::to_string(std::abs(power))) exponent += digits[c - '0'];
  if (std::abs(mantissa - 1) < 1e-9) return "10" + exponent;
  return with_minus_sign(number_text(mantissa, decimals_of(mantissa))) + "×10" + exponent;
}

}  // namespace

double tick_step(double low, double high, int wanted) {
  double rough = (high - low) / std::max(wanted, 1);
  double power = std::pow(10, std::floor(std::log10(rough)));
  double fraction = rough / power;
  return power * (fraction < 1.5 ? 1 : fraction < 3.5 ? 2 : fraction < 7.5 ? 5 : 10);
}

std::vector<double> multiples(double step, double low, double high) {
  std::vector<double> out;
  if (!(step > 0) || !std::isfinite(step)) return out;
  constexpr double slack = 1e-9, most = 200;
  double first = std::ceil(low / step - slack), last = std::floor(high / step + slack);
  if (!(last - first < most) || std::max(std::abs(first), std::abs(last)) > 1e12) return out;
  // Adding 0 turns a negative zero into a plain one.
  for (double i = first; i <= last; ++i) out.push_back(i * step + 0.0);
  return out;
}

std::vector<double> ticks(double low, double high, int wanted) {
  if (!(high > low) || !std::isfinite(low) || !std::isfinite(high)) return {};
  return multiples(tick_step(low, high, wanted), low, high);
}

std::vector<double> log_ticks(double low, double high, int wanted) {
  std::vector<double> out;
  if (!(low > 0) || !(high > low) || !std::isfinite(high)) return out;
  int first = static_cast<int>(std::floor(std::log10(low))), last = static_cast<int>(std::ceil(std::log10(high)));
  double decades = std::log10(high / low);
  int stride = std::max(1, static_cast<int>(std::lround(decades / wanted)));
  for (int power = first; power <= last; ++power) {
    if (power % stride != 0) continue;
    for (double mantissa : {1.0, 2.0, 5.0}) {
      double value = mantissa * std::pow(10, power);
      if ((mantissa == 1 || decades < 3) && value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9))
        out.push_back(value);
    }
  }
  return out.size() >= 2 ? out : ticks(low, high, wanted);
}

std::vector<std::string> tick_labels(const std::vector<double>& ticks) {
  double largest = 0, smallest = INFINITY;
  int decimals = 0;
  for (double tick : ticks) {
    largest = std::max(largest, std::abs(tick));
    if (tick != 0) smallest = std::min(smallest, std::abs(tick));
    decimals = std::max(decimals, decimals_of(tick));
  }
  bool powers = largest >= 1e7 || smallest<1e-4, spread = smallest> 0 && largest / smallest >= 1e3;
  std::vector<std::string> labels;
  // Over several decades equal decimals would only add zeros.
  for (double tick : ticks)
    labels.push_back(powers ? with_power(tick)
                            : with_minus_sign(number_text(tick, spread ? decimals_of(tick) : decimals)));
  return labels;
}

}  // namespace teasel
