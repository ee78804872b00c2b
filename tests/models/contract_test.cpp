// What every registered model keeps to. No model is named here.
#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <set>

#include "teasel/core/random.hpp"
#include "teasel/explore/encode.hpp"
#include "teasel/explore/traverse.hpp"
#include "teasel/train/checkpoint.hpp"
#include "tests/core/temporary_folder.hpp"
#include "tests/models/gradients.hpp"
#include "tests/models/small.hpp"

namespace teasel {
namespace {

using namespace testing;

class EveryModel : public ::testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Model> make(uint64_t seed = 0) const { return small_model(GetParam(), *small_data(), seed); }
  Batch batch_of(Model& model, int64_t size = 5) const {
    std::vector<int64_t> index;
    for (int64_t i = 0; i < size; ++i) index.push_back(i * 577 % small_data()->spec().size);
    return gather_batch(*small_data(), model.fields(), index, {});
  }
};

std::vector<int64_t> with_rows(int64_t rows, const std::vector<int64_t>& shape) {
  std::vector<int64_t> out{rows};
  out.insert(out.end(), shape.begin(), shape.end());
  return out;
}

TEST_P(EveryModel, EncodesAndDecodesToTheShapesOfItsLayout) {
  c10::NoGradGuard no_gradients;
  const auto model = make();
  const auto& layout = model->latents();
  ASSERT_FALSE(layout.blocks.empty());
  const Latents latents = model->encode(batch_of(*model));
  ASSERT_EQ(latents.location.size(), layout.blocks.size());
  const int64_t frames = small_data()->spec().frames;
  for (size_t b = 0; b < layout.blocks.size(); ++b) {
    const LatentBlock& block = layout.blocks[b];
    const std::vector<int64_t> shape = block.time == LatentTime::item ? std::vector<int64_t>{5, block.size}
                                       : block.time == LatentTime::frame
                                           ? std::vector<int64_t>{5, frames, block.size}
                                           : std::vector<int64_t>{5, frames - 1, block.size};
    EXPECT_EQ(latents.location[b].sizes().vec(), shape) << block.name;
    EXPECT_TRUE(latents.location[b].isfinite().all().item<bool>());
    if (b < latents.spread.size() && latents.spread[b].defined()) {
      EXPECT_EQ(latents.spread[b].sizes().vec(), shape) << block.name;
      EXPECT_TRUE((latents.spread[b] > 0).all().item<bool>());
    }
  }
  const Tensor images = model->decode(latents);
  EXPECT_EQ(images.sizes().vec(), with_rows(5, small_data()->spec().field("x").shape));
  EXPECT_GE(images.min().item<float>(), small_data()->spec().low);
  EXPECT_LE(images.max().item<float>(), small_data()->spec().high);
  const Tensor distortion = model->distortion(latents, batch_of(*model));
  if (distortion.defined()) {
    EXPECT_EQ(distortion.sizes().vec(), std::vector<int64_t>{5});
  }
}

TEST_P(EveryModel, ACodeDoesNotDependOnItsBatchUnlessTheLayoutSaysSo) {
  c10::NoGradGuard no_gradients;
  const auto model = make();
  if (model->latents().basis == LatentBasis::batch) GTEST_SKIP() << "its basis is the batch's";
  const Tensor five = model->encode(batch_of(*model, 5)).location[0],
               two = model->encode(batch_of(*model, 2)).location[0];
  EXPECT_LT((five.slice(0, 0, 2) - two).abs().max().item<float>(), 1e-5);
}

TEST_P(EveryModel, EveryTrainedParameterGetsAGradientAndTheLossIsFinite) {
  const auto model = make();
  shake(*model);
  std::set<std::string> reached;
  for (int64_t step : {int64_t{0}, int64_t{1000000}}) {
    HostContext context(0);
    context.begin(step, 0, first_batches(*model, *small_data()));
    for (auto& phase : model->phases()) {
      {
        c10::NoGradGuard no_gradients;
        for (auto& segment : phase.before) segment.run(context);
      }
      if (!phase.terms) continue;
      const Tensor loss = phase.terms(context).loss();
      ASSERT_TRUE(loss.defined()) << phase.name;
      EXPECT_EQ(loss.dim(), 0) << phase.name;
      EXPECT_TRUE(std::isfinite(loss.item<double>())) << phase.name;
      const auto slots = model->parameters().matching(phase.trains);
      std::vector<Tensor> parameters;
      for (size_t slot : slots) parameters.push_back(model->parameters()[slot]);
      const auto gradients = torch::autograd::grad({loss}, parameters, {}, false, false, true);
      for (size_t i = 0; i < slots.size(); ++i)
        if (gradients[i].defined() && (gradients[i] != 0).any().item<bool>())
          reached.insert(model->parameters().slots()[slots[i]].name);
    }
  }
  for (auto& slot : model->parameters().slots())
    if (slot.trained) {
      EXPECT_TRUE(reached.contains(slot.name)) << slot.name;
    }
}

TEST_P(EveryModel, GradientsAgreeWithFiniteDifferences) {
  const auto model = make();
  shake(*model);
  expect_gradients_agree_with_finite_differences(*model);
}

// Passes everything on, and looks at the parameters whenever a phase begins.
class Watched : public Trainable {
 public:
  explicit Watched(Model& model) : model_(model) {}
  ParameterStore& parameters() override { return model_.parameters(); }
  std::vector<std::string> fields() const override { return model_.fields(); }
  int batches() const override { return model_.batches(); }
  std::vector<Phase> phases() override {
    auto phases = model_.phases();
    for (auto& phase : phases)
      if (phase.terms)
        phase.terms = [this, terms = phase.terms](StepContext& context) {
          seen.push_back(bytes_of(model_.parameters()));
          return terms(context);
        };
    return phases;
  }
  std::vector<std::map<std::string, std::string>> seen;

