#include "teasel/stats/logistic_regression.hpp"

#include <algorithm>
#include <cmath>

#include "teasel/stats/kernels/softmax_kernel.hpp"
#include "teasel/stats/minimise.hpp"
#include "teasel/stats/symmetric.hpp"

namespace teasel {
namespace {

constexpr int64_t block = softmax_block;
constexpr int64_t parts = 32;  // of the rows: sums over them have one order, whatever the number of threads

constexpr int64_t threads_from = 1 << 17;  // products: smaller sums take less time than waking threads

int64_t blocks_of(int64_t n) { return (n + block - 1) / block; }

// What a problem reads of its rows. Rows are told by the number of the block of 64 that they lie in.
class Design {
 public:
  Design(int64_t n, int64_t width) : n(n), width(width) {}
  virtual ~Design() = default;
  // Adds the gradient [width + 1, outputs] of the rows of a block; returns their weighted losses.
  virtual double gradient(int64_t b, const int32_t* label, const double* weight, std::span<const double> w,
                          int64_t outputs, double* logits, double* gradient) const = 0;
  // The sum of weight * x x', x with a 1 behind it: the lower half of [width + 1, width + 1].
  virtual std::vector<double> products(std::span<const double> weight) const = 0;

  const int64_t n, width;
};

// Columns contiguous within a block: [blocks, d, 64]; zeros where there is no row.
class DenseDesign : public Design {
 public:
  DenseDesign(std::span<const double> x, int64_t n) : Design(n, static_cast<int64_t>(x.size()) / n) {
    x_.resize(blocks_of(n) * width * block);
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < width; ++j) x_[(i / block * width + j) * block + i % block] = x[i * width + j];
  }
  const double* rows(int64_t b) const { return &x_[b * width * block]; }

  double gradient(int64_t b, const int32_t* label, const double* weight, std::span<const double> w, int64_t outputs,
                  double* logits, double* gradient) const override {
    return softmax_gradient(rows(b), label, weight, w.data(), width, outputs, logits, gradient);
  }
  std::vector<double> products(std::span<const double> weight) const override {
    const int64_t size = width + 1;
    std::vector<double> out(size * size), row(size, 1);
    for (int64_t i = 0; i < n; ++i) {
      for (int64_t j = 0; j < width; ++j) row[j] = rows(i / block)[j * block + i % block];
      for (int64_t j = 0; j < size; ++j)
        for (int64_t m = 0; m <= j; ++m) out[j * size + m] += weight[i] * row[j] * row[m];
    }
    return out;
  }

 private:
  std::vector<double> x_;
};

class OneHotDesign : public Design {
 public:
  OneHotDesign(const OneHot& x) : Design(x.n, x.width), x_(x) {}

  double gradient(int64_t b, const int32_t* label, const double* weight, std::span<const double> w, int64_t outputs,
                  double* logits, double* gradient) const override {
    return softmax_gradient_one_hot(&x_.column[b * block * x_.d], label, weight, w.data(),
                                    std::min(block, n - b * block), x_.d, width, outputs, logits, gradient);
  }
  std::vector<double> products(std::span<const double> weight) const override {
    const int64_t size = width + 1;
    std::vector<double> out(size * size);
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j <= x_.d; ++j)
        for (int64_t m = 0; m <= j; ++m) {
          const auto column = [&](int64_t latent) { return latent < x_.d ? x_.column[i * x_.d + latent] : width; };
          out[column(j) * size + column(m)] += weight[i];
        }
    return out;
  }

 private:
  const OneHot& x_;
};

std::vector<double> row_weights(std::span<const int32_t> labels, int64_t classes, bool balanced) {
  std::vector<double> out(blocks_of(static_cast<int64_t>(labels.size())) * block);
  std::vector<double> count(classes);
  for (const auto label : labels) ++count[label];
  const auto occurring = static_cast<double>(std::ranges::count_if(count, [](double c) { return c > 0; }));
  for (size_t i = 0; i < labels.size(); ++i)
    out[i] = balanced ? static_cast<double>(labels.size()) / (occurring * count[labels[i]]) : 1;
  return out;
}

