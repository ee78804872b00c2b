// Mistakes on the command line and in files that commands read, verb by verb.
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>

#include "teasel/core/array.hpp"
#include "teasel/core/file.hpp"
#include "tests/cli/mistakes.hpp"

namespace teasel {
namespace {

using namespace testing;
namespace fs = std::filesystem;

Arrange folder(const std::string& name) {
  return [=](const fs::path& at) { fs::create_directories(at / name); };
}
Arrange without(const std::string& name) {
  return [=](const fs::path& at) { fs::remove_all(at / name); };
}
// Keeps the first bytes of a file.
Arrange cut(const std::string& name, size_t bytes) {
  return [=](const fs::path& at) { write_quickly(at / name, read_file(at / name).substr(0, bytes)); };
}
Arrange replaced(const std::string& name, const std::string& what, const std::string& with) {
  return [=](const fs::path& at) {
    std::string content = read_file(at / name);
    const size_t found = content.find(what);
    ASSERT_NE(found, std::string::npos) << what;
    write_quickly(at / name, content.replace(found, what.size(), with));
  };
}
// An npy file "i.npy" of item numbers.
Arrange items(const std::vector<double>& numbers) {
  return [=](const fs::path& at) {
    write_npy(at / "i.npy", Array::of(std::span<const double>(numbers), {static_cast<int64_t>(numbers.size())}));
  };
}

constexpr const char* checkpoint = "run/checkpoints/last.safetensors";

TEST(BadInput, Train) {
  const std::vector<std::string> train{"train", "a.toml", "--out", "run"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), train.begin(), train.end());
    return more;
  };
  expect_mistakes({
      {"nothing", {"train"}, {"nothing to train", "teasel list models"}},
      {"no configuration", {"train", "a.toml"}, {"'a.toml'", "No such file"}},
      {"an unknown option", with({"--sett", "train.steps=3"}), {"--sett", "Did you mean '--set'"}, config()},
      {"no threads", with({"--threads", "0"}), {"--threads", "1", "1024"}, config()},
      {"threads in words", with({"--threads", "two"}), {"--threads", "two"}, config()},
      {"a run that is there", train, {"run", "already", "teasel resume run"}, run()},
      {"what is left of a run", train, {"metrics.jsonl", "--out"}, all({config(), file("run/metrics.jsonl", "")})},
      {"a file for a folder", {"train", "a.toml", "--out", "a.toml/run"}, {"a.toml"}, config()},
      {"a wrong setting", with({"--set", "train.step=3"}), {"train.step", "Did you mean 'steps'"}, config()},
      {"an empty setting", with({"--set", ""}), {"no assignment"}, config()},
      {"one word too much", with({"again"}), {"again"}, config()},
  });
}

TEST(BadInput, Resume) {
  const std::vector<std::string> resume{"resume", "run"};
  expect_mistakes({
      {"no run", {"resume"}, {"run"}},
      {"no folder", resume, {"no such folder: run", "teasel train"}},
      {"no run folder", resume, {"run holds no run", "config.toml"}, folder("run")},
      {"a file", {"resume", "a.toml"}, {"a.toml", "config.toml"}, config()},
      {"a changed model",
       resume,
       {"does not fit", "shape", "model options"},
       all({run(), replaced("run/config.toml", "latents = 10", "latents = 9")})},
      {"a broken configuration", resume, {"config.toml:1:", "TOML"}, all({run(), file("run/config.toml", "[model\n")})},
      {"a changed key",
       resume,
       {"config.toml:", "model.betta", "Did you mean 'beta'"},
       all({run(), replaced("run/config.toml", "beta = ", "betta = ")})},
      {"a checkpoint cut off",
       resume,
       {"last.safetensors", "damaged or cut off"},
       all({run(), cut(checkpoint, 20000)})},
      {"an empty checkpoint", resume, {"last.safetensors", "0 bytes"}, all({run(), cut(checkpoint, 0)})},
      {"a damaged checkpoint",
       resume,
       {"last.safetensors", "JSON"},
       all({run(), replaced(checkpoint, "\"F32\"", "\"F32,")})},
      {"no checkpoint of ours",
       resume,
       {"last.safetensors", "no checkpoint of teasel"},
       all({run(), [](const fs::path& at) { write_safetensors(at / checkpoint, {}); }})},
      {"a damaged run.json", resume, {"run.json", "not JSON"}, all({run(), cut("run/run.json", 30)})},
  });
}

