// A small multilayer perceptron.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace teasel {

struct PerceptronSettings {
  std::vector<int64_t> hidden = {256};  // widths of the hidden layers; none: a linear classifier
  double learning_rate = 0.01;          // of Adam, with the usual .9, .999 and 1e-8
  int64_t batch = 4096, epochs = 30;
  double decay = 0.65;   // multiplies the learning rate at epochs 1, 2, 4, 8, ...
  double enough = 0.99;  // stops after an epoch with at least this training accuracy (R^2), measured along the way
  int64_t patience = 4;  // stops after so many epochs without a better one
};

// A perceptron with ReLUs that predicts classes (mean cross-entropy), or one number (mean squared error).
class Perceptron {
 public:
  // x: [n, d]; labels: n class numbers below `classes`. Weights start as torch's Linear does, U(-1/sqrt(in),
  // 1/sqrt(in)). A function of the data and the seed, the same for any number of threads.
  static Perceptron classifier(std::span<const float> x, std::span<const int32_t> labels, int64_t classes,
                               const PerceptronSettings& settings, uint64_t seed);
  // The same for a number, y: [n].
  static Perceptron regressor(std::span<const float> x, std::span<const float> y, const PerceptronSettings& settings,
                              uint64_t seed);

  // Logits [n, classes] of rows [n, d], or numbers [n].
  std::vector<float> forward(std::span<const float> x) const;
  // The class with the greatest logit of each row.
  std::vector<int32_t> predict(std::span<const float> x) const;
  int64_t parameters() const;

 private:
  friend class PerceptronTraining;
  struct Layer {
    int64_t in = 0, out = 0;
    std::vector<float> weight, bias;  // [in, out], [out]
  };
  int64_t d_ = 0, outputs_ = 0;
  std::vector<Layer> layers_;
};

}  // namespace teasel
