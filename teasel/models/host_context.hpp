// A StepContext on the host: what the trainer, samplers and tests run steps in.
#pragma once
#include <map>

#include "teasel/models/trainable.hpp"

namespace teasel {

// Noise is a function of (seed, stream, step, attempt, sample), schedules of the step: nothing here needs saving.
class HostContext : public StepContext {
 public:
  // Error where this processor does not have the precision.
  explicit HostContext(uint64_t seed, bool training = true, nn::Precision precision = nn::Precision::single);

  // Begins a step with its batches; all slots are emptied.
  void begin(int64_t step, int64_t attempt, std::vector<Batch> batches);

  int64_t step() const override { return step_; }
  bool training() const override { return training_; }
  nn::Precision precision() const override { return precision_; }
  const Batch& batch(int i) const override { return batches_.at(static_cast<size_t>(i)); }
  Tensor at(const Schedule& schedule, int64_t latents) override;
  Tensor normal(at::IntArrayRef shape, std::string_view stream) override;
  Tensor permutation(int64_t count, int64_t n, std::string_view stream) override;
  Tensor& keep(std::string_view name) override;

 private:
  uint64_t seed_;
  bool training_;
  nn::Precision precision_;
  int64_t step_ = 0, attempt_ = 0;
  std::vector<Batch> batches_;
  std::map<std::string, Tensor, std::less<>> slots_;
};

}  // namespace teasel