// The mean loss and penalty of one problem.
class Problem {
 public:
  Problem(const Design& x, std::vector<int32_t> labels, std::vector<double> weight, int64_t outputs,
          const LogisticSettings& settings)
      : x_(x), d_(x.width), outputs_(outputs), labels_(std::move(labels)), weight_(std::move(weight)) {
    for (const double w : weight_) total_ += w;
    penalty_ = std::isinf(settings.c) ? 0 : 1 / (settings.c * total_);
    penalised_ = (settings.penalised_intercept ? d_ + 1 : d_) * outputs;
    prepare();
  }

  double operator()(std::span<const double> w, std::span<double> gradient) const {
    const int64_t size = (d_ + 1) * outputs_, blocks = blocks_of(x_.n);
    const int64_t a_part = (blocks + parts - 1) / parts;
    std::vector<double> sums(parts * size), losses(parts);
#pragma omp parallel for schedule(dynamic) if (x_.n * d_ * outputs_ > threads_from)
    for (int64_t part = 0; part < parts; ++part) {
      std::vector<double> logits(outputs_ * block);
      for (int64_t b = part * a_part; b < std::min(blocks, (part + 1) * a_part); ++b)
        losses[part] +=
            x_.gradient(b, &labels_[b * block], &weight_[b * block], w, outputs_, logits.data(), &sums[part * size]);
    }
    double loss = 0, squares = 0;
    std::ranges::fill(gradient, 0);
    for (int64_t part = 0; part < parts; ++part) {
      loss += losses[part];
      for (int64_t i = 0; i < size; ++i) gradient[i] += sums[part * size + i];
    }
    for (int64_t i = 0; i < size; ++i) {
      gradient[i] /= total_;
      if (i >= penalised_) continue;
      gradient[i] += penalty_ * w[i];
      squares += w[i] * w[i];
    }
    return loss / total_ + penalty_ / 2 * squares;
  }

  // Multiplies [d + 1, outputs] by the inverse of the Hessian of one output at w = 0, the same for all outputs.
  void precondition(std::span<double> v) const {
    std::vector<double> column(d_ + 1);
    for (int64_t c = 0; c < outputs_; ++c) {
      for (int64_t j = 0; j <= d_; ++j) column[j] = v[j * outputs_ + c];
      cholesky_solve(factor_, d_ + 1, column);
      for (int64_t j = 0; j <= d_; ++j) v[j * outputs_ + c] = column[j];
    }
  }

 private:
  void prepare() {
    const int64_t size = d_ + 1;
    auto hessian = x_.products(weight_);
    const double share = outputs_ == 1 ? 0.5 : 1 / static_cast<double>(outputs_), spread = share * (1 - share);
    double trace = 0;
    for (int64_t j = 0; j < size; ++j) trace += hessian[j * size + j] *= spread / total_;
    for (int64_t j = 0; j < size; ++j) {
      for (int64_t m = 0; m < j; ++m) hessian[m * size + j] = hessian[j * size + m] *= spread / total_;
      // A little more than nothing where latents are constant or follow from each other.
      hessian[j * size + j] += (j * outputs_ < penalised_ ? penalty_ : 0) + 1e-9 * trace;
    }
    factor_ = cholesky(hessian, size);
  }

  const Design& x_;
  int64_t d_, outputs_, penalised_;
  std::vector<int32_t> labels_;
  std::vector<double> weight_, factor_;
  double total_ = 0, penalty_ = 0;
};

std::vector<int32_t> padded(std::span<const int32_t> labels) {
  std::vector<int32_t> out(labels.begin(), labels.end());
  out.resize(blocks_of(static_cast<int64_t>(labels.size())) * block);
  return out;
}

// Moves `w` to the minimum of a problem; whether it was reached.
bool solve(const Problem& problem, std::span<double> w, const LogisticSettings& settings) {
  const Objective objective = [&](auto at, auto gradient) { return problem(at, gradient); };
  return minimise(objective, w, {settings.iterations, settings.tolerance, 10, [&](auto v) { problem.precondition(v); }})
      .converged;
}

bool fit_softmax(const Design& x, std::span<const int32_t> labels, LogisticRegression& model,
                 const LogisticSettings& settings) {
  const Problem problem(x, padded(labels), row_weights(labels, model.classes, settings.balanced), model.outputs,
                        settings);
  return solve(problem, model.weight, settings);
}

