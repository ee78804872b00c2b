// What `make install` leaves behind works alone: from any folder, moved, with nothing of the build folder or the cache;
// and the documents' own command lines build plug-ins against it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "teasel/core/file.hpp"
#include "tests/core/temporary_folder.hpp"

namespace teasel {
namespace {

namespace fs = std::filesystem;

// The blocks in ```sh of a page, as one script.
std::string commands_in(const fs::path& page) {
  std::string out;
  std::istringstream lines(read_file(page));
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```"))
      inside = line == "```sh";
    else if (inside)
      out += line + "\n";
  }
  return out;
}

class Installed : public ::testing::Test {
 protected:
  // Runs a script in `work` with an environment that knows only the installed tree; its output, and status 0.
  std::string run(const std::string& script, const std::string& tree = "tree") {
    write_file(folder_ / "script", "set -euo pipefail\n" + script);
    const std::string command = "cd " + work_ + " && env -i HOME=" + work_ +
                                " PATH=" + (folder_ / tree / "bin").string() +
                                ":/usr/bin:/bin PKG_CONFIG_PATH=" + (folder_ / tree / "lib/pkgconfig").string() +
                                " bash " + (folder_ / "script").string() + " > " + (folder_ / "out").string() + " 2>&1";
    const int status = std::system(command.c_str());
    const std::string out = read_file(folder_ / "out");
    EXPECT_EQ(status, 0) << script << out;
    return out;
  }
  void make(const std::string& target) {
    const std::string log = folder_ / "log";
    const int status =
        std::system(("make -s " + target + " PREFIX=" + (folder_ / "tree").string() + " > " + log + " 2>&1").c_str());
    ASSERT_EQ(status, 0) << read_file(log);
  }
  void SetUp() override {
    fs::create_directories(folder_ / "work");
    work_ = folder_ / "work";
    make("install");
  }

  const TemporaryFolder folder_;
  std::string work_;
};

TEST_F(Installed, RunsFromAnywhereMovedAndIsRemovedWhole) {
  for (auto* file : {"share/man/man1/teasel.1", "share/bash-completion/completions/teasel",
                     "share/zsh/site-functions/_teasel", "share/doc/teasel/LICENSE", "share/doc/teasel/NOTICE",
                     "include/teasel/models/model.hpp", "lib/pkgconfig/teasel.pc"})
    EXPECT_GT(fs::file_size(folder_ / "tree" / file), 100u) << file;

  const std::string libraries = run("ldd $(command -v teasel)");
  EXPECT_EQ(libraries.find(fs::path(TEASEL_PROGRAM).parent_path().string()), std::string::npos) << libraries;
  EXPECT_EQ(libraries.find("not found"), std::string::npos) << libraries;
  // Everything that is not the system's lies in the tree.
  std::istringstream lines(libraries);
  for (std::string line; std::getline(lines, line);)
    if (const size_t arrow = line.find("=> /"); arrow != std::string::npos) {
      const std::string path = line.substr(arrow + 3);
      EXPECT_TRUE(path.starts_with("/lib") || path.starts_with("/usr/lib") ||
                  path.starts_with((folder_ / "tree").string()))
          << line;
    }

  fs::rename(folder_ / "tree", folder_ / "moved");
  const std::string trained =
      run("teasel train --set model.name=vae --set 'data.views=[{name=\"resize\", size=16}]' "
          "--set train.steps=2 --out run --quiet && teasel list models",
          "moved");
  EXPECT_NE(trained.find("beta_vae"), std::string::npos) << trained;
  fs::rename(folder_ / "moved", folder_ / "tree");

  write_file(folder_ / "tree" / "share" / "mine", "of another program");
  make("uninstall");
  std::vector<std::string> left;
  for (auto& entry : fs::recursive_directory_iterator(folder_ / "tree"))
    left.push_back(fs::relative(entry.path(), folder_ / "tree").string());
  std::ranges::sort(left);
  EXPECT_EQ(left, (std::vector<std::string>{"share", "share/mine"}));
}

// Train 20 steps, score, list: as the documents say it, line by line.
TEST_F(Installed, BuildsAndRunsThePlugInsOfTheDocuments) {
  for (auto& [page, example] :
       std::vector<std::pair<std::string, std::string>>{{"docs/adding-a-model.md", "linear_autoencoder"},
                                                        {"docs/adding-a-data-set.md", "moving_square"},
                                                        {"docs/adding-a-metric.md", "explained_variance"}}) {
    fs::copy("examples/" + example + ".cpp", folder_ / "work" / (example + ".cpp"));
    const std::string script = commands_in(page);
    ASSERT_NE(script.find(example), std::string::npos) << page;
    const std::string out = run(script);
    EXPECT_NE(out.find(example), std::string::npos) << out;
  }
  EXPECT_TRUE(fs::exists(folder_ / "work/runs/linear/checkpoints/last.safetensors"));
  EXPECT_TRUE(fs::exists(folder_ / "work/images.npy"));
}

}  // namespace
}  // namespace teasel