 private:
  Model& model_;
};

TEST_P(EveryModel, APhaseChangesItsOwnParametersAlone) {
  const auto model = make();
  shake(*model);
  Watched watched(*model);
  Trainer trainer(watched, *small_data(), small_training(*model, 1));
  trainer.run_step();
  watched.seen.push_back(bytes_of(model->parameters()));
  std::vector<Phase> phases = model->phases();
  std::erase_if(phases, [](auto& phase) { return !phase.terms; });
  ASSERT_EQ(watched.seen.size(), phases.size() + 1);
  for (size_t p = 0; p < phases.size(); ++p) {
    std::set<std::string> own;
    for (size_t slot : model->parameters().matching(phases[p].trains))
      own.insert(model->parameters().slots()[slot].name);
    for (auto& slot : model->parameters().slots()) {
      const bool changed = watched.seen[p].at(slot.name) != watched.seen[p + 1].at(slot.name);
      if (slot.trained) {
        EXPECT_EQ(changed, own.contains(slot.name)) << phases[p].name << ": " << slot.name;
      }
    }
  }
}

TEST_P(EveryModel, ASavedModelLoadsToTheSameBits) {
  c10::NoGradGuard no_gradients;
  const TemporaryFolder folder;
  const auto model = make(1), other = make(2);
  {
    c10::AutoGradMode gradients(true);
    Trainer trainer(*model, *small_data(), small_training(*model, 3));
    while (trainer.step() < 3) trainer.run_step();
    write_checkpoint(folder / "a.safetensors", trainer.state());
  }
  EXPECT_NE(bytes_of(model->parameters()), bytes_of(other->parameters()));
  load_parameters(other->parameters(), read_checkpoint(folder / "a.safetensors"));
  EXPECT_EQ(bytes_of(model->parameters()), bytes_of(other->parameters()));
  const Batch batch = batch_of(*model);
  EXPECT_EQ(bytes_of(model->encode(batch).location[0]), bytes_of(other->encode(batch).location[0]));
}

double squared_error(const Model& model, const Tensor& x, const Batch& batch) {
  c10::NoGradGuard no_gradients;
  return (model.decode(model.encode(batch)) - x).square().sum().item<double>();
}

TEST_P(EveryModel, EightItemsCanBeOverfitted) {
  const auto model = small_model(GetParam(), *eight_items());
  const Batch batch = gather_batch(*eight_items(), model->fields(), {0, 1, 2, 3, 4, 5, 6, 7}, {});
  const Tensor x = batch.x().values();
  const double one_picture_for_all = (x - x.mean(0, true)).square().sum().item<double>();
  TrainOptions options = small_training(*model, 600);
  for (auto& [name, optimizer] : options.phases) optimizer.lr = Schedule(2e-3);
  Trainer trainer(*model, *eight_items(), options);
  EXPECT_GT(squared_error(*model, x, batch), one_picture_for_all);
  while (trainer.step() < options.steps) trainer.run_step();
  EXPECT_LT(squared_error(*model, x, batch), 0.35 * one_picture_for_all);
}

TEST_P(EveryModel, TheSeedDecidesEveryByte) {
  const auto train = [&](int64_t seed) {
    const auto model = make(static_cast<uint64_t>(seed));
    Trainer trainer(*model, *small_data(), small_training(*model, 6, seed));
    while (trainer.step() < 6) trainer.run_step();
    return bytes_of(trainer.state());
  };
  const auto once = train(3), again = train(3), other = train(4);
  EXPECT_EQ(once, again);
  for (auto& [name, bytes] : once)
    if (name != "counters") {
      EXPECT_NE(bytes, other.at(name)) << name;
    }
}

TEST_P(EveryModel, GoesOnExactlyWhereItWasSaved) {
  const auto straight = make(), first = make(), second = make(9);
  Trainer all(*straight, *small_data(), small_training(*straight, 20));
  while (all.step() < 20) all.run_step();

  Trainer before(*first, *small_data(), small_training(*first, 20));
  while (before.step() < 12) before.run_step();
  const State saved = copy_of(before.state());
  Trainer after(*second, *small_data(), small_training(*second, 20));
  after.run_step();  // whatever it did until then is forgotten
  after.restore(saved);
  EXPECT_EQ(after.step(), 12);
  EXPECT_EQ(bytes_of(after.state()), bytes_of(saved));
  while (after.step() < 20) after.run_step();
  EXPECT_EQ(bytes_of(after.state()), bytes_of(all.state()));
}

TEST_P(EveryModel, LookingChangesNothing) {
  const auto model = make();
  Trainer trainer(*model, *small_data(), small_training(*model, 5));
  trainer.run_step();
  const auto before = bytes_of(trainer.state());
  encode(*model, *small_data(), {}, {.batch_size = 64, .distortion_items = 100, .progress = false});
  traverse(*model, posterior_mean(*model, *small_data(), 17), traverse_axes(model->latents()));
  reconstructions(*model, *small_data(), {1, 2, 3});
  if (model->latents().prior) {
    traverse(*model, prior_mean(*model), traverse_axes(model->latents()));
    samples(*model, 4, 0);
  } else {
    EXPECT_THROW(prior_mean(*model), Error);
    EXPECT_THROW(samples(*model, 4, 0), Error);
  }
  EXPECT_EQ(bytes_of(trainer.state()), before);
}

TEST_P(EveryModel, LeavesTorchsOwnGeneratorAlone) {
  const auto state = [] { return bytes_of(at::detail::getDefaultCPUGenerator().get_state()); };
  const auto before = state();
  const auto model = make();
  Trainer trainer(*model, *small_data(), small_training(*model, 2));
  trainer.run_step();
  traverse(*model, posterior_mean(*model, *small_data(), 17), traverse_axes(model->latents()));
  if (model->latents().prior) samples(*model, 4, 0);
  EXPECT_EQ(state(), before);
  at::rand({1});  // what would be seen
  EXPECT_NE(state(), before);
}

TEST_P(EveryModel, DescribesItself) {
  const auto& entry = Registry<Model>::get().at(GetParam());
  EXPECT_FALSE(entry.summary.empty());
  const Value options = entry.resolve(Value(), "model");
  EXPECT_EQ(entry.resolve(options, "model"), options);
  EXPECT_EQ(entry.resolve(parse_toml(to_toml(options), "again"), "model"), options);
  for (auto& option : list_options(entry.describe)) EXPECT_FALSE(option.doc.empty()) << option.key;
}

INSTANTIATE_TEST_SUITE_P(Registered, EveryModel, ::testing::ValuesIn(Registry<Model>::get().names()),
                         [](auto& info) { return info.param; });

TEST(ModelRegistry, HoldsModels) { EXPECT_GE(Registry<Model>::get().names().size(), 3u); }

}  // namespace
}  // namespace teasel
