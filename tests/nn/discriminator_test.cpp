// Discriminators: their published layers, and log-odds from the parameters.
#include "teasel/nn/discriminator.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "teasel/core/error.hpp"

namespace teasel::nn {
namespace {

std::vector<std::vector<int64_t>> weights(const std::string& name, const std::string& options) {
  ParameterStore store;
  Registry<Discriminator>::get().make(name, parse_toml(options, "test"), {{store, "discriminator."}, 10});
  std::vector<std::vector<int64_t>> out;
  for (auto& slot : store.slots())
    if (slot.name.ends_with(".weight")) out.push_back(slot.value.sizes().vec());
  return out;
}

// "6 layers" are six linear ones in published code, seven in disentanglement_lib.
TEST(Discriminators, HaveTheirPublishedLayers) {
  std::vector<std::vector<int64_t>> layers{{1000, 10},   {1000, 1000}, {1000, 1000},
                                           {1000, 1000}, {1000, 1000}, {2, 1000}};
  EXPECT_EQ(weights("mlp_d5", ""), layers);
  layers.insert(layers.begin() + 1, {1000, 1000});
  EXPECT_EQ(weights("mlp_d6", ""), layers);
  EXPECT_EQ(weights("mlp_d5", "layers = 1\nwidth = 7\noutputs = 1"),
            (std::vector<std::vector<int64_t>>{{7, 10}, {1, 7}}));
  EXPECT_THROW(weights("mlp_d5", "outputs = 3"), Error);
}

TEST(Discriminators, LogOddsAreTheDifferenceOfTwoLogitsOrTheOneLogit) {
  for (const std::string outputs : {"1", "2"}) {
    ParameterStore store;
    const auto made = Registry<Discriminator>::get().make(
        "mlp_d5",
        parse_toml("layers = 1\nwidth = 6\nslope = 0.3\ninitialisation = 'framework'\noutputs = " + outputs, "test"),
        {{store, "discriminator.", 3}, 4});
    const Tensor z = at::linspace(-2, 2, 20).view({5, 4}), h = z.matmul(store[0].t()) + store[1];
    const Tensor logits = at::where(h > 0, h, 0.3 * h).matmul(store[2].t()) + store[3];
    ASSERT_EQ(logits.size(1), std::stoll(outputs));
    // ln p/q of the softmax over both classes, or of the logistic function.
    const Tensor expected = outputs == "2" ? logits.log_softmax(1).select(1, 0) - logits.log_softmax(1).select(1, 1)
                                           : logits.sigmoid().logit().view({5});
    EXPECT_LT((made->log_odds(z) - expected).abs().max().item<float>(), 1e-5) << outputs;
  }
}

}  // namespace
}  // namespace teasel::nn
