#include "teasel/train/batches.hpp"

#include "teasel/core/error.hpp"
#include "teasel/core/random.hpp"

namespace teasel {

DataOrder::DataOrder(uint64_t seed, std::vector<int64_t> items, int64_t batch_size)
    : seed_(seed), items_(std::move(items)), batch_size_(batch_size) {
  if (items_.empty()) throw Error("there is nothing to train on: the split is empty");
}

std::vector<int64_t> DataOrder::batch(int64_t step, int number, int64_t attempt) {
  if (epochs_.size() <= static_cast<size_t>(number)) epochs_.resize(static_cast<size_t>(number) + 1);
  Epoch& cached = epochs_[static_cast<size_t>(number)];
  const auto size = static_cast<int64_t>(items_.size());
  std::vector<int64_t> out(static_cast<size_t>(batch_size_));
  for (int64_t i = 0; i < batch_size_; ++i) {
    const int64_t position = step * batch_size_ + i, epoch = position / size;
    if (cached.epoch != epoch || cached.attempt != attempt)
      cached = {epoch, attempt,
                Stream(seed_, "data order/" + std::to_string(number), epoch, attempt).permutation(size)};
    out[static_cast<size_t>(i)] = items_[static_cast<size_t>(cached.order[static_cast<size_t>(position % size)])];
  }
  return out;
}

}  // namespace teasel
