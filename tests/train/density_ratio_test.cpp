// The discriminator of FactorVAE as an estimator of the total correlation, where that is known: two standard normals of
// correlation rho have TC = -1/2 ln(1 - rho^2).
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <cmath>

#include "teasel/nn/gaussian.hpp"
#include "teasel/nn/mlp.hpp"
#include "tests/models/small.hpp"

namespace teasel {
namespace {

constexpr double rho = 0.8;
constexpr int64_t batch = 512;

class Discriminator : public Trainable {
 public:
  Discriminator() : mlp_({store_, "discriminator.", 1, "kaiming_normal"}, 2, {48, 48}, 2, nn::leaky_relu(0.2)) {}
  ParameterStore& parameters() override { return store_; }
  std::vector<Phase> phases() override {
    Schedule lr;
    lr.kind = Schedule::Kind::linear, lr.from = {3e-3}, lr.to = {1e-4}, lr.steps = 1200;
    return {{.name = "discriminator",
             .trains = "discriminator.",
             .optimizer = {.lr = lr},
             .terms = [this](StepContext& context) {
               const Tensor joint = mlp_(draw(context, "joint"));
               const Tensor apart = mlp_(nn::permute_dims(draw(context, "apart"), context.permutation(2, batch)));
               Terms terms;
               terms.add("cross_entropy",
                         -0.5 * (joint.log_softmax(1).select(1, 0).mean() + apart.log_softmax(1).select(1, 1).mean()));
               return terms;
             }}};
  }
  static Tensor draw(StepContext& context, const std::string& stream) {
    const Tensor e = context.normal({batch, 2}, stream);
    return at::stack({e.select(1, 0), rho * e.select(1, 0) + std::sqrt(1 - rho * rho) * e.select(1, 1)}, 1);
  }
  double total_correlation() const {
    c10::NoGradGuard no_gradients;
    HostContext fresh(99);
    double sum = 0;
    for (int64_t step = 0; step < 40; ++step) {
      fresh.begin(step, 0, {});
      const Tensor logits = mlp_(draw(fresh, "joint"));
      sum += (logits.select(1, 0) - logits.select(1, 1)).mean().item<double>();
    }
    return sum / 40;
  }

 private:
  ParameterStore store_;
  nn::Mlp mlp_;
};

TEST(DensityRatio, FindsTheTotalCorrelationOfCorrelatedGaussians) {
  Discriminator discriminator;
  TrainOptions options = TrainOptions::for_phases(discriminator.phases());
  options.steps = 1200, options.batch_size = 1, options.log_every = 1000000;
  Trainer trainer(discriminator, *testing::eight_items(), options);
  const double truth = -0.5 * std::log(1 - rho * rho);
  EXPECT_GT(std::abs(discriminator.total_correlation() - truth), 0.3);
  trainer.run();
  EXPECT_NEAR(discriminator.total_correlation(), truth, 0.07);
}

}  // namespace
}  // namespace teasel
