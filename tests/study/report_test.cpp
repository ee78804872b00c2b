// Pictures and pages of runs of two models that differ.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "teasel/core/file.hpp"
#include "teasel/core/progress.hpp"
#include "teasel/study/comparison.hpp"
#include "teasel/study/curves.hpp"
#include "teasel/study/run_report.hpp"
#include "teasel/study/training.hpp"
#include "tests/core/temporary_folder.hpp"
#include "tests/models/small.hpp"
#include "tests/report/markup_checks.hpp"

namespace teasel {
namespace {

using namespace testing;
using test::count_of;
using test::markup_fault;

class Reports : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    Progress::silence(true);
    folder_ = new TemporaryFolder;
    for (auto* model : {"beta_vae", "factor_vae"}) {
      Value config{Value::Table{{"model", small_options(model)}, {"data", parse_toml(small_data_toml, "")}}};
      config.set("model.name", Value(model));
      config.set("train", parse_toml("steps = 12\nbatch_size = 8\nthreads = 1\nlog_every = 4\nema = 0.5\n[best]\nvalue "
                                     "= 'reconstruction'\ndirection = 'max'",
                                     ""));
      train(config, run(model), nullptr);
    }
    const RunFolder folder = RunFolder::open(run("beta_vae"));
    folder.set_info("training.rollbacks",
                    parse_json("[{\"step\": 9, \"to\": 7, \"reason\": \"a loss of <nan>\"}]", ""));
    for (auto* model : {"beta_vae", "factor_vae"}) shown_.push_back(look_at(run(model), {}, false));
  }
  static void TearDownTestSuite() {
    shown_.clear();
    delete folder_;
  }
  static std::filesystem::path run(const std::string& model) { return *folder_ / model; }

  static inline TemporaryFolder* folder_ = nullptr;
  static inline std::vector<ShownRun> shown_;
};

// The row that begins with `text`, or an empty one.
std::vector<Cell> row_of(const Table& table, const std::string& text) {
  for (auto& row : table.rows)
    if (row[0].text == text) return row;
  return {};
}

TEST_F(Reports, PageOfOneRunIsWholeAndSmall) {
  const std::string html = read_file(write_report({run("beta_vae")}));
  EXPECT_EQ(markup_fault(html), "");
  EXPECT_LT(html.size(), 2u << 20);
  for (auto* outside : {"src=\"http", "url(", "@import", "<iframe"})
    EXPECT_EQ(html.find(outside), html.npos) << outside;
  EXPECT_EQ(count_of(html, " src=\""),
            count_of(html, " src=\"data:image/png;base64,") + count_of(html, " src=\"data:image/gif;base64,"));
  for (auto* part : {"from step 9 to step 7: a loss of &lt;nan&gt;", "Environment", "Configuration", "libtorch",
                     "variance of the posterior means", "TC(first latents)"})
    EXPECT_NE(html.find(part), html.npos) << part;
  for (auto* picture : {"traversal_posterior_moving.gif", "traversal_prior.png", "traversal_posterior.png",
                        "position_maps.png", "reconstructions.png", "samples.png"})
    EXPECT_TRUE(std::filesystem::exists(run("beta_vae") / "images" / picture)) << picture;
}

TEST_F(Reports, PageOfTwoRunsComparesThem) {
  const std::string html = read_file(write_report({run("beta_vae"), run("factor_vae")},
                                                  {.out = *folder_ / "two.html", .title = {}, .introduction = {}}));
  EXPECT_EQ(markup_fault(html), "");
  for (auto* part : {">Comparison</h2>", ">Curves</h2>", ">Settings</h2>", ">beta_vae</h2>", ">factor_vae</h2>"})
    EXPECT_EQ(count_of(html, part), 1) << part;
  // Pages of many runs show only the main pictures of each.
  const auto five =
      write_report({run("beta_vae"), run("factor_vae"), run("beta_vae"), run("factor_vae"), run("beta_vae")},
                   {.out = *folder_ / "five.html", .title = {}, .introduction = {}});
  EXPECT_EQ(markup_fault(read_file(five)), "");
  EXPECT_LT(read_file(five).size(), 2 * html.size());
}

