#include "teasel/stats/minimise.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>
#include <vector>

namespace teasel {
namespace {

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

double greatest(const Vector& v) {
  double out = 0;
  for (const double entry : v) out = std::max(out, std::abs(entry));
  return out;
}

// A point on the line from x along a direction.
struct Point {
  double step = 0, value = 0, slope = 0;
  Vector x, gradient;
};

class LineSearch {
 public:
  LineSearch(const Objective& objective, const Vector& x, const Vector& direction, double value, double slope)
      : objective_(objective), x_(x), direction_(direction), value_(value), slope_(slope) {}

  // A step that lowers the value enough and flattens the slope enough; false where rounding hides all of them.
  bool search(double first, Point& out) {
    Point before{0, value_, slope_, {}, {}}, here;
    double step = first;
    for (int trial = 0; trial < 30; ++trial, step *= 2) {
      here = at(step);
      if (level(here)) return out = std::move(here), true;
      if (!std::isfinite(here.value) || !lowers(here) || (trial > 0 && here.value >= before.value))
        return zoom(std::move(before), std::move(here), out);
      if (flat(here)) return out = std::move(here), true;
      if (here.slope >= 0) return zoom(std::move(here), std::move(before), out);
      before = std::move(here);
    }
    return out = std::move(before), true;
  }

 private:
  bool lowers(const Point& p) const { return p.value <= value_ + 1e-4 * p.step * slope_; }
  bool flat(const Point& p) const { return std::abs(p.slope) <= -0.9 * slope_; }
  // Near the minimum values differ by rounding alone, and slopes decide (Hager and Zhang 2005, approximate Wolfe).
  bool level(const Point& p) const { return std::abs(p.value - value_) <= 1e-14 * std::abs(value_) && flat(p); }

  Point at(double step) const {
    Point p{step, 0, 0, x_, Vector(x_.size())};
    for (size_t i = 0; i < x_.size(); ++i) p.x[i] += step * direction_[i];
    p.value = objective_(p.x, p.gradient);
    p.slope = dot(p.gradient, direction_);
    return p;
  }

  // The minimum of the cubic through two points with their slopes, kept inside the middle four fifths between them.
  static double between(const Point& a, const Point& b) {
    const double low = std::min(a.step, b.step), high = std::max(a.step, b.step), width = high - low;
    const double chord = a.slope + b.slope - 3 * (a.value - b.value) / (a.step - b.step);
    const double root = std::sqrt(chord * chord - a.slope * b.slope) * (b.step > a.step ? 1 : -1);
    const double step = b.step - (b.step - a.step) * (b.slope + root - chord) / (b.slope - a.slope + 2 * root);
    return std::isfinite(step) ? std::clamp(step, low + 0.1 * width, high - 0.1 * width) : (low + high) / 2;
  }

  // `low` keeps the first condition and has the least value so far; the steps that keep both lie between the two.
  bool zoom(Point low, Point high, Point& out) const {
    for (int trial = 0; trial < 30; ++trial) {
      Point here = at(std::isfinite(high.value) ? between(low, high) : (low.step + high.step) / 2);
      if (level(here)) return out = std::move(here), true;
      if (!std::isfinite(here.value) || !lowers(here) || here.value >= low.value) {
        high = std::move(here);
        continue;
      }
      if (flat(here)) return out = std::move(here), true;
      if (here.slope * (high.step - low.step) >= 0) high = std::move(low);
      low = std::move(here);
    }
    return low.step > 0 ? (out = std::move(low), true) : false;
  }

  const Objective& objective_;
  const Vector &x_, &direction_;
  double value_, slope_;
};

// The last steps and changes of gradient.
class Curvature {
 public:
  Curvature(const MinimiseSettings& settings) : settings_(settings) {}

  void add(Vector step, Vector change) {
    const double product = dot(step, change);
    if (!(product > 1e-16 * dot(change, change))) return;
    Vector preconditioned = change;
    if (settings_.precondition) settings_.precondition(preconditioned);
    scale_ = product / dot(change, preconditioned);
    pairs_.push_back({std::move(step), std::move(change), 1 / product});
    if (static_cast<int64_t>(pairs_.size()) > settings_.memory) pairs_.pop_front();
  }

  // -H g for the gradient g and the present guess H of the inverse Hessian.
  Vector direction(const Vector& gradient) const {
    Vector q = gradient, alpha(pairs_.size());
    for (size_t i = pairs_.size(); i-- > 0;) {
      alpha[i] = pairs_[i].rate * dot(pairs_[i].step, q);
      for (size_t j = 0; j < q.size(); ++j) q[j] -= alpha[i] * pairs_[i].change[j];
    }
    if (settings_.precondition) settings_.precondition(q);
    for (auto& entry : q) entry *= -scale_;
    for (size_t i = 0; i < pairs_.size(); ++i) {
      const double beta = pairs_[i].rate * dot(pairs_[i].change, q) + alpha[i];
      for (size_t j = 0; j < q.size(); ++j) q[j] -= beta * pairs_[i].step[j];
    }
    return q;
  }

  bool empty() const { return pairs_.empty(); }
  void forget() { pairs_.clear(), scale_ = 1; }

 private:
  struct Pair {
    Vector step, change;
    double rate;
  };
  const MinimiseSettings& settings_;
  std::deque<Pair> pairs_;
  double scale_ = 1;
};

Vector difference(const Vector& a, const Vector& b) {
  Vector out(a.size());
  for (size_t i = 0; i < a.size(); ++i) out[i] = a[i] - b[i];
  return out;
}

}  // namespace

Minimum minimise(const Objective& objective, std::span<double> x, const MinimiseSettings& settings) {
  Vector here(x.begin(), x.end()), gradient(x.size());
  double value = objective(here, gradient);
  Curvature curvature(settings);
  Minimum out;
  while (!(out.converged = greatest(gradient) <= settings.tolerance) && out.iterations < settings.iterations) {
    Vector direction = curvature.direction(gradient);
    double slope = dot(direction, gradient);
    const bool fresh = curvature.empty();
    const double first = fresh && !settings.precondition ? std::min(1.0, 1 / std::sqrt(-slope)) : 1;
    Point next;
    if (!LineSearch(objective, here, direction, value, slope).search(first, next)) {
      if (fresh) break;  // not even along the gradient
      curvature.forget();
      continue;
    }
    ++out.iterations;
    curvature.add(difference(next.x, here), difference(next.gradient, gradient));
    here = std::move(next.x);
    gradient = std::move(next.gradient);
    value = next.value;
  }
  std::ranges::copy(here, x.begin());
  out.value = value;
  out.steepest = greatest(gradient);
  return out;
}

}  // namespace teasel
