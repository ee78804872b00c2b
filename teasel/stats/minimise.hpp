// Minimisation of smooth functions of many numbers.
#pragma once
#include <cstdint>
#include <functional>
#include <span>

namespace teasel {

// A function to minimise: returns its value at `x` and fills `gradient`.
using Objective = std::function<double(std::span<const double> x, std::span<double> gradient)>;

struct MinimiseSettings {
  int64_t iterations = 1000;
  double tolerance = 1e-7;  // done where no entry of the gradient is greater by absolute value
  int64_t memory = 10;      // pairs of steps and changes of gradient that curvature is read from
  // Multiplies a vector by a symmetric, positive definite guess of the inverse Hessian, up to a factor; empty:
  // identity.
  std::function<void(std::span<double>)> precondition = {};
};

struct Minimum {
  double value = 0, steepest = 0;  // steepest: the greatest entry of the gradient by absolute value
  int64_t iterations = 0;
  bool converged = false;
};

// Moves `x` to a minimum by L-BFGS (Nocedal 1980; Nocedal and Wright 2006, algorithm 7.5) with steps that keep the
// strong Wolfe conditions (algorithms 3.5 and 3.6). Stops where it has converged, after `iterations`, or where rounding
// leaves nothing to gain.
Minimum minimise(const Objective& objective, std::span<double> x, const MinimiseSettings& settings);

}  // namespace teasel
