// Which items a step sees.
#pragma once
#include <cstdint>
#include <vector>

namespace teasel {

// The order of items: a new shuffle each epoch, end to end, as a function of (seed, epoch, batch number, attempt).
// Batch i of a step draws from an order of its own, so that two batches of a step are independent. After a training
// went back the attempt is higher and the rest of the epoch comes in another order.
class DataOrder {
 public:
  DataOrder(uint64_t seed, std::vector<int64_t> items, int64_t batch_size);
  // The items of batch `number` of `step`.
  std::vector<int64_t> batch(int64_t step, int number, int64_t attempt = 0);

 private:
  struct Epoch {
    int64_t epoch = -1, attempt = 0;
    std::vector<int64_t> order;
  };
  uint64_t seed_;
  std::vector<int64_t> items_;
  int64_t batch_size_;
  std::vector<Epoch> epochs_;  // by batch number: the last epoch that was shuffled
};

}  // namespace teasel
