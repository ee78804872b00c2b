#include "teasel/stats/linear_svm.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace teasel {
namespace {

// Sums of 1, x and x^2.
struct Moments {
  double count = 0, first = 0, second = 0;

  Moments operator-(const Moments& other) const {
    return {count - other.count, first - other.first, second - other.second};
  }
};

// Sorted values of one side with their sums from the left.
class Side {
 public:
  Side() : sums_(1) {}
  void add(double x) {
    value_.push_back(x);
    const Moments& last = sums_.back();
    sums_.push_back({last.count + 1, last.first + x, last.second + x * x});
  }
  int64_t size() const { return static_cast<int64_t>(value_.size()); }

  // The moments of values x with slope * x < bound.
  Moments below(double slope, double bound) const {
    if (slope == 0) return bound > 0 ? sums_.back() : Moments();
    const auto at =
        slope > 0 ? std::ranges::lower_bound(value_, bound / slope) : std::ranges::upper_bound(value_, bound / slope);
    const Moments& left = sums_[at - value_.begin()];
    return slope > 0 ? left : sums_.back() - left;
  }

 private:
  std::vector<double> value_;
  std::vector<Moments> sums_;
};

// One class against another side.
struct Duel {
  const Side &positive, &negative;
  double positive_cost, negative_cost;
};

// The value of the objective, half its gradient of losses and so on at (slope, intercept).
struct Local {
  double value, by_slope, by_intercept, ss, si, ii;
};

Local look(const Duel& duel, double slope, double intercept) {
  // Inside the margin: positives with slope x + intercept < 1, negatives with slope x + intercept > -1.
  const Moments p = duel.positive.below(slope, 1 - intercept), q = duel.negative.below(-slope, 1 + intercept);
  const double a = duel.positive_cost, b = duel.negative_cost;
  const auto lost = [&](const Moments& m, double target) {
    const double off = intercept - target;  // sum of (slope x + off)^2
    return slope * slope * m.second + 2 * slope * off * m.first + off * off * m.count;
  };
  const auto along = [&](const Moments& m, double target) { return slope * m.second + (intercept - target) * m.first; };
  const auto level = [&](const Moments& m, double target) { return slope * m.first + (intercept - target) * m.count; };
  return {(slope * slope + intercept * intercept) / 2 + a * lost(p, 1) + b * lost(q, -1),
          slope + 2 * (a * along(p, 1) + b * along(q, -1)),
          intercept + 2 * (a * level(p, 1) + b * level(q, -1)),
          1 + 2 * (a * p.second + b * q.second),
          2 * (a * p.first + b * q.first),
          1 + 2 * (a * p.count + b * q.count)};
}

// Piecewise quadratic and strictly convex: Newton steps with halving end at the exact minimum of the last piece.
void fit_line(const Duel& duel, double& slope, double& intercept) {
  slope = intercept = 0;
  Local here = look(duel, 0, 0);
  for (int round = 0; round < 200; ++round) {
    const double determinant = here.ss * here.ii - here.si * here.si;
    const double step_slope = -(here.ii * here.by_slope - here.si * here.by_intercept) / determinant;
    const double step_intercept = -(here.ss * here.by_intercept - here.si * here.by_slope) / determinant;
    const double fall = step_slope * here.by_slope + step_intercept * here.by_intercept;
    if (!(fall < -1e-15 * (1e-300 + here.value))) return;
    double size = 1;
    Local next = look(duel, slope + step_slope, intercept + step_intercept);
    while (next.value > here.value + 1e-4 * size * fall && size > 1e-12) {
      size /= 2;
      next = look(duel, slope + size * step_slope, intercept + size * step_intercept);
    }
    if (!(next.value < here.value)) return;
    slope += size * step_slope;
    intercept += size * step_intercept;
    here = next;
  }
}

}  // namespace

SortedColumn sorted_column(std::span<const double> values) {
  SortedColumn out{{}, std::vector<int64_t>(values.size())};
  std::iota(out.order.begin(), out.order.end(), 0);
  std::ranges::sort(out.order,
                    [&](int64_t a, int64_t b) { return values[a] < values[b] || (values[a] == values[b] && a < b); });
  for (const auto i : out.order) out.value.push_back(values[i]);
  return out;
}

int32_t LinearSvm::predict(double x) const {
  if (classes.size() <= 1) return classes.empty() ? 0 : classes[0];
  if (classes.size() == 2) return classes[slope[0] * x + intercept[0] > 0 ? 1 : 0];
  size_t best = 0;
  double greatest = slope[0] * x + intercept[0];
  for (size_t c = 1; c < classes.size(); ++c)
    if (const double decision = slope[c] * x + intercept[c]; decision > greatest) best = c, greatest = decision;
  return classes[best];
}

LinearSvm fit_linear_svm(const SortedColumn& column, std::span<const int32_t> labels, const SvmSettings& settings) {
  const int32_t greatest = labels.empty() ? -1 : *std::ranges::max_element(labels);
  std::vector<double> count(greatest + 1);
  for (const auto label : labels) ++count[label];
  LinearSvm out;
  for (int32_t c = 0; c <= greatest; ++c)
    if (count[c] > 0) out.classes.push_back(c);
  if (out.classes.size() <= 1) return out;
  const auto cost = [&](int32_t c) {
    const double weight = static_cast<double>(labels.size()) / (static_cast<double>(out.classes.size()) * count[c]);
    return settings.balanced ? settings.c * weight : settings.c;
  };
  const bool two = out.classes.size() == 2;
  for (const auto c : out.classes) {
    if (two && c == out.classes[0]) continue;
    Side own, rest;
    for (size_t i = 0; i < column.value.size(); ++i) (labels[column.order[i]] == c ? own : rest).add(column.value[i]);
    out.slope.push_back(0);
    out.intercept.push_back(0);
    fit_line({own, rest, cost(c), two ? cost(out.classes[0]) : settings.c}, out.slope.back(), out.intercept.back());
  }
  return out;
}

}  // namespace teasel
