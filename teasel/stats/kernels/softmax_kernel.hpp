// The inner loops of logistic regression.
#pragma once
#include <cstdint>

namespace teasel {

// Rows of a block: columns of a block lie contiguous, so that loops run over rows, however few classes there are.
constexpr int64_t softmax_block = 64;

// One block of the negative log-likelihood of a softmax (classes > 1), or of a single logit whose label is 0 or 1
// (classes == 1), and its gradient.
// x: [d, 64]; label, weight: [64] (weight 0: no row); w: [d + 1, classes], the intercepts last; logits: [classes, 64],
// overwritten by the probabilities. Adds to gradient [d + 1, classes] and returns the weighted sum of losses.
double softmax_gradient(const double* x, const int32_t* label, const double* weight, const double* w, int64_t d,
                        int64_t classes, double* logits, double* gradient);

// The same for rows of zeros and ones that are given by the columns of their ones, one row after the other.
// columns: [rows, d]; w: [width + 1, classes]; logits: [classes] to work in.
double softmax_gradient_one_hot(const int32_t* columns, const int32_t* label, const double* weight, const double* w,
                                int64_t rows, int64_t d, int64_t width, int64_t classes, double* logits,
                                double* gradient);

// The probabilities [classes, 64] of a block, without labels (for classes == 1 that of label 1).
void softmax_probabilities(const double* x, const double* w, int64_t d, int64_t classes, double* probabilities);

}  // namespace teasel
