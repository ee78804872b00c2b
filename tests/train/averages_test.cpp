// The moving average of the weights.
#include "teasel/train/averages.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "teasel/core/error.hpp"
#include "teasel/train/checkpoint.hpp"
#include "tests/core/temporary_folder.hpp"
#include "tests/models/small.hpp"
#include "tests/train/quadratic.hpp"

namespace teasel {
namespace {

using namespace testing;

TEST(Averages, FollowTheirRecursion) {
  ParameterStore store;
  store.add("a", at::zeros({2}));
  store.add("seen", at::zeros({1}), /*trained=*/false);
  Averages averages(store, 0.9);
  double expected = 0;
  for (int64_t step = 0; step < 200; ++step) {
    const double weight = static_cast<double>(step % 7);
    store.slots()[0].value.detach().fill_(weight);
    averages.update(step);
    const double decay = std::min(0.9, (1.0 + static_cast<double>(step)) / (10.0 + static_cast<double>(step)));
    expected = decay * expected + (1 - decay) * weight;
    ASSERT_NEAR(averages.tensors()[0].second[1].item<double>(), expected, 1e-5) << step;
  }
  EXPECT_EQ(averages.tensors().size(), 1u);  // a buffer has no average
  EXPECT_EQ(averages.tensors()[0].first, "ema.a");
}

TEST(Averages, StandInForTheWeightsAndGiveThemBack) {
  ParameterStore store;
  store.add("a", at::ones({2}).set_requires_grad(true));
  Averages averages(store, 0.9);
  store.slots()[0].value.detach().fill_(3);
  const void* memory = store[0].data_ptr();
  {
    const Averages::InPlace in_place(averages);
    EXPECT_EQ(store[0][0].item<float>(), 1);
  }
  EXPECT_EQ(store[0][0].item<float>(), 3);
  EXPECT_EQ(store[0].data_ptr(), memory);
  EXPECT_TRUE(store[0].requires_grad());
}

TEST(Averages, AreInTheCheckpointAndChangeNoWeight) {
  Quadratic with, without;
  TrainOptions options = TrainOptions::for_phases(with.phases());
  options.steps = 30, options.batch_size = 4;
  Trainer plain(without, *small_data(), options);
  plain.run();
  options.ema = 0.8;
  Trainer averaging(with, *small_data(), options);
  averaging.run();
  EXPECT_EQ(bytes_of(with.parameters()), bytes_of(without.parameters()));

  const TemporaryFolder folder;
  write_checkpoint(folder / "a.safetensors", averaging.state());
  const State state = read_checkpoint(folder / "a.safetensors");
  Quadratic loaded;
  load_parameters(loaded.parameters(), state, Weights::averaged);
  EXPECT_TRUE(at::equal(loaded.parameters()[0], state.at("ema.a.w", with.parameters()[0])));
  EXPECT_FALSE(at::equal(loaded.parameters()[0], with.parameters()[0].detach()));
  EXPECT_THROW(load_parameters(loaded.parameters(), plain.state(), Weights::averaged), Error);
}

}  // namespace
}  // namespace teasel
