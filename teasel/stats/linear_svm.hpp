// Linear support vector machines on a single number.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace teasel {

// Values in rising order, made once for all factors that they are asked about.
struct SortedColumn {
  std::vector<double> value;   // rising
  std::vector<int64_t> order;  // value[i] is that of row order[i]
};
SortedColumn sorted_column(std::span<const double> values);

struct SvmSettings {
  double c = 0.01;  // the weight of the losses
  // Class weights n / (classes * n_k), as liblinear applies them: of one class against the rest the positive side alone
  // weighs more, of two classes both do.
  bool balanced = true;
};

// One line per class, decision(x) = slope * x + intercept: class against rest. With two classes a single line, positive
// for the second.
struct LinearSvm {
  std::vector<int32_t> classes;  // those that occur, rising
  std::vector<double> slope, intercept;

  // The class with the greatest decision (the first of equals).
  int32_t predict(double x) const;
};

// The exact minimum of (slope^2 + intercept^2) / 2 + c * sum of w_i max(0, 1 - s_i (slope x_i + intercept))^2 with
// s_i = +-1: liblinear's L2-regularised squared hinge (Fan et al. 2008), with its penalised intercept, for every class.
// A Newton iteration on two unknowns: which rows lie inside the margin follows from sums over the sorted values, so
// that a step takes log n. labels: of the rows, class numbers from 0.
LinearSvm fit_linear_svm(const SortedColumn& column, std::span<const int32_t> labels, const SvmSettings& settings);

}  // namespace teasel