TEST_F(Reports, OtherWeightsHaveFilesOfTheirOwnAndNoPlaceInTheRecord) {
  write_report({run("beta_vae")});
  const auto keep = [&] {
    std::string all;
    for (auto* file : {"run.json", "report.html", "images/reconstructions.png"})
      all += read_file(run("beta_vae") / file);
    return all;
  };
  const std::string before = keep();
  std::vector<std::string> pictures{read_file(run("beta_vae") / "images/reconstructions.png")};
  for (const std::string weights : {"ema", "best", "best_ema"}) {
    const auto page = write_report({run("beta_vae")}, {.weights = weights});
    EXPECT_EQ(page, run("beta_vae") / ("report_" + weights + ".html"));
    EXPECT_NE(read_file(page).find("are of " + weights_text(weights)), std::string::npos);
    EXPECT_EQ(markup_fault(read_file(page)), "");
    pictures.push_back(read_file(run("beta_vae") / "images" / ("reconstructions_" + weights + ".png")));
    const ShownRun shown = look_at(run("beta_vae"), {.weights = weights}, false);
    EXPECT_EQ(shown.scores.size(), shown_[0].scores.size());
    EXPECT_NE(find_score(shown.scores, "reconstruction_error")->outputs[0].value,
              find_score(shown_[0].scores, "reconstruction_error")->outputs[0].value);
  }
  EXPECT_EQ(keep(), before);
  EXPECT_NE(pictures[0], pictures[1]) << "the average of the weights is not the weights";
  EXPECT_EQ(weights_text("best_ema"), "the averaged weights of the best checkpoint");
}

TEST_F(Reports, DifferencesAreTheKeysThatDiffer) {
  const Table table = difference_table(shown_);
  const auto model = row_of(table, "model.name");
  ASSERT_EQ(model.size(), 3u);
  EXPECT_EQ(model[1].text, "beta_vae");
  EXPECT_EQ(model[2].text, "factor_vae");
  const auto gamma = row_of(table, "model.gamma");
  ASSERT_EQ(gamma.size(), 3u);
  EXPECT_EQ(gamma[1].text, "–") << "beta_vae has none";
  EXPECT_TRUE(row_of(table, "train.steps").empty()) << "equal in both";
  for (auto& row : table.rows) EXPECT_NE(row[1].text, row[2].text);
}

TEST_F(Reports, TheBestOfEveryScoreIsMarked) {
  const Table table = comparison_table(shown_);
  int marked = 0;
  for (auto& row : table.rows) {
    ASSERT_EQ(row.size(), 3u);
    EXPECT_FALSE(row[1].marked && row[2].marked);
    const bool up = row[0].text.ends_with("↑"), down = row[0].text.ends_with("↓");
    if (!row[1].marked && !row[2].marked) {
      EXPECT_TRUE((!up && !down) || row[1].value == row[2].value) << row[0].text;
      continue;
    }
    ++marked;
    EXPECT_TRUE(up || down);
    EXPECT_EQ(row[1].marked, up ? row[1].value > row[2].value : row[1].value < row[2].value) << row[0].text;
  }
  EXPECT_GE(marked, 3);
  EXPECT_EQ(row_of(table, "model")[2].text, "factor_vae");
}

TEST_F(Reports, TraversalsAreAlignedByFactor) {
  const Grid grid = aligned_traversals(shown_, Colours::grey);
  ASSERT_EQ(grid.rows.size(), shown_[0].followings.size());
  for (size_t r = 0; r < grid.rows.size(); ++r) {
    const auto& row = grid.rows[r];
    ASSERT_EQ(row.tiles.size(), 12u) << "a word and five tiles for each run";
    EXPECT_EQ(row.label, shown_[0].followings[r].factor);
    for (size_t n = 0; n < 2; ++n) {
      const Following& f = shown_[n].followings[r];
      EXPECT_TRUE(row.tiles[6 * n].text.starts_with(f.latent + " "));
      const auto& model = *shown_[n].run.config.model;
      const at::Tensor images =
          traverse(model, prior_mean(model), {traverse_axis(model.latents(), f.latent)}, {.steps = 5})[0];
      for (int64_t s = 0; s < 5; ++s)
        EXPECT_EQ(row.tiles[6 * n + 1 + static_cast<size_t>(s)].values,
                  tile_of(images[s], shown_[n].run.config.data->spec()).values);
    }
  }
}

TEST_F(Reports, StripsBeginWithTheItemAndLabelLatentsByFallingKl) {
  const LoadedRun& loaded = shown_[0].run;
  const Codes codes = codes_of(loaded);
  PictureOptions options{
      .from = TraverseFrom::posterior_mean, .traverse = {.steps = 3}, .items = {17, 40}, .latents = {}};
  const RunPicture picture = traversal_picture(loaded, codes, options);
  ASSERT_EQ(picture.grid.rows.size(), 2u * 11);
  EXPECT_EQ(picture.grid.rows[11].heading, "item 40");
  EXPECT_EQ(picture.grid.rows[11].columns, (std::vector<std::string>{"item", "decoded"}));
  EXPECT_EQ(picture.grid.rows[12].columns, (std::vector<std::string>{"-2.0", "0.0", "2.0"}));
  const Batch batch = gather_batch(*loaded.config.data, {"x"}, {40}, {});
  EXPECT_EQ(picture.grid.rows[11].tiles[0].values, tile_of(batch["x"][0], loaded.config.data->spec()).values);
  double before = INFINITY;
  for (size_t r = 1; r <= 10; ++r) {
    const std::string& label = picture.grid.rows[r].label;
    const double kl = std::stod(label.substr(label.find("KL=") + 3));
    EXPECT_LE(kl, before) << label;
    before = kl;
  }
  options.latents = {"z4", "z2"};
  const RunPicture two = traversal_picture(loaded, codes, options);
  ASSERT_EQ(two.grid.rows.size(), 2u * 3);
  EXPECT_TRUE(two.grid.rows[1].label.starts_with("z4 "));
  options.items = {-1};
  EXPECT_THROW(traversal_picture(loaded, codes, options), Error);
  options.items = {5}, options.latents = {"z77"};
  EXPECT_THROW(traversal_picture(loaded, codes, options), Error);
}

