#include "teasel/stats/boosting.hpp"

#include <algorithm>
#include <cmath>

namespace teasel {
namespace {

constexpr int64_t block = 256;

}  // namespace

// What fitting needs and the classifier does not keep.
class BoostedClassifier::Fit {
 public:
  Fit(BoostedClassifier& to, const BinnedColumns& columns, std::vector<int32_t> labels, const BoostingOptions& options)
      : to_(to),
        columns_(columns),
        labels_(std::move(labels)),
        options_(options),
        n_(columns.n()),
        a_stage_(static_cast<int64_t>(to.start_.size())),
        scores_(a_stage_ * n_),
        gradients_(a_stage_ * n_) {
    for (int64_t c = 0; c < a_stage_; ++c) std::fill_n(scores_.begin() + c * n_, n_, to.start_[c]);
    to.trees_.resize(options.stages * a_stage_);
    to.values_.resize(options.stages * a_stage_);
    gains_.resize(options.stages * a_stage_, std::vector<double>(columns.d()));
  }

  void run() {
    const int64_t blocks = (n_ + block - 1) / block;
#pragma omp parallel
    {
      MeanTreeGrower grower(columns_);  // of each thread
      for (int64_t stage = 0; stage < options_.stages; ++stage) {
#pragma omp for schedule(static)
        for (int64_t b = 0; b < blocks; ++b) differentiate(b * block);
#pragma omp for schedule(dynamic)
        for (int64_t c = 0; c < a_stage_; ++c) grow(stage * a_stage_ + c, c, grower);
      }
    }
    to_.importance_.assign(columns_.d(), 0);
    for (auto& gains : gains_)
      for (int64_t f = 0; f < columns_.d(); ++f) to_.importance_[f] += gains[f];
    to_.fitted_ = to_.best(scores_, n_);
  }

 private:
  void differentiate(int64_t first) {
    const int64_t taken = std::min(block, n_ - first);
    if (a_stage_ > 1)
      softmax_gradient(scores_.data(), labels_.data(), a_stage_, n_, first, taken, gradients_.data());
    else
      logistic_gradient(scores_.data() + first, labels_.data() + first, taken, gradients_.data() + first);
  }

  void grow(int64_t number, int64_t c, MeanTreeGrower& grower) {
    const std::span<const double> gradient(gradients_.data() + c * n_, n_);
    double* scores = scores_.data() + c * n_;
    auto& values = to_.values_[number];
    values.assign(int64_t{2} << options_.depth, 0);
    to_.trees_[number] = grower.grow(gradient, options_.depth, gains_[number], [&](int32_t node, auto rows) {
      values[node] = step(gradient, rows);
      for (const auto row : rows) scores[row] += values[node];
    });
    values.resize(to_.trees_[number].size());
  }

  // By how much a leaf moves the score of its items.
  double step(std::span<const double> gradient, std::span<const uint32_t> rows) const {
    double sum = 0, curvature = 0;
    for (const auto row : rows) {
      const double g = gradient[row], size = std::abs(g);
      sum += g;
      curvature += size * (1 - size);
    }
    const auto classes = static_cast<double>(a_stage_);
    const double share = a_stage_ > 1 ? (classes - 1) / classes : 1;
    const bool flat = curvature < 1e-150 * static_cast<double>(rows.size());
    return flat ? 0 : options_.learning_rate * share * sum / curvature;
  }