bool fit_one_vs_rest(const Design& x, std::span<const int32_t> labels, LogisticRegression& model,
                     const LogisticSettings& settings) {
  std::vector<char> converged(model.classes);
#pragma omp parallel for schedule(dynamic)
  for (int64_t c = 0; c < model.classes; ++c) {
    std::vector<int32_t> own(labels.begin(), labels.end());
    for (auto& label : own) label = label == c;
    std::vector<double> w(model.d + 1);
    for (int64_t j = 0; j <= model.d; ++j) w[j] = model.weight[j * model.outputs + c];
    const Problem problem(x, padded(own), row_weights(own, 2, settings.balanced), 1, settings);
    converged[c] = solve(problem, w, settings);
    for (int64_t j = 0; j <= model.d; ++j) model.weight[j * model.outputs + c] = w[j];
  }
  return std::ranges::all_of(converged, [](char c) { return c; });
}

// `model` holds the weights to start from.
void refit(const Design& x, std::span<const int32_t> labels, LogisticRegression& model,
           const LogisticSettings& settings) {
  model.converged =
      model.one_vs_rest ? fit_one_vs_rest(x, labels, model, settings) : fit_softmax(x, labels, model, settings);
}

LogisticRegression unfitted(int64_t d, int64_t classes, bool one_vs_rest) {
  LogisticRegression model{d, classes, one_vs_rest && classes > 2, classes > 2 ? classes : 1, {}, false};
  model.weight.resize((d + 1) * model.outputs);
  return model;
}

}  // namespace

std::vector<double> LogisticRegression::probabilities(std::span<const double> x) const {
  const int64_t n = static_cast<int64_t>(x.size()) / d;
  const DenseDesign rows(x, n);
  std::vector<double> out(n * classes);
#pragma omp parallel for if (n * d * outputs > threads_from)
  for (int64_t b = 0; b < blocks_of(n); ++b) {
    std::vector<double> p(outputs * block), column(d + 1), one(block);
    if (one_vs_rest) {
      for (int64_t c = 0; c < classes; ++c) {
        for (int64_t j = 0; j <= d; ++j) column[j] = weight[j * outputs + c];
        softmax_probabilities(rows.rows(b), column.data(), d, 1, &p[c * block]);
      }
    } else {
      softmax_probabilities(rows.rows(b), weight.data(), d, outputs, p.data());
    }
    for (int64_t i = b * block; i < std::min(n, (b + 1) * block); ++i) {
      double* row = &out[i * classes];
      for (int64_t c = 0; c < outputs; ++c) row[c] = p[c * block + i % block];
      if (outputs == 1 && classes == 2) row[1] = row[0], row[0] = 1 - row[0];
      if (classes == 1) row[0] = 1;
      if (!one_vs_rest) continue;
      double sum = 0;
      for (int64_t c = 0; c < classes; ++c) sum += row[c];
      for (int64_t c = 0; c < classes; ++c) row[c] = sum > 0 ? row[c] / sum : 1 / static_cast<double>(classes);
    }
  }
  return out;
}