TEST_F(Reports, HeadingsSayWhatWasDone) {
  const LoadedRun& loaded = shown_[0].run;
  const Codes codes = codes_of(loaded);
  auto headings = [&](const char* style) {
    return traversal_picture(loaded, codes, {.traverse = traverse_style(style).options}).grid.rows[0].columns;
  };
  EXPECT_EQ(headings("nar")[0], "-0.5");
  EXPECT_EQ(headings("nar")[6], "+0.1");
  EXPECT_EQ(headings("joint_vae").front(), "-1.6");
  EXPECT_EQ(headings("cascade_vae")[1], "-0.96");
}

TEST_F(Reports, AnimationsHaveARowPerAnchorAndAFramePerStep) {
  const LoadedRun& loaded = shown_[0].run;
  const Codes codes = codes_of(loaded);
  const RunPicture picture = traversal_animation(
      loaded, codes, {.from = TraverseFrom::posterior_sample, .traverse = {.steps = 4}, .items = {3, 4, 5}});
  ASSERT_EQ(picture.grid.rows.size(), 3u);
  for (auto& row : picture.grid.rows) {
    ASSERT_EQ(row.tiles.size(), 12u);
    EXPECT_TRUE(row.tiles[0].frames.empty() && row.tiles[1].frames.empty());
    for (size_t t = 2; t < 12; ++t) EXPECT_EQ(row.tiles[t].frames.size(), 4u);
  }
  write_picture(*folder_ / "moving.gif", picture);
  EXPECT_TRUE(read_file(*folder_ / "moving.gif").starts_with("GIF89a"));
  EXPECT_THROW(write_picture(*folder_ / "still.gif", reconstruction_picture(loaded)), Error);
  EXPECT_FALSE(std::filesystem::exists(*folder_ / "still.gif"));
  const RunPicture pair = pair_picture(loaded, "z1", "z0", {.traverse = {.steps = 3}});
  ASSERT_EQ(pair.grid.rows.size(), 3u);
  EXPECT_EQ(pair.grid.rows[2].label, "z1 = 2.0");
  EXPECT_THROW(pair_picture(loaded, "z1", "z1", {}), Error);
}

TEST(DefaultAnchors, AreThePublishedOnesOfDsprites) {
  const auto whole = open_dataset(parse_toml("name = 'dsprites'", ""));
  const auto anchors = default_anchors(*whole);
  EXPECT_EQ(anchors, (std::vector<int64_t>{87040, 332800, 578560}));
  std::vector<float> factors(15);
  whole->factors(anchors, factors);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(factors[5 * i], static_cast<float>(i)) << "square, ellipse, heart";
  const auto part = default_anchors(*small_data());
  ASSERT_EQ(part.size(), 3u);
  std::vector<float> middle(3 * small_data()->spec().factors.size());
  small_data()->factors(part, middle);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(middle[i * middle.size() / 3], static_cast<float>(i));
}

TEST(OverlaidCurves, HaveOneSeriesPerRunThatLogsTheTerm) {
  const TemporaryFolder folder;
  write_quickly(folder / "a", "{\"step\":0,\"loss\":2,\"kl\":[1,2]}\n{\"step\":5,\"loss\":1,\"kl\":[3,4]}\n");
  write_quickly(folder / "b", "{\"step\":0,\"loss\":3,\"tc\":1}\n");
  const auto charts = overlaid_curves({{"one", folder / "a"}, {"two", folder / "b"}});
  ASSERT_EQ(charts.size(), 2u) << "lists are left out";
  ASSERT_EQ(charts[0].series.size(), 2u);
  EXPECT_EQ(charts[0].series[0].name, "one");
  EXPECT_EQ(charts[0].series[0].y, (std::vector<double>{2, 1}));
  EXPECT_EQ(charts[0].series[1].name, "two");
  ASSERT_EQ(charts[1].series.size(), 2u);
  EXPECT_TRUE(charts[1].series[0].name.empty() && charts[1].series[0].y.empty())
      << "the first colour stays the first run's";
  EXPECT_EQ(charts[1].series[1].y, std::vector<double>{1});
}

}  // namespace
}  // namespace teasel