TEST(BadInput, Eval) {
  const auto eval = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"eval", "run"});
    return more;
  };
  expect_mistakes({
      {"no run folder", eval({}), {"no such folder: run", "teasel train"}},
      {"no checkpoint yet", eval({}), {"no checkpoint yet", "teasel resume run"}, all({run(), without(checkpoint)})},
      {"an unknown metric", eval({"--metrics", "mig,sapp"}), {"sapp"}, run()},
      {"an unknown protocol", eval({"--protocol", "dlibb"}), {"protocol 'dlibb'", "Did you mean 'dlib'"}, run()},
      {"a protocol without the metric",
       eval({"--metrics", "dci", "--protocol", "chen"}),
       {"'chen-2018' has no settings for dci", "Protocols for dci: disco-2022, dlib-2019, "},
       run()},
      {"no protocol file", eval({"--protocol", "p.toml"}), {"'p.toml'", "No such file"}, run()},
      {"a wrong key in a protocol",
       eval({"--protocol", "p.toml"}),
       {"p.toml:3:", "mig.bin", "Did you mean 'bins'"},
       all({run(), file("p.toml", "name = 'mine'\n[mig]\nbin = 20\n")})},
      {"a wrong value in a protocol",
       eval({"--protocol", "p.toml"}),
       {"p.toml:3:", "mig.bins", "-20"},
       all({run(), file("p.toml", "name = 'mine'\n[mig]\nbins = -20\n")})},
      {"a protocol of an unknown metric",
       eval({"--protocol", "p.toml"}),
       {"migg", "Did you mean 'mig'"},
       all({run(), file("p.toml", "name = 'mine'\n[migg]\n")})},
      {"a protocol without a name",
       eval({"--protocol", "p.toml"}),
       {"p.toml", "needs a name"},
       all({run(), file("p.toml", "[mig]\n")})},
      {"an unknown split", eval({"--split", "validation"}), {"split 'validation'", "train, all"}, run()},
      {"a negative seed", eval({"--seed", "-1"}), {"--seed", "-1"}, run()},
  });
}

TEST(BadInput, TraverseAndReport) {
  const auto traverse = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"traverse", "run"});
    return more;
  };
  expect_mistakes({
      {"an item too far", traverse({"--item", "999999"}), {"999999", "0 to 6143"}, run()},
      {"a negative item", traverse({"--item", "-2"}), {"--item", "-2"}, run()},
      {"an unknown anchor", traverse({"--from", "nowhere"}), {"--from", "nowhere", "posterior"}, run()},
      {"no steps", traverse({"--steps", "0"}), {"--steps", "1 to 1000"}, run()},
      {"no number", traverse({"--low", "nan"}), {"--low", "nan"}, run()},
      {"a file for a folder", traverse({"--out", "a.toml"}), {"a.toml"}, run()},
      {"no runs", {"report"}, {"runs"}},
      {"a second run that is none", {"report", "run", "other"}, {"no such folder: other"}, run()},
      {"a page in no folder", {"report", "run", "-o", "no/such/page.html"}, {"page.html", "mkdir -p"}, run()},
  });
}

