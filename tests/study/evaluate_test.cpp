// A run through training, scores, curves and report, inside one process.
#include "teasel/study/evaluate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "teasel/core/file.hpp"
#include "teasel/core/progress.hpp"
#include "teasel/study/curves.hpp"
#include "teasel/study/pictures.hpp"
#include "teasel/study/run_report.hpp"
#include "teasel/study/training.hpp"
#include "tests/core/temporary_folder.hpp"
#include "tests/models/small.hpp"

namespace teasel {
namespace {

using namespace testing;

class Study : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    Progress::silence(true);
    folder_ = new TemporaryFolder;
    for (int64_t seed : {0, 1}) {
      Value config{Value::Table{{"model", small_options("beta_vae")}, {"data", parse_toml(small_data_toml, "")}}};
      config.set("model.name", Value("beta_vae"));
      config.set("train", parse_toml("steps = 20\nbatch_size = 8\nthreads = 1\nlog_every = 5", ""));
      config.set("train.seed", Value(seed));
      train(config, *folder_ / ("run" + std::to_string(seed)), nullptr);
    }
  }
  static void TearDownTestSuite() { delete folder_; }
  static std::filesystem::path run(int n) { return *folder_ / ("run" + std::to_string(n)); }

 private:
  static inline TemporaryFolder* folder_ = nullptr;
};

std::string text_of(const std::vector<Score>& scores) {
  std::string out;
  for (auto& score : scores) out += to_json(to_value(score)) + "\n";
  return out;
}

TEST_F(Study, StoredScoresAreTheScores) {
  const LoadedRun loaded = load_run(run(0));
  EXPECT_EQ(loaded.step, 20);
  const Codes codes = codes_of(loaded);
  const auto scores = evaluate(codes, {.quick = true});
  EXPECT_GE(scores.size(), 6u);
  EXPECT_EQ(text_of(evaluate(codes_of(loaded), {.quick = true})), text_of(scores));  // again, from cached codes
  store_scores(loaded, scores);
  EXPECT_EQ(text_of(stored_scores(loaded)), text_of(scores));
  EXPECT_EQ(text_of(all_scores(loaded, codes)), text_of(scores));
}

TEST_F(Study, OneScoreLeavesTheOthersAndAllScoresFillsInWhatIsMissing) {
  const LoadedRun loaded = load_run(run(1));
  const Codes codes = codes_of(loaded);
  EXPECT_TRUE(stored_scores(loaded).empty());
  store_scores(loaded, evaluate(codes, {.metrics = {"mig"}, .protocols = {"dlib"}}));
  ASSERT_EQ(stored_scores(loaded).size(), 1u);
  const auto all = all_scores(loaded, codes);
  EXPECT_EQ(text_of(all), text_of(evaluate(codes, {.quick = true})));
  store_scores(loaded, evaluate(codes, {.metrics = {"mig"}, .protocols = {"dlib"}}));
  EXPECT_EQ(text_of(stored_scores(loaded)), text_of(all));
  LoadedRun later = load_run(run(1));
  later.checkpoint_hash = "another checkpoint";
  EXPECT_TRUE(stored_scores(later).empty());
}

TEST_F(Study, CodesAreMadeOncePerCheckpoint) {
  const LoadedRun loaded = load_run(run(0));
  const Codes made = codes_of(loaded);
  const auto file = loaded.folder.codes() / "step_00000020_all.safetensors";
  const auto written = std::filesystem::last_write_time(file);
  EXPECT_EQ(codes_of(loaded).blocks[0].location, made.blocks[0].location);
  EXPECT_EQ(std::filesystem::last_write_time(file), written);
  LoadedRun other = load_run(run(0));
  other.checkpoint_hash = "another checkpoint";
  codes_of(other);
  EXPECT_NE(std::filesystem::last_write_time(file), written);
}

TEST_F(Study, AnUnknownProtocolOrMetricIsAnError) {
  const LoadedRun loaded = load_run(run(0));
  const Codes codes = codes_of(loaded);
  EXPECT_THROW(evaluate(codes, {.protocols = {"nonesuch"}}), Error);
  EXPECT_THROW(evaluate(codes, {.metrics = {"nonesuch"}}), Error);
}