std::vector<int32_t> LogisticRegression::predict(std::span<const double> x) const {
  const auto p = probabilities(x);
  std::vector<int32_t> out(p.size() / classes);
  for (size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<int32_t>(std::max_element(&p[i * classes], &p[i * classes] + classes) - &p[i * classes]);
  return out;
}

LogisticRegression fit_logistic_regression(std::span<const double> x, std::span<const int32_t> labels, int64_t classes,
                                           const LogisticSettings& settings) {
  const int64_t n = static_cast<int64_t>(labels.size()), d = static_cast<int64_t>(x.size()) / n;
  auto model = unfitted(d, classes, settings.one_vs_rest);
  if (classes > 1) refit(DenseDesign(x, n), labels, model, settings);
  return model;
}

LogisticRegression fit_logistic_regression(const OneHot& x, std::span<const int32_t> labels, int64_t classes,
                                           const LogisticSettings& settings) {
  auto model = unfitted(x.width, classes, false);
  if (classes > 1) refit(OneHotDesign(x), labels, model, settings);
  return model;
}

OneHot OneHot::of(std::span<const double> table, int64_t d) {
  OneHot out{static_cast<int64_t>(table.size()) / d, d, 0, std::vector<int32_t>(table.size())};
  for (int64_t j = 0; j < d; ++j) {
    std::vector<double> levels;
    for (int64_t i = 0; i < out.n; ++i) levels.push_back(table[i * d + j]);
    std::ranges::sort(levels);
    levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
    for (int64_t i = 0; i < out.n; ++i)
      out.column[i * d + j] =
          static_cast<int32_t>(out.width + (std::ranges::lower_bound(levels, table[i * d + j]) - levels.begin()));
    out.width += static_cast<int64_t>(levels.size());
  }
  return out;
}

std::vector<double> LogisticRegression::probabilities(const OneHot& x) const {
  std::vector<double> out(x.n * classes);
  for (int64_t i = 0; i < x.n; ++i) {
    std::vector<double> logit(outputs);
    for (int64_t c = 0; c < outputs; ++c) {
      logit[c] = weight[d * outputs + c];
      for (int64_t j = 0; j < x.d; ++j) logit[c] += weight[x.column[i * x.d + j] * outputs + c];
    }
    if (outputs == 1) logit.insert(logit.begin(), 0);
    const double peak = std::ranges::max(logit);
    double sum = 0;
    for (auto& entry : logit) sum += entry = std::exp(entry - peak);
    for (int64_t c = 0; c < classes; ++c) out[i * classes + c] = logit[c] / sum;
  }
  return out;
}

CrossValidated cross_validated_logistic_regression(std::span<const double> x, std::span<const int32_t> labels,
                                                   int64_t classes, std::span<const double> strengths, int64_t folds,
                                                   LogisticSettings settings) {
  const int64_t n = static_cast<int64_t>(labels.size()), d = static_cast<int64_t>(x.size()) / n;
  CrossValidated out;
  out.accuracy.resize(strengths.size());
  folds = std::min(folds, n);
  int64_t end = 0;
  for (int64_t fold = 0; fold < folds; ++fold) {
    const int64_t begin = end;
    end += n / folds + (fold < n % folds ? 1 : 0);
    std::vector<double> rest(x.begin(), x.begin() + begin * d);
    rest.insert(rest.end(), x.begin() + end * d, x.end());
    std::vector<int32_t> rest_labels(labels.begin(), labels.begin() + begin);
    rest_labels.insert(rest_labels.end(), labels.begin() + end, labels.end());
    const DenseDesign rows(rest, n - (end - begin));
    auto model = unfitted(d, classes, settings.one_vs_rest);
    for (size_t s = 0; s < strengths.size(); ++s) {  // each starts where the last one ended
      settings.c = strengths[s];
      refit(rows, rest_labels, model, settings);
      out.accuracy[s] +=
          accuracy(model.predict(x.subspan(begin * d, (end - begin) * d)), labels.subspan(begin, end - begin)) /
          static_cast<double>(folds);
    }
  }
  // Sums of the same accuracies in another order may differ in the last digits.
  size_t best = 0;
  for (size_t s = 1; s < strengths.size(); ++s)
    if (out.accuracy[s] > out.accuracy[best] + 1e-12) best = s;
  settings.c = out.c = strengths[best];
  out.model = fit_logistic_regression(x, labels, classes, settings);
  return out;
}

std::vector<double> geometric_steps(double low, double high, int64_t count) {
  std::vector<double> out;
  for (int64_t i = 0; i < count; ++i)
    out.push_back(low *
                  std::pow(high / low, static_cast<double>(i) / static_cast<double>(std::max<int64_t>(count - 1, 1))));
  return out;
}

double log_loss(std::span<const double> probabilities, std::span<const int32_t> labels, int64_t classes) {
  constexpr double least = std::numeric_limits<double>::epsilon();
  double sum = 0;
  for (size_t i = 0; i < labels.size(); ++i)
    sum -= std::log(std::clamp(probabilities[i * classes + labels[i]], least, 1 - least));
  return sum / static_cast<double>(labels.size());
}

double accuracy(std::span<const int32_t> predicted, std::span<const int32_t> labels) {
  if (labels.empty()) return 0;
  int64_t right = 0;
  for (size_t i = 0; i < labels.size(); ++i) right += predicted[i] == labels[i];
  return static_cast<double>(right) / static_cast<double>(labels.size());
}

}  // namespace teasel
