// Importance of latents to a lasso that predicts a factor from codes (Eastwood and Williams 2018): the size of each
// coefficient. Codes and class numbers are first mapped to 0..1 by their range among the items to train on, so that
// coefficients of different latents compare; a linear regression sees class numbers as an order.
//
// Of several `alphas` one is chosen by cross-validation in contiguous folds: the one with the least squared error, the
// first of equals (Zaidi, Boilard, Gagnon and Carbonneau 2020, whose eight are the default). `accuracy` is no share of
// right predictions but 1 - 12 MSE, at least 0: 1/12 is the variance of a uniform variable on 0..1.
#include <algorithm>
#include <cmath>
#include <limits>

#include "teasel/metrics/importance.hpp"
#include "teasel/stats/lasso.hpp"

namespace teasel {
namespace {

struct LassoOptions {
  std::vector<double> alphas{0.0001, 0.001, 0.01, 0.1, 0.2, 0.4, 0.8, 1};
  int64_t folds = 10;

  void describe(Fields& f) {
    f.field("alphas", alphas, "weights of the penalty to choose from, in this order; a single one is taken as it is",
            at_least(0));
    f.field("folds", folds, "folds of the cross-validation that chooses", between(2, 1000));
  }
};

// Numbers mapped to 0..1 by the range of columns.
struct Ranges {
  std::vector<double> low, width;

  Ranges(std::span<const double> table, int64_t d)
      : low(d, std::numeric_limits<double>::infinity()), width(d, -std::numeric_limits<double>::infinity()) {
    for (size_t i = 0; i < table.size(); ++i) {
      low[i % d] = std::min(low[i % d], table[i]);
      width[i % d] = std::max(width[i % d], table[i]);
    }
    for (int64_t j = 0; j < d; ++j) width[j] -= low[j];
  }
  std::vector<double> apply(std::span<const double> table) const {
    const size_t d = low.size();
    std::vector<double> out(table.begin(), table.end());
    for (size_t i = 0; i < out.size(); ++i) out[i] = width[i % d] > 0 ? (out[i] - low[i % d]) / width[i % d] : 0;
    return out;
  }
};

struct Rows {
  std::vector<double> x, y;  // [n, d], [n]
};

// The rows inside of first .. last - 1, or those outside.
Rows part(const Rows& all, int64_t d, int64_t first, int64_t last, bool inside) {
  Rows out;
  for (int64_t i = 0; i < static_cast<int64_t>(all.y.size()); ++i) {
    if ((i >= first && i < last) != inside) continue;
    out.x.insert(out.x.end(), all.x.begin() + i * d, all.x.begin() + (i + 1) * d);
    out.y.push_back(all.y[i]);
  }
  return out;
}

Lasso fit(const Rows& rows, int64_t d, double alpha) {
  return fit_lasso(rows.x, static_cast<int64_t>(rows.y.size()), d, rows.y, 1, alpha);
}

double mean_squared_error(const Lasso& model, const Rows& rows) {
  const size_t d = model.coefficients.size();
  double sum = 0;
  for (size_t i = 0; i < rows.y.size(); ++i) {
    double off = model.intercepts[0] - rows.y[i];
    for (size_t j = 0; j < d; ++j) off += model.coefficients[j] * rows.x[i * d + j];
    sum += off * off;
  }
  return rows.y.empty() ? 0 : sum / static_cast<double>(rows.y.size());
}

class LassoImportance : public MatrixSource {
 public:
  using Options = LassoOptions;
  LassoImportance(Options options, const Setup&) : o_(std::move(options)) {
    if (o_.alphas.empty()) throw Error("lasso_importance.alphas is empty", "Give at least one weight of the penalty.");
  }

  bool trains() const override { return true; }
  ScoreMatrix compute(const TrainTest& tables, uint64_t) const override {
    const int64_t d = tables.train.d;
    return importance_matrix(tables, [&](const LabelledParts& parts, int64_t) {
      const std::vector<double> labels(parts.train.labels.begin(), parts.train.labels.end()),
          test_labels(parts.test.labels.begin(), parts.test.labels.end());
      const Ranges codes(parts.train.z, d), classes(labels, 1);
      const Rows train{codes.apply(parts.train.z), classes.apply(labels)},
          test{codes.apply(parts.test.z), classes.apply(test_labels)};
      const Lasso model = fit(train, d, choose(train, d));
      FactorFit out{model.coefficients, informativeness(model, train), informativeness(model, test)};
      for (double& weight : out.importance) weight = std::abs(weight);
      return out;
    });
  }

 private:
  static double informativeness(const Lasso& model, const Rows& rows) {
    return rows.y.empty() ? 0 : std::max(0.0, 1 - 12 * mean_squared_error(model, rows));
  }

  double choose(const Rows& rows, int64_t d) const {
    const auto n = static_cast<int64_t>(rows.y.size()), folds = std::min(o_.folds, n);
    if (o_.alphas.size() == 1 || folds < 2) return o_.alphas[0];
    std::vector<double> errors(o_.alphas.size());
    int64_t first = 0;
    for (int64_t fold = 0; fold < folds; ++fold) {
      const int64_t last = first + n / folds + (fold < n % folds ? 1 : 0);
      const Rows train = part(rows, d, first, last, false), test = part(rows, d, first, last, true);
      for (size_t a = 0; a < errors.size(); ++a)
        errors[a] += mean_squared_error(fit(train, d, o_.alphas[a]), test) / static_cast<double>(folds);
      first = last;
    }
    return o_.alphas[std::ranges::min_element(errors) - errors.begin()];
  }

  Options o_;
};

TEASEL_REGISTER(MatrixSource, LassoImportance, "sizes of the coefficients of a lasso that predicts a factor");

}  // namespace
}  // namespace teasel