TEST(BadInput, Telescope) {
  const auto telescope = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"telescope", "run", "--quiet"});
    return more;
  };
  expect_mistakes({
      {"no run", {"telescope"}, {"run"}},
      {"no run folder", telescope({}), {"no such folder: run", "teasel train"}},
      {"a folder that is no run", telescope({}), {"run holds no run", "config.toml"}, folder("run")},
      {"no checkpoint yet",
       telescope({}),
       {"no checkpoint yet", "teasel resume run"},
       all({run(), without(checkpoint)})},
      {"an unknown order", telescope({"--order", "rising"}), {"--order", "rising", "falling_kl"}, run()},
      {"one sample", telescope({"--samples", "1"}), {"--samples", "Value 1 is less than 2"}, run()},
      {"an unknown split",
       telescope({"--split", "half"}),
       {"split 'half'", "train, all"},
       all({run(), folder("run/images")})},
      {"a file for a folder", telescope({"--out", "a.toml"}), {"a.toml"}, run()},
  });
}

TEST(BadInput, Bench) {
  expect_mistakes({
      {"no verb", {"bench"}, {"teasel bench --help"}},
      {"an unknown verb", {"bench", "steps"}, {"steps", "Did you mean 'step'"}},
      {"no configuration", {"bench", "step", "a.toml"}, {"'a.toml'", "No such file"}},
      {"an unknown model", {"bench", "step", "--model", "vea"}, {"vea", "Did you mean 'vae'"}},
      {"an unknown preset", {"bench", "step", "--model", "vae", "--preset", "fast"}, {"preset 'fast'", "recommended"}},
      {"an unknown precision", {"bench", "step", "--precision", "fp8"}, {"fp8", "bf16"}},
      {"a wrong setting", {"bench", "step", "--set", "train.stpes=1"}, {"train.stpes", "Did you mean 'steps'"}},
      {"no batch", {"bench", "step", "--batch", "0"}, {"--batch", "1 to 1048576"}},
      {"an unknown set", {"bench", "data", "dsprite"}, {"'dsprite'", "Did you mean 'dsprites'"}},
      {"no batches", {"bench", "data", "dsprites", "--batches", "0"}, {"--batches", "Value 0 is less than 1"}},
      {"an unknown metric", {"bench", "scores", "--metrics", "mgi"}, {"mgi", "Did you mean 'mig'"}},
      {"an unknown protocol", {"bench", "scores", "--protocol", "dlibb"}, {"'dlibb'", "Did you mean 'dlib'"}},
  });
}

TEST(BadInput, PagesAndConfigurations) {
  expect_mistakes({
      {"no shell", {"completion"}, {"shell"}},
      {"another shell", {"completion", "fish"}, {"fish", "bash", "zsh"}},
      {"a file for the reference", {"docs", "x.md"}, {"x.md"}},
      {"an option of the manual", {"man", "--roff"}, {"--roff"}},
      {"no configuration to show", {"config", "show", "a.toml"}, {"'a.toml'", "No such file"}},
      {"a broken configuration to show",
       {"config", "show", "a.toml"},
       {"a.toml:1:", "TOML"},
       file("a.toml", "[model\n")},
      {"an unknown preset to show",
       {"config", "show", "a.toml", "--set", "model.preset=fast"},
       {"preset 'fast'", "recommended"},
       config()},
      {"no verb inside", {"config"}, {"teasel config --help"}},
  });
}

TEST(BadInput, ADamagedLogGivesNoReport) {
  const TemporaryFolder at;
  run()(at.path());
  write_quickly(at / "run/metrics.jsonl", "{\"step\":0}\n{\"step\"\n");
  const Outcome o = teasel::testing::teasel({"report", at / "run", "--quiet"});
  EXPECT_EQ(o.status, 2);
  EXPECT_NE(o.err.find("metrics.jsonl: not JSON"), std::string::npos) << o.err;
  EXPECT_NE(o.err.find("hint: The file was damaged"), std::string::npos) << o.err;
  EXPECT_FALSE(fs::exists(at / "run/report.html"));
}

