#include "teasel/stats/perceptron.hpp"

#include <algorithm>
#include <cmath>

#include "teasel/core/random.hpp"
#include "teasel/stats/columns.hpp"
#include "teasel/stats/kernels/dense_kernel.hpp"

namespace teasel {
namespace {

constexpr int64_t rows_a_task = 64;

// dense_product on threads by rows of the result.
void product(const float* a, int64_t a_row, int64_t a_inner, const float* b, float* c, int64_t rows, int64_t columns,
             int64_t inner) {
#pragma omp parallel for schedule(dynamic) if (rows * columns * inner > 1 << 16)
  for (int64_t i = 0; i < rows; i += rows_a_task)
    dense_product(a + i * a_row, a_row, a_inner, b, c + i * columns, std::min(rows_a_task, rows - i), columns, inner);
}

// Adam's running means for one array of parameters (Kingma and Ba 2015, algorithm 1).
struct Moments {
  std::vector<float> first, second;

  void step(std::vector<float>& w, std::span<const float> gradient, double rate, int64_t time) {
    first.resize(w.size());
    second.resize(w.size());
    const auto scale = static_cast<float>(rate / (1 - std::pow(0.9, time)));
    const auto root = static_cast<float>(1 / std::sqrt(1 - std::pow(0.999, time)));
    for (size_t i = 0; i < w.size(); ++i) {
      first[i] += 0.1f * (gradient[i] - first[i]);
      second[i] += 0.001f * (gradient[i] * gradient[i] - second[i]);
      w[i] -= scale * first[i] / (std::sqrt(second[i]) * root + 1e-8f);
    }
  }
};

}  // namespace

// One training: the network, its activations on a batch, gradients and Adam's state.
class PerceptronTraining {
 public:
  PerceptronTraining(Perceptron& net, std::span<const float> x, const PerceptronSettings& settings, uint64_t seed)
      : net_(net), settings_(settings), seed_(seed), x_(x), n_(static_cast<int64_t>(x.size()) / net.d_) {
    int64_t in = net.d_;
    auto widths = settings.hidden;
    widths.push_back(net.outputs_);
    for (size_t l = 0; l < widths.size(); ++l) {
      net.layers_.push_back({in, widths[l], std::vector<float>(in * widths[l]), std::vector<float>(widths[l])});
      auto& layer = net.layers_.back();
      const auto bound = static_cast<float>(1 / std::sqrt(static_cast<double>(in)));
      const Stream weights(seed, "perceptron/weight", static_cast<int64_t>(l)),
          biases(seed, "perceptron/bias", static_cast<int64_t>(l));
      weights.uniform(0, in, layer.weight);
      biases.uniform(0, 1, layer.bias);
      for (auto* values : {&layer.weight, &layer.bias})
        for (auto& w : *values) w = bound * (2 * w - 1);
      in = widths[l];
    }
    weight_moments_.resize(widths.size());
    bias_moments_.resize(widths.size());
  }

  // `loss`: for the rows of a batch and their outputs, fills the gradient of the summed loss with respect to the
  // outputs and returns what the batch adds to the measure of progress.
  template <class Loss>
  void run(const Loss& loss, double per_unit, double enough) {
    double rate = settings_.learning_rate, best = -1e300;
    Perceptron kept = net_;
    int64_t stale = 0;
    for (int64_t epoch = 0; epoch < settings_.epochs && stale < settings_.patience; ++epoch) {
      if (epoch > 0 && (epoch & (epoch - 1)) == 0) rate *= settings_.decay;
      const double progress = one_epoch(loss, epoch, rate) * per_unit;
      stale = progress > best ? 0 : stale + 1;
      if (progress > best) best = progress, kept = net_;
      if (progress >= enough) break;
    }
    net_ = kept;
  }

 private:
  template <class Loss>
  double one_epoch(const Loss& loss, int64_t epoch, double rate) {
    const auto order = Stream(seed_, "perceptron/order", epoch).permutation(n_);
    double progress = 0;
    for (int64_t begin = 0; begin < n_; begin += settings_.batch) {
      const std::span rows(&order[begin], std::min(settings_.batch, n_ - begin));
      forward(take_rows(x_, net_.d_, rows));
      deltas_ = activations_.back();
      progress += loss(rows, activations_.back(), deltas_);
      for (auto& delta : deltas_) delta /= static_cast<float>(rows.size());
      backward(static_cast<int64_t>(rows.size()), rate);
    }
    return progress;
  }

  void forward(std::vector<float> batch) {
    activations_.assign(1, std::move(batch));
    for (size_t l = 0; l < net_.layers_.size(); ++l)
      activations_.push_back(apply(net_.layers_[l], activations_[l], l + 1 < net_.layers_.size()));
  }

