// The command line as a user sees it: verbs, exit statuses, what goes where.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "teasel/cli/command.hpp"
#include "teasel/cli/parse.hpp"
#include "teasel/core/array.hpp"
#include "teasel/core/file.hpp"
#include "teasel/models/gather.hpp"
#include "tests/cli/program.hpp"
#include "tests/models/small.hpp"

namespace teasel {
namespace {

using namespace testing;

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// A mistake of the user's: status 2, the message and a hint on stderr, nothing on stdout.
void expect_mistake(const std::vector<std::string>& arguments, const std::vector<std::string>& parts) {
  const Outcome o = teasel::testing::teasel(arguments);
  std::string line;
  for (auto& word : arguments) line += word + " ";
  SCOPED_TRACE(line + ": " + o.err);
  EXPECT_EQ(o.status, 2);
  EXPECT_EQ(o.out, "");
  EXPECT_TRUE(o.err.starts_with("error: "));
  EXPECT_TRUE(holds(o.err, "\nhint: "));
  for (auto& part : parts) EXPECT_TRUE(holds(o.err, part)) << part;
}

Outcome run(const std::vector<std::string>& arguments) {
  const Outcome o = teasel::testing::teasel(arguments);
  EXPECT_EQ(o.status, 0) << o.err;
  return o;
}

// What the parser prints for --help; in this process, because there are many and each start costs a third of a second.
std::string help_of(std::vector<std::string> path) {
  path.insert(path.begin(), "teasel"), path.push_back("--help");
  std::vector<char*> argv;
  for (auto& word : path) argv.push_back(word.data());
  const auto declared = declare_program();
  ::testing::internal::CaptureStdout();
  const auto status = parse(declared->program, "", static_cast<int>(argv.size()), argv.data());
  EXPECT_EQ(status, 0);
  return ::testing::internal::GetCapturedStdout();
}

// The help of a verb and of its inner verbs: every argument with its text, and an example that begins with the verb.
void expect_help(const Declaration& verb, std::vector<std::string> path) {
  path.push_back(verb.name());
  std::string line = "teasel";
  for (auto& word : path) line += " " + word;
  SCOPED_TRACE(line);
  const std::string help = help_of(path);
  EXPECT_TRUE(holds(help, "Example: " + line + (verb.subcommands().empty() ? "" : " "))) << help;
  for (auto& argument : verb.arguments()) {
    EXPECT_TRUE(holds(help, argument.name() + " ")) << argument.name();
    EXPECT_TRUE(holds(help, argument.doc)) << argument.doc;
  }
  EXPECT_TRUE(holds(help, "--json"));
  for (auto& inner : verb.subcommands()) expect_help(inner, path);
}

TEST(Program, HelpOfEveryVerbShowsItsArgumentsAndAnExample) {
  const auto declared = declare_program();
  const std::string all = run({"--help"}).out;
  for (auto& verb : declared->program.subcommands()) {
    EXPECT_TRUE(holds(all, "\n  " + verb.name())) << verb.name();
    expect_help(verb, {});
  }
}

TEST(Program, StatesItsVersion) { EXPECT_TRUE(run({"--version"}).out.starts_with("teasel ")); }

TEST(Program, SlipsOfThePenGetAHint) {
  expect_mistake({"trian"}, {"unknown command 'trian'", "Did you mean 'train'"});
  expect_mistake({}, {"teasel --help"});
  expect_mistake({"data", "exort"}, {"unknown data command 'exort'", "Did you mean 'export'"});
  expect_mistake({"list", "model"}, {"Did you mean 'models'"});
  expect_mistake({"list", "models", "beta_vea"}, {"Did you mean 'beta_vae'"});
  expect_mistake({"train", "--sett", "model.name=vae"}, {"Did you mean '--set'"});
  expect_mistake({"train", "--set", "model.name=beta_vea"}, {"Did you mean 'beta_vae'"});
  expect_mistake({"config", "show", "--set", "model.name=beta_vae", "--set", "model.bta=4"},
                 {"model.bta", "Did you mean 'beta'"});
  expect_mistake({"config", "show", "--set", "model.name=beta_vae", "--set", "model.encoder.chanels=[4]"},
                 {"Did you mean 'channels'"});
  expect_mistake({"config", "show", "--set", "model.name=beta_vae", "--set", "trian.steps=4"},
                 {"Did you mean 'train'"});
  expect_mistake({"config", "show", "--set", "model.name=beta_vae", "--set", "train.batch_size=0"},
                 {"train.batch_size", "1 to"});
  expect_mistake({"config", "show", "--set", "model.name=factor_vae", "--set", "model.gamma=[1,2]"}, {"one number"});
  expect_mistake({"data", "info", "dsprite"}, {"Did you mean 'dsprites'"});
}

TEST(Program, SaysWhatIsMissing) {
  expect_mistake({"train"}, {"nothing to train"});
  expect_mistake({"train", "no/such.toml"}, {"no/such.toml"});
  expect_mistake({"resume", "no/such/run"}, {"no/such/run"});
  expect_mistake({"eval", "tests"}, {"config.toml"});
  expect_mistake({"report"}, {"runs"});
  expect_mistake({"data", "export", "dsprites", "--out", "x.npy"}, {"--range"});
  for (auto* range : {"5:2", "-1:3", "0:99999999", "a:b", "1:2:3"})
    expect_mistake({"data", "export", "dsprites", "--out", "x.npy", "--range", range}, {"--range"});
}

TEST(Program, RefusesArgumentsOutsideTheirLimits) {
  expect_mistake({"traverse", "run", "--steps", "0"}, {"--steps: Value 0 not in range 1 to 1000", "traverse --help"});
  expect_mistake({"traverse", "run", "--item", "-3"}, {"--item: Value -3 is less than 0"});
  expect_mistake({"traverse", "run", "--from", "nowhere"}, {"--from: nowhere not in {prior,posterior,both}"});
  expect_mistake({"traverse", "run", "--steps", "many"}, {"--steps", "many"});
  expect_mistake({"traverse", "run", "again"}, {"again"});
  expect_mistake({"traverse", "run", "--steps"}, {"--steps"});
}

TEST(Program, MistakesInFilesNameFileLineAndColumn) {
  const TemporaryFolder folder;
  write_quickly(folder / "bad.toml", "[model]\nname = 'beta_vae'\nbta = 3\n");
  expect_mistake({"config", "check", folder / "bad.toml"}, {"bad.toml:3:"});
  write_quickly(folder / "worse.toml", "[model\n");
  expect_mistake({"config", "check", folder / "worse.toml"}, {"worse.toml:1:"});
}

TEST(Program, ListsWhatIsRegistered) {
  const Value all = parse_json(run({"list", "--json"}).out, "stdout");
  for (auto* family : {"models", "datasets", "views", "metrics", "protocols", "encoders", "decoders", "likelihoods",
                       "discriminators"}) {
    const Value* list = all.find(family);
    ASSERT_NE(list, nullptr) << family;
    EXPECT_FALSE(list->as<Value::List>()->empty()) << family;
  }
  std::vector<std::string> names;
  for (auto& model : *all.find("models")->as<Value::List>()) names.push_back(model.text_at("name"));
  EXPECT_EQ(names, Registry<Model>::get().names());
  const std::string verbose = run({"list", "models", "--verbose"}).out;
  for (auto& name : names)
    for (auto& option : list_options(Registry<Model>::get().at(name).describe))
      EXPECT_TRUE(holds(verbose, "\n      " + option.key + " (")) << option.key;
  EXPECT_TRUE(holds(run({"list", "views", "resize"}).out, "size"));
  const std::string metrics = run({"list", "metrics"}).out;
  for (auto* fact : {"higher is better", "lower is better", "range: 0 to 1", "unchanged by: order, sign, scale, shift",
                     "protocols: cascade-2019, disco-2022, dlib-2019, kim-2018, lecture, teasel, zaidi-2020"})
    EXPECT_TRUE(holds(metrics, fact)) << fact;
}

TEST(Program, ShowsAConfigurationThatReadsBackTheSame) {
  const TemporaryFolder folder;
  for (auto& model : Registry<Model>::get().names()) {
    write_small_config(folder / "a.toml", model);
    const std::string shown = run({"config", "show", folder / "a.toml"}).out;
    write_quickly(folder / "b.toml", shown);
    EXPECT_EQ(run({"config", "show", folder / "b.toml"}).out, shown);
    EXPECT_EQ(to_toml(parse_json(run({"config", "show", folder / "b.toml", "--json"}).out, "stdout")), shown);
  }
  EXPECT_EQ(*parse_json(run({"config", "check", folder / "b.toml", "--json"}).out, "stdout").find("valid"),
            Value(true));
}

TEST(Program, SetWinsOverTheFileAndALaterSetOverAnEarlierOne) {
  const TemporaryFolder folder;
  write_small_config(folder / "a.toml", "beta_vae");
  const Value shown = parse_json(run({"config", "show", folder / "a.toml", "--set", "model.beta=7", "--set",
                                      "train.steps=1", "--set", "train.steps=9", "--json"})
                                     .out,
                                 "stdout");
  EXPECT_EQ(*shown.find("model.beta"), Value(7.0));
  EXPECT_EQ(*shown.find("train.steps"), Value(9));
}

TEST(Program, DataMayBeWrittenAsItsBareName) {
  expect_mistake({"config", "show", "--set", "model.name=vae", "--set", "data=nonesuch"}, {"nonesuch"});
  EXPECT_EQ(parse_json(run({"config", "show", "--set", "model.name=vae", "--set", "data=dsprites", "--json"}).out, "x")
                .text_at("data.name"),
            "dsprites");
}

TEST(DataExport, WritesWhatGatherGives) {
  const TemporaryFolder folder;
  const std::vector<int64_t> index{0, 700000, 5, 5};
  write_npy(folder / "i.npy", Array::of(std::span<const int64_t>(index), {4}));
  run({"data", "export", "dsprites", "--index", folder / "i.npy", "--out", folder / "x.npy", "--factors",
       folder / "y.npy"});
  const Array x = read_npy(folder / "x.npy"), y = read_npy(folder / "y.npy");
  EXPECT_EQ(x.shape, (std::vector<int64_t>{4, 1, 64, 64}));
  EXPECT_EQ(x.type, ArrayType::u8);
  const auto data = open_dataset(parse_toml("name = 'dsprites'", "x"));
  const Batch batch = gather_batch(*data, {"x", "factors"}, index, {});
  const Tensor expected = batch["x"].to(at::kByte).contiguous();
  ASSERT_EQ(x.bytes.size(), expected.nbytes());
  EXPECT_EQ(std::memcmp(x.bytes.data(), expected.const_data_ptr(), x.bytes.size()), 0);
  EXPECT_EQ(y.shape, (std::vector<int64_t>{4, 5}));
  EXPECT_EQ(y.type, ArrayType::i64);
  const auto classes = y.to_i64();
  for (int64_t i = 0; i < 20; ++i)
    EXPECT_EQ(static_cast<float>(classes[static_cast<size_t>(i)]), batch["factors"].view({-1})[i].item<float>());
}

TEST(DataExport, TakesRangesAndViews) {
  const TemporaryFolder folder;
  const Value said = parse_json(run({"data", "export", "dsprites", "--range", "10:13", "--out", folder / "x.npy",
                                     "--json", "--set", "data.views=[{name=\"resize\", size=16}]"})
                                    .out,
                                "stdout");
  EXPECT_EQ(*said.find("items"), Value(3));
  EXPECT_EQ(read_npy(folder / "x.npy").shape, (std::vector<int64_t>{3, 1, 16, 16}));
  expect_mistake({"data", "export", "dsprites", "--range", "0:1", "--out", folder / "no/such/x.npy"}, {"x.npy"});
}

TEST(DataInfo, SaysSizesAndFactors) {
  const Value info = parse_json(run({"data", "info", "dsprites", "--json"}).out, "stdout");
  EXPECT_EQ(*info.find("items"), Value(737280));
  EXPECT_EQ(info.find("factors")->as<Value::List>()->size(), 5u);
  EXPECT_TRUE(holds(run({"data", "info", "dsprites"}).out, "orientation"));
}

// One run through every verb that works on it.
TEST(Program, TrainsScoresDrawsAndReports) {
  const TemporaryFolder folder;
  write_small_config(folder / "a.toml", "beta_vae",
                     {"train.steps=12", "train.keep_every=5", "train.checkpoint_every=5", "train.ema=0.9"});
  const std::string path = folder / "run";
  const Value trained = parse_json(run({"train", folder / "a.toml", "--out", path, "--json"}).out, "stdout");
  EXPECT_EQ(trained.text_at("run"), path);
  EXPECT_EQ(*trained.find("steps"), Value(12));
  for (auto* file : {"config.toml", "run.json", "metrics.jsonl", "checkpoints/last.safetensors",
                     "checkpoints/step_00000005.safetensors", "checkpoints/step_00000010.safetensors"})
    EXPECT_TRUE(std::filesystem::exists(folder / "run" / file)) << file;
  expect_mistake({"train", folder / "a.toml", "--out", path}, {"already", "resume"});
  EXPECT_EQ(*parse_json(run({"resume", path, "--json"}).out, "stdout").find("steps"), Value(12));

  const Value scored =
      parse_json(run({"eval", path, "--metrics", "factor_vae_score,mig,active_units", "--json"}).out, "stdout");
  EXPECT_EQ(*scored.find("step"), Value(12));
  EXPECT_GE(scored.find("scores")->as<Value::List>()->size(), 4u);
  const Value one = parse_json(run({"eval", path, "--metrics", "mig", "--protocol", "dlib", "--json"}).out, "stdout");
  ASSERT_EQ(one.find("scores")->as<Value::List>()->size(), 1u);
  EXPECT_EQ(one.find("scores")->as<Value::List>()->front().text_at("protocol"), "dlib-2019");
  expect_mistake({"eval", path, "--metrics", "migg"}, {"Did you mean 'mig'"});
  expect_mistake({"eval", path, "--protocol", "dlibb"}, {"dlib-2019"});

  const Value chain = parse_json(run({"telescope", path, "--samples", "20", "--json"}).out, "stdout");
  ASSERT_EQ(chain.find("stages")->as<Value::List>()->size(), 3u);  // steps 5, 10 and 12
  for (auto& image : *chain.find("images")->as<Value::List>())
    EXPECT_TRUE(std::filesystem::exists(*image.as<std::string>()));
  expect_mistake({"telescope", path, "--order", "rising"}, {"falling_kl"});

  const Value drawn = parse_json(run({"traverse", path, "--steps", "3", "--json"}).out, "stdout");
  ASSERT_EQ(drawn.find("images")->as<Value::List>()->size(), 2u);
  for (auto& image : *drawn.find("images")->as<Value::List>())
    EXPECT_TRUE(std::filesystem::exists(*image.as<std::string>()));
  expect_mistake({"traverse", path, "--item", "99999999"}, {"no item"});
  run({"traverse", path, "--weights", "ema"});
  EXPECT_TRUE(std::filesystem::exists(folder / "run" / "images" / "traversal_prior_ema.png"));
  EXPECT_EQ(run({"report", path, "--weights", "ema"}).out, path + "/report_ema.html\n");

  // After a partial evaluation the report still holds every score.
  run({"report", path});
  const std::string page = read_file(folder / "run" / "report.html");
  for (auto* part : {"beta_vae", "factor_vae_score", "position_x", "</html>"}) EXPECT_TRUE(holds(page, part)) << part;
}

TEST(Program, OneSeedGivesOneRunAndStdoutHoldsItsFolderAlone) {
  const TemporaryFolder folder;
  write_small_config(folder / "a.toml", "vae", {"train.steps=6"});
  for (auto* name : {"one", "two"})
    EXPECT_EQ(run({"train", folder / "a.toml", "--out", folder / name}).out, (folder / name).string() + "\n");
  run({"train", folder / "a.toml", "--out", folder / "three", "--set", "train.seed=1"});
  const auto last = [&](const char* name) { return read_file(folder / name / "checkpoints/last.safetensors"); };
  EXPECT_EQ(last("one"), last("two"));
  EXPECT_NE(last("one"), last("three"));
  EXPECT_EQ(read_file(folder / "one" / "metrics.jsonl"), read_file(folder / "two" / "metrics.jsonl"));
}

TEST(Program, OthersMistakesAreNotItsOwn) {
  const TemporaryFolder folder;
  write_small_config(folder / "a.toml", "vae", {"train.steps=3"});
  write_quickly(folder / "file", "");
  expect_mistake({"train", folder / "a.toml", "--out", folder / "file" / "run"}, {"file"});
  run({"train", folder / "a.toml", "--out", folder / "run"});
  write_quickly(folder / "run" / "checkpoints/last.safetensors", "damaged");
  expect_mistake({"resume", folder / "run"}, {"last.safetensors"});
  EXPECT_EQ(read_file(folder / "run" / "checkpoints/last.safetensors"), "damaged");  // nothing was written over it
}

TEST(Program, ResultsThatCannotBeWrittenAreAnError) {
  const TemporaryFolder folder;
  write_quickly(folder / "script", std::string("#!/bin/sh\n") + TEASEL_PROGRAM + " list > /dev/full 2> " +
                                       (folder / "err").string() + "\n");
  EXPECT_EQ(std::system(("sh " + (folder / "script").string()).c_str()) >> 8, 2);
  EXPECT_TRUE(read_file(folder / "err").starts_with("error: "));
}

}  // namespace
}  // namespace teasel