TEST_F(Study, ReportsSeveralRunsOnOnePage) {
  const auto page = write_report({run(0), run(1)}, {.out = run(0) / "both.html", .title = {}, .introduction = {}});
  const std::string html = read_file(page);
  for (auto* part : {"run0", "run1", "Comparison", "Configuration"})
    EXPECT_NE(html.find(part), std::string::npos) << part;
  EXPECT_EQ(html.find("src=\"http"), std::string::npos);  // nothing is fetched from elsewhere
  EXPECT_THROW(write_report({}), Error);
}

TEST_F(Study, FollowingsNameTheLatentOfTheLargestCorrelation) {
  const LoadedRun loaded = load_run(run(0));
  const auto scores = evaluate(codes_of(loaded), {.metrics = {"factor_correlation"}});
  const auto score = std::ranges::find(scores, "factor_correlation", &Score::metric);
  ASSERT_NE(score, scores.end());
  const auto& matrix = score->detail.at("spearman");  // [latents, factors]
  const auto list = followings(loaded, scores);
  const auto& factors = loaded.config.data->spec().factors;
  for (auto& following : list) {
    const auto f =
        static_cast<size_t>(std::ranges::find(factors, following.factor, &FactorSpec::name) - factors.begin());
    for (size_t latent = 0; latent < matrix.size() / factors.size(); ++latent)
      EXPECT_LE(std::abs(matrix[latent * factors.size() + f]), std::abs(following.correlation) + 1e-12);
  }
  EXPECT_GE(list.size(), 3u);
}

TEST_F(Study, PicturesHaveATileForEveryLatentAndValue) {
  const LoadedRun loaded = load_run(run(0));
  const Codes codes = codes_of(loaded);
  const auto picture = traversal_picture(loaded, codes, {.traverse = {.steps = 4}});
  ASSERT_EQ(picture.grid.rows.size(), 10u);
  for (auto& row : picture.grid.rows) EXPECT_EQ(row.tiles.size(), 4u);
  EXPECT_EQ(all_pictures(loaded, codes).size(), 6u);
  // The middle item has the middle class of every factor.
  const auto& data = *loaded.config.data;
  std::vector<float> factors(data.spec().factors.size());
  data.factors(std::vector<int64_t>{middle_item(data)}, factors);
  for (size_t f = 0; f < factors.size(); ++f)
    EXPECT_EQ(factors[f], static_cast<float>(data.spec().factors[f].classes() / 2));
}

TEST_F(Study, TrainingIntoARunIsAnErrorAndResumingADoneOneDoesNothing) {
  const std::string before = read_file(run(1) / "checkpoints/last.safetensors");
  EXPECT_THROW(train(read_toml((run(1) / "config.toml").string()), run(1), nullptr), Error);
  const TrainingOutcome outcome = resume(run(1), nullptr);
  EXPECT_TRUE(outcome.finished);
  EXPECT_EQ(outcome.steps, 20);
  EXPECT_EQ(read_file(run(1) / "checkpoints/last.safetensors"), before);
}

TEST(Curves, ReadNumbersListsAndSkipACutLine) {
  const TemporaryFolder folder;
  const auto path = folder / "metrics.jsonl";
  EXPECT_TRUE(read_series(path).empty());
  write_quickly(path,
                "{\"step\":0,\"loss\":2.5,\"kl\":[1,2]}\n{\"step\":5,\"loss\":1,\"kl\":[3,4]}\n{\"step\":10,\"lo");
  const auto series = read_series(path);
  ASSERT_EQ(series.size(), 3u);
  EXPECT_EQ(series[0].name, "loss");
  EXPECT_EQ(series[0].y, (std::vector<double>{2.5, 1}));
  EXPECT_EQ(series[0].x, (std::vector<double>{0, 5}));
  EXPECT_EQ(series[2].name, "kl 1");
  EXPECT_EQ(series[2].y, (std::vector<double>{2, 4}));
  EXPECT_EQ(training_curves(path).size(), 2u);
}

}  // namespace
}  // namespace teasel
