// Gradients of a model's phases against central differences.
#pragma once
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "tests/models/small.hpp"

namespace teasel::testing {

// Every phase's gradient along a random direction, in double precision, at step 0 on small_data(). The model is not
// usable for training afterwards.
inline void expect_gradients_agree_with_finite_differences(Model& model) {
  for (auto& slot : model.parameters().slots())
    slot.value = slot.value.detach().to(at::kDouble).set_requires_grad(slot.trained);
  auto batches = first_batches(model, *small_data(), 4);
  for (auto& batch : batches)
    for (auto& [name, items] : batch.fields)
      if (items.dtype != Dtype::i64) items = {items.values().to(at::kDouble), Dtype::f32, items.shape};
  HostContext context(0);
  context.begin(0, 0, batches);
  for (auto& phase : model.phases()) {
    {
      c10::NoGradGuard no_gradients;
      for (auto& segment : phase.before) segment.run(context);
    }
    if (!phase.terms) continue;
    std::vector<Tensor> parameters, directions;
    for (size_t slot : model.parameters().matching(phase.trains)) {
      parameters.push_back(model.parameters()[slot]);
      const Stream stream(1, "direction/" + std::to_string(slot));
      std::vector<float> numbers(static_cast<size_t>(parameters.back().numel()));
      stream.normal(0, parameters.back().numel(), numbers);
      directions.push_back(at::from_blob(numbers.data(), parameters.back().sizes()).to(at::kDouble));
    }
    const auto gradients = torch::autograd::grad({phase.terms(context).loss()}, parameters, {}, false, false, true);
    double along = 0;
    for (size_t i = 0; i < gradients.size(); ++i)
      if (gradients[i].defined()) along += (gradients[i] * directions[i]).sum().item<double>();
    const auto loss_at = [&](double distance) {
      c10::NoGradGuard no_gradients;
      for (size_t i = 0; i < parameters.size(); ++i) parameters[i].add_(directions[i], distance);
      const double loss = phase.terms(context).loss().item<double>();
      for (size_t i = 0; i < parameters.size(); ++i) parameters[i].sub_(directions[i], distance);
      return loss;
    };
    // So short because every unit of ReLU that changes sides on the way adds an error.
    const double h = 2e-8, differences = (loss_at(h) - loss_at(-h)) / (2 * h);
    EXPECT_NE(along, 0) << phase.name;
    EXPECT_NEAR(differences, along, 1e-4 * std::abs(along) + 1e-5) << phase.name;
  }
}

}  // namespace teasel::testing