TEST(BadInput, Data) {
  const auto data = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"data", "export", "dsprites", "--out", "x.npy"});
    return more;
  };
  const std::vector<std::string> by_index = data({"--index", "i.npy"});
  expect_mistakes({
      {"no verb", {"data"}, {"teasel data --help"}},
      {"an unknown set", {"data", "info", "dsprite"}, {"'dsprite'", "Did you mean 'dsprites'"}},
      {"a wrong setting", {"data", "info", "dsprites", "--set", "model.beta=1"}, {"--set model", "data.KEY"}},
      {"no items", data({}), {"--index", "--range"}},
      {"both ways", data({"--index", "i.npy", "--range", "0:5"}), {"--index", "--range"}},
      {"a range backwards", data({"--range", "5:2"}), {"--range 5:2", "0:737280"}},
      {"a range in words", data({"--range", "first:last"}), {"--range first:last", "0:1000"}},
      {"no index", by_index, {"'i.npy'", "No such file"}},
      {"an index that is none", by_index, {"i.npy", "NUMPY"}, file("i.npy", "0\n1\n2\n3\n4\n5\n")},
      {"an item too far", by_index, {"no item 737280", "0 to 737279"}, items({0, 737280})},
      {"a negative item", by_index, {"no item -1", "0 to 737279"}, items({-1})},
      {"half an item", by_index, {"element 0 is 0.5", "integers"}, items({0.5})},
      {"a folder that is not there",
       {"data", "export", "dsprites", "--range", "0:1", "--out", "no/x.npy"},
       {"no/x.npy", "mkdir -p"}},
      {"factors in no folder", data({"--range", "0:1", "--factors", "no/y.npy"}), {"no/y.npy", "mkdir -p"}},
  });
}

TEST(BadInput, OtherVerbsAndThePlugins) {
  expect_mistakes({
      {"no verb", {}, {"teasel --help"}},
      {"an unknown verb", {"trian"}, {"unknown command 'trian'", "Did you mean 'train'"}},
      {"an unknown option", {"list", "--verbos"}, {"--verbos", "Did you mean '--verbose'"}},
      {"an unknown kind of thing", {"list", "model"}, {"'model'", "Did you mean 'models'"}},
      {"an unknown thing", {"list", "metrics", "miig"}, {"unknown metric 'miig'", "Did you mean 'mig'"}},
      {"an unknown verb inside", {"config", "chek", "a.toml"}, {"chek", "Did you mean 'check'"}, config()},
      {"a demo with a wrong setting", {"demo", "--set", "train.stesp=3"}, {"train.stesp", "Did you mean 'steps'"}},
      {"a demo in a file", {"demo", "--out", "a.toml", "--set", "train.steps=3"}, {"a.toml"}, config()},
      {"a demo over another",
       {"demo", "--out", "."},
       {"other settings", "--out"},
       file("beta_vae/config.toml", "[model]\nname = 'beta_vae'\n")},
      {"a plug-in that is not there",
       {"list"},
       {"no/such.so", "TEASEL_PLUGINS"},
       {},
       {},
       {{"TEASEL_PLUGINS", "no/such.so"}}},
      {"a plug-in that is none",
       {"list"},
       {"a.toml", "TEASEL_PLUGINS"},
       config(),
       {},
       {{"TEASEL_PLUGINS", "./a.toml"}}},
  });
}

// As a full disk does: a file may not grow beyond some kilobytes.
void little_space() {
  const rlimit few{8192, 8192};
  ::setrlimit(RLIMIT_FSIZE, &few);
}

TEST(BadInput, NoSpace) {
  const std::string few = "data.views=[{name=\"select\", factor=\"orientation\", every=20}]";
  expect_mistakes({
      {"a set that does not fit",
       {"data", "export", "dsprites", "--range", "0:1000", "--out", "x.npy"},
       {"x.npy", "File too large", "ulimit -f"},
       {},
       little_space},
      {"a file of them",
       {"data", "make", "dsprites", "--set", few, "--out", "x.npz"},
       {"x.npz", "File too large"},
       {},
       little_space},
      {"an HDF5 file of them",
       {"data", "make", "dsprites", "--set", few, "--out", "x.h5"},
       {"cannot write", "room on the disk"},
       {},
       little_space},
      {"codes that do not fit",
       {"eval", "run", "--quiet"},
       {"run/codes/", "File too large"},
       all({run(), folder("run/codes")}),
       little_space},
  });
}

