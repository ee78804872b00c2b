// The telescope over the checkpoints of a run.
#include "teasel/study/telescope.hpp"

#include <gtest/gtest.h>

#include "teasel/core/progress.hpp"
#include "teasel/study/training.hpp"
#include "tests/core/temporary_folder.hpp"
#include "tests/models/small.hpp"

namespace teasel {
namespace {

using namespace testing;

void train_small(const std::filesystem::path& folder, int64_t steps) {
  Value config{Value::Table{{"model", small_options("beta_vae")}, {"data", parse_toml(small_data_toml, "")}}};
  config.set("model.name", Value("beta_vae"));
  config.set("train", parse_toml("batch_size = 8\nthreads = 1\nkeep_every = 10\ncheckpoint_every = 10", ""));
  config.set("train.steps", Value(steps));
  train(config, folder, nullptr);
}

TEST(Telescope, ShowsARunAsItWasAtEveryKeptCheckpoint) {
  Progress::silence(true);
  const TemporaryFolder folder;
  train_small(folder / "long", 25);
  train_small(folder / "short", 10);
  const TelescopeOptions options{.samples = 50};
  const auto stages = telescope_stages(load_run(folder / "long"), options);
  ASSERT_EQ(stages.size(), 3u);
  EXPECT_EQ(stages[0].step, 10);
  EXPECT_EQ(stages[1].step, 20);
  EXPECT_EQ(stages[2].step, 25);
  // The first ten steps of a longer training are a training of ten steps.
  const auto shorter = telescope_stages(load_run(folder / "short"), options);
  ASSERT_EQ(shorter.size(), 1u);
  EXPECT_EQ(to_json(to_value(stages[0].score)), to_json(to_value(shorter[0].score)));
  EXPECT_NE(to_json(to_value(stages[2].score)), to_json(to_value(stages[1].score)));

  const auto last = telescope_stages(load_run(folder / "long"), {.order = "layout", .samples = 50, .last = true});
  ASSERT_EQ(last.size(), 1u);
  EXPECT_EQ(last[0].step, 25);
  EXPECT_EQ(last[0].score.detail.at("order").front(), 0);
  EXPECT_NEAR(last[0].score.outputs[0].value, stages[2].score.outputs[0].value, 1e-5);

  const LoadedRun run = load_run(folder / "long");
  const auto latents = last[0].score.detail.at("order").size();
  EXPECT_EQ(telescope_table(stages, run.config.model->latents()).rows.size(), 3 * latents);
  for (auto& [chart, output] : {std::pair{information_chart(stages), 1}, {total_correlation_chart(stages), 0}}) {
    ASSERT_EQ(chart.series.size(), 3u);
    EXPECT_EQ(chart.series[0].name, "step 10");
    EXPECT_EQ(chart.series[2].x.back(), static_cast<double>(latents));
    EXPECT_EQ(chart.series[2].y.back(), stages[2].score.outputs[static_cast<size_t>(output)].value);
  }

  // At every number of latents: what they tell alone, summed, is what they tell together and what they share.
  const LineChart chart = telescoping_chart(stages[2].score);
  ASSERT_EQ(chart.series.size(), 3u);
  for (size_t i = 0; i <= latents; ++i)
    EXPECT_NEAR(chart.series[2].y[i], chart.series[0].y[i] + chart.series[1].y[i], 1e-9) << i;
  EXPECT_EQ(chart.series[0].y.back(), stages[2].score.outputs[1].value);
}

}  // namespace
}  // namespace teasel
