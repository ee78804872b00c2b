#include "teasel/stats/kernels/softmax_kernel.hpp"

#include <cmath>

#include "teasel/stats/kernels/exponential.hpp"
#include "teasel/stats/kernels/vector_clones.hpp"

namespace teasel {
namespace {

constexpr int64_t block = softmax_block;

}  // namespace

// These clones are called from each other, so each is a function of its own rather than inline.
TEASEL_VECTOR_CLONES static void logits_of(const double* __restrict x, const double* __restrict w, int64_t d,
                                           int64_t classes, double* __restrict logits) {
  for (int64_t c = 0; c < classes; ++c) {
    double* __restrict row = logits + c * block;
    const double intercept = w[d * classes + c];
    for (int64_t i = 0; i < block; ++i) row[i] = intercept;
    for (int64_t j = 0; j < d; ++j) {
      const double slope = w[j * classes + c];
      const double* __restrict column = x + j * block;
      for (int64_t i = 0; i < block; ++i) row[i] += slope * column[i];
    }
  }
}

// Logits to probabilities; log_sum [64] is the logarithm's argument and peak [64] what was taken off first.
TEASEL_VECTOR_CLONES static void normalise(double* __restrict logits, int64_t classes, double* __restrict peak,
                                           double* __restrict sum) {
  for (int64_t i = 0; i < block; ++i) peak[i] = logits[i], sum[i] = 0;
  for (int64_t c = 1; c < classes; ++c)
    for (int64_t i = 0; i < block; ++i) peak[i] = logits[c * block + i] > peak[i] ? logits[c * block + i] : peak[i];
  for (int64_t c = 0; c < classes; ++c)
    for (int64_t i = 0; i < block; ++i) {
      const double power = exponential(logits[c * block + i] - peak[i]);
      logits[c * block + i] = power;
      sum[i] += power;
    }
  for (int64_t c = 0; c < classes; ++c)
    for (int64_t i = 0; i < block; ++i) logits[c * block + i] /= sum[i];
}

// A single logit to the probability of label 1; sum is 1 + e^-|logit|.
TEASEL_VECTOR_CLONES static void normalise_one(double* __restrict logit, double* __restrict sum) {
  for (int64_t i = 0; i < block; ++i) {
    const double power = exponential(logit[i] > 0 ? -logit[i] : logit[i]);
    sum[i] = 1 + power;
    logit[i] = (logit[i] > 0 ? 1 : power) / sum[i];
  }
}

TEASEL_VECTOR_CLONES static void add_gradient(const double* __restrict x, const double* __restrict residual, int64_t d,
                                              int64_t classes, double* __restrict gradient) {
  for (int64_t c = 0; c < classes; ++c) {
    const double* __restrict row = residual + c * block;
    for (int64_t j = 0; j <= d; ++j) {
      double sum = 0;
      if (j < d) {
        const double* __restrict column = x + j * block;
#pragma omp simd reduction(+ : sum)
        for (int64_t i = 0; i < block; ++i) sum += row[i] * column[i];
      } else {
#pragma omp simd reduction(+ : sum)
        for (int64_t i = 0; i < block; ++i) sum += row[i];
      }
      gradient[j * classes + c] += sum;
    }
  }
}

double softmax_gradient(const double* x, const int32_t* label, const double* weight, const double* w, int64_t d,
                        int64_t classes, double* logits, double* gradient) {
  double peak[block], sum[block], own[block], loss = 0;
  logits_of(x, w, d, classes, logits);
  if (classes == 1) {
    for (int64_t i = 0; i < block; ++i) own[i] = label[i] == 1 ? -logits[i] : logits[i];
    normalise_one(logits, sum);
    for (int64_t i = 0; i < block; ++i) {
      loss += weight[i] * (std::log(sum[i]) + (own[i] > 0 ? own[i] : 0));
      logits[i] = weight[i] * (logits[i] - label[i]);
    }
  } else {
    for (int64_t i = 0; i < block; ++i) own[i] = logits[label[i] * block + i];
    normalise(logits, classes, peak, sum);
    for (int64_t i = 0; i < block; ++i) loss += weight[i] * (std::log(sum[i]) + peak[i] - own[i]);
    for (int64_t i = 0; i < block; ++i) logits[label[i] * block + i] -= 1;
    for (int64_t c = 0; c < classes; ++c)
      for (int64_t i = 0; i < block; ++i) logits[c * block + i] *= weight[i];
  }
  add_gradient(x, logits, d, classes, gradient);
  return loss;
}

// One row: logits [classes] become probabilities (one logit: that of label 1); returns the loss of `label`.
TEASEL_VECTOR_CLONES static double normalise_row(double* __restrict logits, int64_t classes, int32_t label) {
  if (classes == 1) {
    const double logit = logits[0], own = label == 1 ? -logit : logit;
    const double power = exponential(logit > 0 ? -logit : logit);
    logits[0] = (logit > 0 ? 1 : power) / (1 + power);
    return std::log(1 + power) + (own > 0 ? own : 0);
  }
  const double own = logits[label];
  double peak = logits[0], sum = 0;
#pragma omp simd reduction(max : peak)
  for (int64_t c = 0; c < classes; ++c) peak = logits[c] > peak ? logits[c] : peak;
#pragma omp simd reduction(+ : sum)
  for (int64_t c = 0; c < classes; ++c) {
    logits[c] = exponential(logits[c] - peak);
    sum += logits[c];
  }
  for (int64_t c = 0; c < classes; ++c) logits[c] /= sum;
  return std::log(sum) + peak - own;
}

TEASEL_VECTOR_CLONES double softmax_gradient_one_hot(const int32_t* columns, const int32_t* label, const double* weight,
                                                     const double* w, int64_t rows, int64_t d, int64_t width,
                                                     int64_t classes, double* __restrict logits, double* gradient) {
  double loss = 0;
  for (int64_t i = 0; i < rows; ++i) {
    const double* intercept = w + width * classes;
    for (int64_t c = 0; c < classes; ++c) logits[c] = intercept[c];
    for (int64_t j = 0; j < d; ++j) {
      const double* __restrict row = w + columns[i * d + j] * classes;
      for (int64_t c = 0; c < classes; ++c) logits[c] += row[c];
    }
    loss += weight[i] * normalise_row(logits, classes, label[i]);
    if (classes == 1)
      logits[0] -= label[i];
    else
      logits[label[i]] -= 1;
    for (int64_t c = 0; c < classes; ++c) logits[c] *= weight[i];
    for (int64_t j = 0; j <= d; ++j) {
      double* __restrict row = gradient + (j < d ? columns[i * d + j] : width) * classes;
      for (int64_t c = 0; c < classes; ++c) row[c] += logits[c];
    }
  }
  return loss;
}

void softmax_probabilities(const double* x, const double* w, int64_t d, int64_t classes, double* probabilities) {
  double peak[block], sum[block];
  logits_of(x, w, d, classes, probabilities);
  if (classes == 1)
    normalise_one(probabilities, sum);
  else
    normalise(probabilities, classes, peak, sum);
}

}  // namespace teasel
