#include "teasel/models/host_context.hpp"

#include <ATen/ATen.h>

#include "teasel/core/error.hpp"
#include "teasel/core/random.hpp"
#include "teasel/nn/stride2.hpp"

namespace teasel {

HostContext::HostContext(uint64_t seed, bool training, nn::Precision precision)
    : seed_(seed), training_(training), precision_(precision) {
  if (precision == nn::Precision::bfloat16 && !nn::has_kernels(precision))
    throw Error("train.precision = \"bf16\" needs a processor with AVX512_BF16, which this one has not",
                "Use fp32 here. (TEASEL_KERNELS=avx2 and =none switch bf16 off as well.)");
}

void HostContext::begin(int64_t step, int64_t attempt, std::vector<Batch> batches) {
  step_ = step, attempt_ = attempt;
  batches_ = std::move(batches);
  slots_.clear();
}

Tensor HostContext::at(const Schedule& schedule, int64_t latents) {
  if (latents == 1 && !schedule.per_latent()) return at::scalar_tensor(schedule.value(step_), at::kFloat);
  Tensor out = at::empty({latents}, at::kFloat);
  for (int64_t i = 0; i < latents; ++i)
    out.data_ptr<float>()[i] = static_cast<float>(schedule.value(step_, static_cast<size_t>(i)));
  return out;
}

Tensor HostContext::normal(at::IntArrayRef shape, std::string_view stream) {
  Tensor out = at::empty(shape, at::kFloat);
  if (out.numel() == 0) return out;
  const std::span<float> values(out.data_ptr<float>(), static_cast<size_t>(out.numel()));
  Stream(seed_, stream, step_, attempt_).normal(0, out.numel() / shape[0], values);
  return out;
}

Tensor HostContext::permutation(int64_t count, int64_t n, std::string_view stream) {
  Tensor out = at::empty({count, n}, at::kLong);
  for (int64_t i = 0; i < count; ++i) {
    const auto order = Stream(seed_, std::string(stream) + "/" + std::to_string(i), step_, attempt_).permutation(n);
    std::copy(order.begin(), order.end(), out.data_ptr<int64_t>() + i * n);
  }
  return out;
}

Tensor& HostContext::keep(std::string_view name) {
  auto found = slots_.find(name);
  return found != slots_.end() ? found->second : slots_[std::string(name)];
}

}  // namespace teasel