  BoostedClassifier& to_;
  const BinnedColumns& columns_;
  std::vector<int32_t> labels_;  // numbers among the classes that occur
  BoostingOptions options_;
  int64_t n_, a_stage_;
  std::vector<double> scores_, gradients_;  // [trees of a stage, n]
  std::vector<std::vector<double>> gains_;  // of each tree, by feature: the order of sums stays the same
};

BoostedClassifier::BoostedClassifier(const BinnedColumns& columns, std::span<const int32_t> labels, int64_t classes,
                                     const BoostingOptions& options)
    : d_(columns.d()), classes_(classes), importance_(columns.d()) {
  std::vector<int64_t> counts(classes);
  for (const auto label : labels) ++counts[label];
  std::vector<int32_t> number(classes);
  for (int64_t c = 0; c < classes; ++c) {
    if (counts[c] == 0) continue;
    number[c] = static_cast<int32_t>(occurring_.size());
    occurring_.push_back(static_cast<int32_t>(c));
    start_.push_back(std::log(static_cast<double>(counts[c]) / static_cast<double>(columns.n())));
  }
  if (occurring_.size() < 2) {
    start_.clear();
    fitted_.assign(columns.n(), occurring_.empty() ? 0 : occurring_[0]);
    return;
  }
  if (occurring_.size() == 2) start_ = {start_[1] - start_[0]};
  stages_ = options.stages;
  std::vector<int32_t> own(labels.size());
  for (size_t i = 0; i < labels.size(); ++i) own[i] = number[labels[i]];
  Fit(*this, columns, std::move(own), options).run();
  double sum = 0;
  for (const double gain : importance_) sum += gain;
  for (double& gain : importance_) gain = sum > 0 ? gain / sum : 0;
}

std::vector<double> BoostedClassifier::scores(std::span<const double> x, int64_t n, int64_t stages) const {
  const auto a_stage = static_cast<int64_t>(start_.size());
  const int64_t used = stages < 0 ? stages_ : std::min(stages, stages_);
  std::vector<double> out(a_stage * n);
  constexpr int64_t chunk = 1024;  // its columns and leaves stay close
#pragma omp parallel for schedule(dynamic)
  for (int64_t first = 0; first < n; first += chunk) {
    const int64_t taken = std::min(chunk, n - first);
    const auto columns = as_columns(x.subspan(first * d_, taken * d_), taken, d_);
    std::vector<int32_t> leaves(taken);
    for (int64_t c = 0; c < a_stage; ++c) {
      double* to = out.data() + c * n + first;
      std::fill_n(to, taken, start_[c]);
      for (int64_t stage = 0; stage < used; ++stage) {
        trees_[stage * a_stage + c].find_leaves(columns, taken, leaves);
        const double* values = values_[stage * a_stage + c].data();
        for (int64_t i = 0; i < taken; ++i) to[i] += values[leaves[i]];
      }
    }
  }
  return out;
}

std::vector<int32_t> BoostedClassifier::best(std::span<const double> scores, int64_t n) const {
  std::vector<int32_t> out(n, occurring_.empty() ? 0 : occurring_[0]);
  const auto a_stage = static_cast<int64_t>(start_.size());
  if (a_stage == 1)
    for (int64_t i = 0; i < n; ++i) out[i] = occurring_[scores[i] >= 0 ? 1 : 0];
  if (a_stage < 2) return out;
  std::vector<double> greatest(scores.begin(), scores.begin() + n);
  for (int64_t c = 1; c < a_stage; ++c)
    for (int64_t i = 0; i < n; ++i)
      if (scores[c * n + i] > greatest[i]) greatest[i] = scores[c * n + i], out[i] = occurring_[c];
  return out;
}

std::vector<int32_t> BoostedClassifier::predict(std::span<const double> x, int64_t n, int64_t stages) const {
  return best(scores(x, n, stages), n);
}

std::vector<double> BoostedClassifier::probabilities(std::span<const double> x, int64_t n, int64_t stages) const {
  std::vector<double> out(n * classes_);
  const auto a_stage = static_cast<int64_t>(start_.size());
  const auto raw = scores(x, n, stages);
  for (int64_t i = 0; i < n; ++i) {
    double* to = out.data() + i * classes_;
    if (a_stage == 0) {
      if (!occurring_.empty()) to[occurring_[0]] = 1;
    } else if (a_stage == 1) {
      const double second = 1 / (1 + std::exp(-raw[i]));
      to[occurring_[0]] = 1 - second;
      to[occurring_[1]] = second;
    } else {
      double peak = raw[i], sum = 0;
      for (int64_t c = 1; c < a_stage; ++c) peak = std::max(peak, raw[c * n + i]);
      for (int64_t c = 0; c < a_stage; ++c) sum += to[occurring_[c]] = std::exp(raw[c * n + i] - peak);
      for (int64_t c = 0; c < a_stage; ++c) to[occurring_[c]] /= sum;
    }
  }
  return out;
}

}  // namespace teasel