  void backward(int64_t rows, double rate) {
    ++time_;
    for (size_t l = net_.layers_.size(); l-- > 0;) {
      auto& layer = net_.layers_[l];
      std::vector<float> weight(layer.weight.size()), bias(layer.out);
      product(activations_[l].data(), 1, layer.in, deltas_.data(), weight.data(), layer.in, layer.out, rows);
      for (int64_t i = 0; i < rows; ++i)
        for (int64_t j = 0; j < layer.out; ++j) bias[j] += deltas_[i * layer.out + j];
      if (l > 0) deltas_ = passed_back(layer, activations_[l], rows);
      weight_moments_[l].step(layer.weight, weight, rate, time_);
      bias_moments_[l].step(layer.bias, bias, rate, time_);
    }
  }

  // The gradient with respect to a layer's inputs, 0 where its ReLU was shut.
  std::vector<float> passed_back(const Perceptron::Layer& layer, const std::vector<float>& inputs, int64_t rows) const {
    std::vector<float> turned(layer.weight.size()), out(rows * layer.in);
    for (int64_t i = 0; i < layer.in; ++i)
      for (int64_t j = 0; j < layer.out; ++j) turned[j * layer.in + i] = layer.weight[i * layer.out + j];
    product(deltas_.data(), layer.out, 1, turned.data(), out.data(), rows, layer.in, layer.out);
    for (size_t i = 0; i < out.size(); ++i) out[i] = inputs[i] > 0 ? out[i] : 0;
    return out;
  }

 public:
  static std::vector<float> apply(const Perceptron::Layer& layer, std::span<const float> x, bool relu) {
    const auto rows = static_cast<int64_t>(x.size()) / layer.in;
    std::vector<float> out(rows * layer.out);
    product(x.data(), layer.in, 1, layer.weight.data(), out.data(), rows, layer.out, layer.in);
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t j = 0; j < layer.out; ++j) {
        float& value = out[i * layer.out + j];
        value += layer.bias[j];
        if (relu) value = std::max(value, 0.0f);
      }
    return out;
  }

 private:
  Perceptron& net_;
  const PerceptronSettings& settings_;
  uint64_t seed_;
  std::span<const float> x_;
  int64_t n_, time_ = 0;
  std::vector<std::vector<float>> activations_;  // of the batch, the inputs first
  std::vector<float> deltas_;                    // the gradient with respect to the present layer's outputs
  std::vector<Moments> weight_moments_, bias_moments_;
};

Perceptron Perceptron::classifier(std::span<const float> x, std::span<const int32_t> labels, int64_t classes,
                                  const PerceptronSettings& settings, uint64_t seed) {
  Perceptron net;
  const auto n = static_cast<int64_t>(labels.size());
  net.d_ = static_cast<int64_t>(x.size()) / n;
  net.outputs_ = classes;
  const auto loss = [&](std::span<const int64_t> rows, const std::vector<float>& logits, std::vector<float>& delta) {
    double right = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
      const float* row = &logits[i * classes];
      float* out = &delta[i * classes];
      const auto best = std::max_element(row, row + classes) - row;
      float sum = 0;
      for (int64_t c = 0; c < classes; ++c) sum += out[c] = std::exp(row[c] - row[best]);
      for (int64_t c = 0; c < classes; ++c) out[c] /= sum;
      out[labels[rows[i]]] -= 1;
      right += best == labels[rows[i]];
    }
    return right;
  };
  PerceptronTraining(net, x, settings, seed).run(loss, 1 / static_cast<double>(n), settings.enough);
  return net;
}

Perceptron Perceptron::regressor(std::span<const float> x, std::span<const float> y, const PerceptronSettings& settings,
                                 uint64_t seed) {
  Perceptron net;
  const auto n = static_cast<int64_t>(y.size());
  net.d_ = static_cast<int64_t>(x.size()) / n;
  net.outputs_ = 1;
  const double variance = column_moments(y, n, 1).variance[0] * static_cast<double>(std::max<int64_t>(n - 1, 1));
  const auto loss = [&](std::span<const int64_t> rows, const std::vector<float>& fit, std::vector<float>& delta) {
    double squares = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
      const float off = fit[i] - y[rows[i]];
      delta[i] = 2 * off;
      squares += off * off;
    }
    return -squares;
  };
  // Progress is -|y - fit|^2 / |y - mean|^2, which is R^2 - 1.
  PerceptronTraining(net, x, settings, seed).run(loss, variance > 0 ? 1 / variance : 1, settings.enough - 1);
  return net;
}

std::vector<float> Perceptron::forward(std::span<const float> x) const {
  std::vector<float> out(x.begin(), x.end());
  for (size_t l = 0; l < layers_.size(); ++l) out = PerceptronTraining::apply(layers_[l], out, l + 1 < layers_.size());
  return out;
}

std::vector<int32_t> Perceptron::predict(std::span<const float> x) const {
  const auto logits = forward(x);
  std::vector<int32_t> out(logits.size() / outputs_);
  for (size_t i = 0; i < out.size(); ++i) {
    const float* row = &logits[i * outputs_];
    out[i] = static_cast<int32_t>(std::max_element(row, row + outputs_) - row);
  }
  return out;
}

int64_t Perceptron::parameters() const {
  int64_t out = 0;
  for (auto& layer : layers_) out += static_cast<int64_t>(layer.weight.size() + layer.bias.size());
  return out;
}

}  // namespace teasel
