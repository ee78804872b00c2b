// The smallest things that train: for tests of the loop.
#pragma once
#include <ATen/ATen.h>

#include <functional>

#include "teasel/models/trainable.hpp"

namespace teasel::testing {

// Two parameters, each drawn to 3 by a phase of its own.
class Quadratic : public Trainable {
 public:
  Quadratic() {
    store_.add("a.w", at::zeros({2, 3}));
    store_.add("b.w", at::zeros({5}));
    store_.add("b.seen", at::zeros({1}), /*trained=*/false);
  }
  ParameterStore& parameters() override { return store_; }
  int batches() const override { return batches_drawn; }
  std::vector<Event> events() const override { return planned; }
  void finish() override { ++finished; }
  std::vector<Phase> phases() override {
    return {
        {.name = "a", .trains = "a.", .optimizer = {.lr = 0.1}, .terms = [this](StepContext& c) { return pull(c, 0); }},
        {.name = "b", .trains = "b.", .every = every_b, .optimizer = {.lr = 0.1}, .terms = [this](StepContext& c) {
           return pull(c, 1);
         }}};
  }

  int64_t every_b = 1;
  int batches_drawn = 1, finished = 0;
  std::vector<Event> planned;
  std::function<void(StepContext&)> look = [](StepContext&) {};
  std::function<Tensor(int64_t step)> factor = [](int64_t) { return Tensor(); };

 private:
  Terms pull(StepContext& context, size_t slot) {
    if (slot == 0) look(context);
    Terms terms;
    terms.add(slot ? "distance_b" : "distance_a", (store_[slot] - 3).square().sum(), factor(context.step()));
    return terms;
  }
  ParameterStore store_;
};

}  // namespace teasel::testing
