#include "teasel/train/batch_source.hpp"

namespace teasel {

BatchSource::BatchSource(const Dataset& data, DataOrder order, About about)
    : data_(data), order_(std::move(order)), about_(std::move(about)) {
  if (about_.ahead) worker_ = std::thread([this] { work(); });
}

BatchSource::~BatchSource() {
  if (!worker_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  worker_.join();
}

std::vector<Batch> BatchSource::gather(BatchKey key) {
  // Another attempt draws other noise in the views too.
  const uint64_t seed = about_.seed + static_cast<uint64_t>(key.attempt) * 0x9e3779b97f4a7c15u;
  std::vector<Batch> batches;
  for (int i = 0; i < about_.batches; ++i)
    batches.push_back(gather_batch(data_, about_.fields, order_.batch(key.step, i, key.attempt),
                                   {seed, key.step * about_.batches + i}));
  return batches;
}

void BatchSource::ask(BatchKey key) {
  asked_ = key, done_.reset();
  changed_.notify_all();
}

std::vector<Batch> BatchSource::take(BatchKey key) {
  if (!about_.ahead) return gather(key);
  std::unique_lock lock(mutex_);
  // After a jump to another step what is being gathered is waited for and dropped.
  if (asked_ != key && done_ != key) {
    changed_.wait(lock, [&] { return !asked_; });
    ask(key);
  }
  changed_.wait(lock, [&] { return done_ == key; });
  std::vector<Batch> batches = std::move(batches_);
  const std::exception_ptr failure = std::exchange(failure_, nullptr);
  done_.reset();
  if (failure) std::rethrow_exception(failure);
  if (key.step + 1 < about_.steps) ask({key.step + 1, key.attempt});
  return batches;
}

void BatchSource::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return ending_ || asked_; });
    if (ending_) return;
    const BatchKey key = *asked_;
    lock.unlock();
    std::vector<Batch> batches;
    std::exception_ptr failure;
    try {
      batches = gather(key);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    batches_ = std::move(batches), failure_ = failure;
    done_ = key, asked_.reset();
    changed_.notify_all();
  }
}

}  // namespace teasel
