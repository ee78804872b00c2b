// Scores while a model trains, and what run.json tells of a training.
#include "teasel/study/monitor.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "teasel/core/file.hpp"
#include "teasel/core/progress.hpp"
#include "teasel/explore/encode.hpp"
#include "teasel/study/curves.hpp"
#include "teasel/study/evaluate.hpp"
#include "teasel/study/run_record.hpp"
#include "teasel/study/run_report.hpp"
#include "teasel/study/training.hpp"
#include "tests/core/temporary_folder.hpp"
#include "tests/models/small.hpp"

namespace teasel {
namespace {

using namespace testing;
namespace fs = std::filesystem;

Value small_config(const std::string& model, const std::string& train = "") {
  Value config{Value::Table{{"model", small_options(model)}, {"data", parse_toml(small_data_toml, "")}}};
  config.set("model.name", Value(model));
  config.set("train",
             merge(parse_toml("steps = 24\nbatch_size = 8\nthreads = 1\nlog_every = 4", ""), parse_toml(train, "")));
  return config;
}

constexpr const char* evaluating =
    "evaluate = {every = 10, items = 300, metrics = ['mig', 'reconstruction_error', 'active_units']}\n";

// The lines of a log that are no evaluations.
std::string without_evaluations(const std::string& log) {
  std::string out;
  for (size_t begin = 0, end; (end = log.find('\n', begin)) != std::string::npos; begin = end + 1)
    if (const std::string line = log.substr(begin, end - begin); line.find("eval.") == std::string::npos)
      out += line + "\n";
  return out;
}

TEST(Monitor, NeverChangesTheTrainingThatFollows) {
  Progress::silence(true);
  for (auto& model : Registry<Model>::get().names()) {
    const TemporaryFolder folder;
    train(small_config(model), folder / "plain", nullptr);
    train(small_config(model, evaluating), folder / "watched", nullptr);
    EXPECT_TRUE(read_file(folder / "plain" / "checkpoints/last.safetensors") ==
                read_file(folder / "watched" / "checkpoints/last.safetensors"))
        << model;
    const std::string log = read_file(folder / "watched" / "metrics.jsonl");
    EXPECT_EQ(without_evaluations(log), read_file(folder / "plain" / "metrics.jsonl")) << model;
    for (auto* step : {"\"step\":10,\"eval.", "\"step\":20,\"eval.", "\"step\":24,\"eval."})
      EXPECT_NE(log.find(step), std::string::npos) << model << " " << step;
  }
}

TEST(Monitor, GivesTheScoresOfItsSample) {
  const OpenedConfig opened = open_config(small_config("beta_vae", evaluating));
  Monitor monitor(*opened.model, *opened.data, opened.train);
  const auto measured = monitor(10);
  EXPECT_EQ(measured, monitor(20));  // the same model, the same items
  // All items where the sample is as large as the set: then they are the scores of a run.
  TrainOptions all = opened.train;
  all.evaluate.items = 6144;
  const auto of_all = Monitor(*opened.model, *opened.data, all)(10);
  Codes codes = encode(*opened.model, *opened.data, {}, {.split = "train", .progress = false});
  codes.full_grid = false;
  TableEvidence evidence(pool(codes), codes);
  const Score mig = score("mig", evidence, load_protocol("teasel"), 0);
  for (auto& output : mig.outputs) {
    const auto found = std::ranges::find(of_all, "eval." + output.name, &Measured::name);
    ASSERT_NE(found, of_all.end()) << output.name;
    EXPECT_EQ(found->value, output.value) << output.name;
  }
  EXPECT_TRUE(monitor.uses_labels("eval.mig"));
  EXPECT_FALSE(monitor.uses_labels("eval.reconstruction_error"));
  EXPECT_FALSE(monitor.uses_labels("loss"));
}

TEST(Monitor, RefusesAtOnceWhatItCannotScore) {
  for (auto* metrics : {"['nonesuch']", "['mig', 'mgi']"}) {
    const TemporaryFolder folder;
    const std::string train_table = std::string("evaluate = {every = 10, metrics = ") + metrics + "}";
    EXPECT_THROW(train(small_config("vae", train_table), folder / "run", nullptr), Error) << metrics;
    EXPECT_FALSE(fs::exists(folder / "run" / "checkpoints/last.safetensors"));
  }
}

TEST(BestCheckpoint, IsMarkedWhereItsRuleReadsLabels) {
  const TemporaryFolder folder;
  const auto run = [&](const char* name, const std::string& rule) {
    train(small_config("vae", evaluating + rule), folder / name, nullptr);
    return RunFolder::open(folder / name).info();
  };
  const Value labelled = run("labelled", "best = {value = 'eval.mig', direction = 'max'}\nema = 0.9");
  const Value free = run("free", "best = {value = 'loss', every = 12}");
  EXPECT_EQ(*labelled.find("training.best.uses_labels"), Value(true));
  EXPECT_EQ(*free.find("training.best.uses_labels"), Value(false));
  ASSERT_EQ(training_notes(labelled).size(), 1u);
  EXPECT_NE(training_notes(labelled)[0].find("labels"), std::string::npos);
  EXPECT_EQ(training_notes(free)[0].find("labels"), std::string::npos);

  // The best value is the largest of the log, and the checkpoint is of its step.
  double best = -1, step = -1;
  for (auto& series : read_series(folder / "labelled" / "metrics.jsonl"))
    if (series.name == "eval.mig")
      for (size_t i = 0; i < series.y.size(); ++i)
        if (series.y[i] > best) best = series.y[i], step = series.x[i];
  double told = 0;
  ASSERT_TRUE(labelled.find("training.best.best")->number(told));
  EXPECT_NEAR(told, best, 1e-6);
  const LoadedRun loaded = load_run(folder / "labelled", "best");
  EXPECT_EQ(loaded.step, static_cast<int64_t>(step));
  const LoadedRun last = load_run(folder / "labelled"), ema = load_run(folder / "labelled", "ema");
  EXPECT_NE(bytes_of(ema.config.model->parameters()), bytes_of(last.config.model->parameters()));
  EXPECT_NE(ema.checkpoint_hash, last.checkpoint_hash);
  // Codes of the one do not take the place of the other's.
  const Codes codes_of_last = codes_of(last), codes_of_ema = codes_of(ema);
  EXPECT_NE(codes_of_last.blocks[0].location, codes_of_ema.blocks[0].location);
  EXPECT_EQ(codes_of(last).blocks[0].location, codes_of_last.blocks[0].location);
  EXPECT_THROW(load_run(folder / "free", "ema"), Error);
}

TEST(RunRecord, TellsWhatARunRanOn) {
  const TemporaryFolder folder;
  train(small_config("vae"), folder / "run", nullptr);
  const Value info = RunFolder::open(folder / "run").info();
  for (auto* path : {"environment.teasel", "environment.libtorch", "environment.kernel", "environment.threads",
                     "environment.started", "hashes.config", "hashes.data", "training.seconds", "training.steps",
                     "training.peak_memory_mib", "training.milliseconds_per_step"})
    EXPECT_NE(info.find(path), nullptr) << path;
  const Table table = environment_table(*info.find("environment"));
  EXPECT_EQ(table.rows.size(), info.find("environment")->as<Value::Table>()->size());
  EXPECT_TRUE(environment_table(Value()).rows.empty());
  const std::string html = read_file(write_report({folder / "run"}));
  EXPECT_NE(html.find("C library"), std::string::npos);
}

TEST(HashOfData, TellsSetsApart) {
  const auto eight = eight_items();
  EXPECT_EQ(hash_of_data(*eight), hash_of_data(*eight));
  EXPECT_NE(hash_of_data(*eight), hash_of_data(*small_data()));
}

TEST(EnergyMeter, AddsUpPackagesAndSeesThemOverflow) {
  const TemporaryFolder folder;
  const auto set = [&](const char* name, const std::string& energy) {
    fs::create_directories(folder / name);
    write_quickly(folder / name / "energy_uj", energy + "\n");
    write_quickly(folder / name / "max_energy_range_uj", "10000000\n");
  };
  set("intel-rapl:0", "9000000"), set("intel-rapl:1", "0"), set("intel-rapl:0:0", "0");
  EnergyMeter meter(folder.path().string());
  EXPECT_EQ(meter.joules(), 0.0);
  set("intel-rapl:0", "500000"), set("intel-rapl:1", "250000"), set("intel-rapl:0:0", "7000000");
  meter.update();
  EXPECT_NEAR(*meter.joules(), 1.5 + 0.25, 1e-9);
  EXPECT_EQ(EnergyMeter((folder / "absent").string()).joules(), std::nullopt);
}

}  // namespace
}  // namespace teasel
