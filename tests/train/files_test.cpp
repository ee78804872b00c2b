// Checkpoints, the log and the lock of a run folder.
#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "teasel/core/array.hpp"
#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/run_folder.hpp"
#include "teasel/train/checkpoint.hpp"
#include "teasel/train/observers.hpp"
#include "tests/core/temporary_folder.hpp"
#include "tests/models/small.hpp"

namespace teasel {
namespace {

using namespace testing;
namespace fs = std::filesystem;

State some_state(int64_t step) {
  State state;
  state.tensors = {{"model.a", at::arange(6, at::kFloat).view({2, 3})},
                   {"model.count", at::full({1}, step, at::kLong)},
                   {"x", at::zeros({0, 4})},
                   {"d", at::full({2}, 0.1, at::kDouble)}};
  state.counters.set("step", step);
  state.counters.set("updates.vae", step);
  return state;
}

TEST(Checkpoint, ReadsBackToTheSameBits) {
  const TemporaryFolder folder;
  write_checkpoint(folder / "a.safetensors", some_state(7));
  const State back = read_checkpoint(folder / "a.safetensors");
  EXPECT_EQ(bytes_of(back), bytes_of(some_state(7)));
  EXPECT_EQ(back.step(), 7);
  write_checkpoint(folder / "b.safetensors", back);
  EXPECT_EQ(read_file(folder / "a.safetensors"), read_file(folder / "b.safetensors"));
}

TEST(Checkpoint, SaysWhyAFileIsNone) {
  const TemporaryFolder folder;
  EXPECT_THROW(read_checkpoint(folder / "absent.safetensors"), Error);
  write_safetensors(folder / "other.safetensors", {});
  EXPECT_THROW(read_checkpoint(folder / "other.safetensors"), Error);
  write_checkpoint(folder / "a.safetensors", some_state(7));
  const std::string whole = read_file(folder / "a.safetensors");
  for (size_t length : {size_t{0}, size_t{5}, whole.size() / 2, whole.size() - 1}) {
    write_quickly(folder / "cut.safetensors", whole.substr(0, length));
    EXPECT_THROW(read_checkpoint(folder / "cut.safetensors"), Error) << length;
  }
}

TEST(Checkpoint, CannotBeWrittenWhereThereIsNoFolder) {
  const TemporaryFolder folder;
  EXPECT_THROW(write_checkpoint(folder / "absent" / "a.safetensors", some_state(1)), Error);
}

TEST(Checkpoint, ParametersOfAnotherModelAreNamed) {
  ParameterStore store;
  store.add("a", at::zeros({2, 3})), store.add("missing", at::zeros({1}));
  try {
    load_parameters(store, some_state(1));
    ADD_FAILURE() << "no Error";
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("missing"), std::string::npos) << e.what();
  }
}

std::vector<Terms::Term> terms(float value) {
  return {{"loss", at::scalar_tensor(value), {}, true}, {"kl", at::tensor({0.1f, value}), {}, false}};
}

TEST(MetricsLog, WritesALineOfJsonForEachStep) {
  const TemporaryFolder folder;
  {
    MetricsLog log(folder / "metrics.jsonl", 0);
    log.terms(0, terms(1.5f));
    log.terms(50, terms(0.1f));
  }
  EXPECT_EQ(read_file(folder / "metrics.jsonl"),
            "{\"step\":0,\"loss\":1.5,\"kl\":[0.1,1.5]}\n{\"step\":50,\"loss\":0.1,\"kl\":[0.1,0.1]}\n");
}

TEST(MetricsLog, IsCutBackToTheStepItGoesOnFrom) {
  const TemporaryFolder folder;
  const auto path = folder / "metrics.jsonl";
  const std::string kept = "{\"step\":0,\"loss\":1.5}\n{\"step\":9,\"loss\":1}\n";
  for (const std::string rest :
       {"", "{\"step\":10,\"loss\":2}\n", "{\"step\":10,\"loss\":2}\n{\"step\":20,\"lo", "{\"st"}) {
    write_quickly(path, kept + rest);
    { MetricsLog log(path, 10); }
    EXPECT_EQ(read_file(path), kept) << rest;
  }
  { MetricsLog log(path, 0); }
  EXPECT_EQ(read_file(path), "");
}

// A training of 10 steps logged its last one, and evaluated what came of it.
TEST(MetricsLog, LinesOfAFormerEndGoWhereTrainingGoesOn) {
  const TemporaryFolder folder;
  const auto path = folder / "metrics.jsonl";
  const std::string before = "{\"step\":0,\"loss\":1}\n{\"step\":4,\"eval.mig\":0.1}\n{\"step\":5,\"loss\":1}\n",
                    end = "{\"step\":9,\"loss\":2}\n", evaluated = "{\"step\":10,\"eval.mig\":0.2}\n";
  const auto cut = [&](int64_t from, LogRhythm rhythm) {
    write_quickly(path, before + end + evaluated);
    { MetricsLog log(path, from, rhythm); }
    return read_file(path);
  };
  EXPECT_EQ(cut(10, {}), before + end + evaluated);
  EXPECT_EQ(cut(10, {.terms = 5, .evaluations = 4}), before);
  EXPECT_EQ(cut(10, {.terms = 5, .evaluations = 5}), before + evaluated);
  EXPECT_EQ(cut(10, {.terms = 3, .evaluations = 4}), before + end);
  EXPECT_EQ(cut(12, {.terms = 5, .evaluations = 4}), before + end + evaluated) << "those of no end stay";
}

TEST(MetricsLog, EveryLineIsOnTheDiskAtOnce) {
  const TemporaryFolder folder;
  MetricsLog log(folder / "metrics.jsonl", 0);
  log.terms(0, terms(1.5f));
  EXPECT_FALSE(read_file(folder / "metrics.jsonl").empty());
}

TEST(CheckpointWriter, KeepsWhatItIsToldTo) {
  const TemporaryFolder folder;
  const RunFolder run = RunFolder::create(folder / "run");
  CheckpointWriter writer(run, 20);
  for (int64_t step : {10, 20, 30, 40, 45}) writer.checkpoint(some_state(step));
  EXPECT_EQ(run.checkpoint_steps(), (std::vector<int64_t>{20, 40}));
  EXPECT_EQ(read_checkpoint(run.last_checkpoint()).step(), 45);
  EXPECT_EQ(read_checkpoint(run.checkpoint(20)).step(), 20);
  EXPECT_EQ(bytes_of(read_checkpoint(run.checkpoint(40))), bytes_of(some_state(40)));
  size_t files = 0;
  for (auto& entry : fs::directory_iterator(run.last_checkpoint().parent_path())) files += entry.is_regular_file();
  EXPECT_EQ(files, 3u);  // nothing else is left
}

TEST(CheckpointWriter, LastAndKeptAreTheSameAtAKeptStep) {
  const TemporaryFolder folder;
  const RunFolder run = RunFolder::create(folder / "run");
  CheckpointWriter writer(run, 10);
  writer.checkpoint(some_state(10));
  EXPECT_EQ(read_file(run.last_checkpoint()), read_file(run.checkpoint(10)));
  writer.checkpoint(some_state(11));
  EXPECT_EQ(read_checkpoint(run.checkpoint(10)).step(), 10);
  writer.checkpoint(some_state(10));  // again after a process was killed: nothing in the way
  EXPECT_EQ(read_checkpoint(run.last_checkpoint()).step(), 10);
}

TEST(TermValue, HasTheDigitsOfAFloat) {
  EXPECT_EQ(to_json(term_value(at::scalar_tensor(0.1f))), "0.1");
  EXPECT_EQ(to_json(term_value(at::tensor({1.0f, 123456.7f}))), "[1.0,123456.7]");
}

}  // namespace
}  // namespace teasel