// A training that meets a full disk leaves the run at its last good state.
TEST(BadInput, NoSpaceForACheckpointKeepsTheRun) {
  const TemporaryFolder at;
  run()(at.path());
  const std::string before = read_file(at / checkpoint);
  write_quickly(at / "run/config.toml", [&] {
    std::string text = read_file(at / "run/config.toml");
    return text.replace(text.find("steps = 4"), 9, "steps = 8");
  }());
  const Outcome stopped = Program({"resume", at / "run", "--quiet"}, {}, little_space).wait();
  EXPECT_EQ(stopped.status, 2);
  EXPECT_NE(stopped.err.find("last.safetensors': File too large"), std::string::npos) << stopped.err;
  EXPECT_NE(stopped.err.find("\nhint: "), std::string::npos) << stopped.err;
  EXPECT_TRUE(read_file(at / checkpoint) == before);
  EXPECT_EQ(teasel::testing::teasel({"resume", at / "run", "--quiet"}).status, 0);
}

// Root writes where it may not, unless it gives the ability up.
void without_override() {
  for (int ability : {CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH}) ::prctl(PR_CAPBSET_DROP, ability, 0, 0, 0);
}

TEST(BadInput, FoldersThatMayNotBeWritten) {
  const Arrange closed = [](const fs::path& at) {
    fs::create_directory(at / "closed");
    fs::permissions(at / "closed", fs::perms::owner_read | fs::perms::owner_exec);
  };
  const Arrange closed_run = [](const fs::path& at) {
    fs::permissions(at / "run/checkpoints", fs::perms::owner_read | fs::perms::owner_exec);
    fs::permissions(at / "run", fs::perms::owner_read | fs::perms::owner_exec);
  };
  {
    const TemporaryFolder at;
    closed(at.path());
    const std::string touch =
        "setpriv --bounding-set -dac_override touch '" + (at / "closed/x").string() + "' 2>/dev/null";
    if (::geteuid() == 0 && std::system(touch.c_str()) == 0)
      GTEST_SKIP() << "this user may write in every folder and cannot give that up";
  }
  expect_mistakes({
      {"training",
       {"train", "a.toml", "--out", "closed/run"},
       {"closed/run", "Permission denied", "--out"},
       all({config(), closed}),
       without_override},
      {"training in the folder itself",
       {"train", "a.toml", "--out", "closed"},
       {"closed", "permissions"},
       all({config(), closed}),
       without_override},
      {"going on", {"resume", "run"}, {"run", "permissions"}, all({run(), closed_run}), without_override},
      {"scoring", {"eval", "run"}, {"run", "ermission"}, all({run(), closed_run}), without_override},
      {"exporting",
       {"data", "export", "dsprites", "--range", "0:1", "--out", "closed/x.npy"},
       {"closed/x.npy", "Permission denied", "choose another folder"},
       closed,
       without_override},
  });
}

TEST(BadInput, ARunThatAnotherProcessTrains) {
  const TemporaryFolder at;
  write_small_config(at / "a.toml", "vae", {"train.steps=1000000"});
  Program program({"train", at / "a.toml", "--out", at / "run", "--quiet"});
  ASSERT_TRUE(wait_for_lines(program, at / "run/metrics.jsonl", 2));
  const Outcome second = teasel::testing::teasel({"resume", at / "run"});
  EXPECT_EQ(second.status, 2);
  EXPECT_NE(second.err.find("is training in " + (at / "run").string()), std::string::npos) << second.err;
  EXPECT_NE(second.err.find("\nhint: "), std::string::npos) << second.err;
  EXPECT_EQ(teasel::testing::teasel({"train", at / "a.toml", "--out", at / "run"}).status, 2);
  EXPECT_TRUE(program.running());
}

}  // namespace
}  // namespace teasel
