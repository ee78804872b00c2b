// An exponential moving average of a model's weights.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "teasel/models/trainable.hpp"

namespace teasel {

// Holds one average for each trained parameter; buffers have none. average <- d * average + (1 - d) * weight after
// every step, with d = min(decay, (1 + n) / (10 + n)) after n steps, so that the first weights are soon forgotten.
class Averages {
 public:
  // Starts at the present weights. A decay of 0 holds nothing.
  Averages(ParameterStore& store, double decay);
  bool on() const { return decay_ > 0; }
  // Takes in the weights after step number `step`.
  void update(int64_t step);
  // By name, "ema.<parameter>".
  std::vector<std::pair<std::string, at::Tensor>> tensors() const;

  // While one of these lives, the averages stand in the store in the place of the weights.
  class InPlace {
   public:
    explicit InPlace(Averages& averages) : averages_(averages) { averages_.exchange(); }
    ~InPlace() { averages_.exchange(); }
    InPlace(const InPlace&) = delete;
    InPlace& operator=(const InPlace&) = delete;

   private:
    Averages& averages_;
  };

 private:
  void exchange();
  ParameterStore& store_;
  double decay_;
  std::vector<size_t> slots_;
  std::vector<at::Tensor> averages_;
};

}  // namespace teasel
