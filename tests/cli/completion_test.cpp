// What the shells make of a half-typed line: real ones, in a terminal of their own, with a real press of the tab key.
#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <sstream>

#include "teasel/core/file.hpp"
#include "tests/cli/program.hpp"

namespace teasel {
namespace {

using namespace testing;
namespace fs = std::filesystem;

std::string script_for(const std::string& shell) {
  const Outcome o = teasel::testing::teasel({"completion", shell});
  EXPECT_EQ(o.status, 0) << o.err;
  return o.out;
}

std::vector<std::string> lines_of(const fs::path& path) {
  std::vector<std::string> out;
  std::istringstream text(fs::exists(path) ? read_file(path) : "");
  for (std::string line; std::getline(text, line);) out.push_back(line);
  return out;
}

// An interactive shell in a folder with a few files. The key ^G writes the line that is being edited to `lines`.
class Shell {
 public:
  explicit Shell(const std::string& shell) {
    for (auto* inner : {"runs/one", "runs/two", "bin"}) fs::create_directories(folder_ / inner);
    write_quickly(folder_ / "sweep.toml", ""), write_quickly(folder_ / "swept.txt", "");
    write_quickly(folder_ / "script", script_for(shell));
    write_quickly(folder_ / "bin" / "teasel", "#!/bin/sh\ntouch " + (folder_ / "started").string() + "\n");
    fs::permissions(folder_ / "bin" / "teasel", fs::perms::all);
    write_quickly(
        folder_ / "setup",
        shell == "bash"
            ? "source ./script\nPS1='$ '\nbind -x '\"\\C-g\": echo \"$READLINE_LINE\" >> lines; READLINE_LINE='\n"
              "echo ready >> lines\n"
            : "autoload -Uz compinit; compinit -u -D; source ./script; PS1='$ '\n"
              "note() { print -r -- \"$BUFFER\" >> lines; BUFFER=; }\nzle -N note; bindkey '^G' note\n"
              "echo ready >> lines\n");
    id_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
    if (id_ == 0) {
      if (::chdir(folder_.path().c_str()) != 0) ::_exit(127);
      ::setenv("TERM", "dumb", 1), ::setenv("PATH", ((folder_ / "bin").string() + ":/usr/bin:/bin").c_str(), 1);
      ::setenv("HOME", folder_.path().c_str(), 1);
      if (shell == "bash") ::execlp("bash", "bash", "--noprofile", "--norc", "-i", nullptr);
      ::execlp("zsh", "zsh", "-f", "-i", nullptr);
      ::_exit(127);
    }
    type(". ./setup\n");
    wait_for_lines(1);
  }
  ~Shell() {
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
    ::close(terminal_);
  }
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  // What the line is after the tab key.
  std::string complete(const std::string& line) {
    const size_t before = lines_of(folder_ / "lines").size();
    type(line + "\t\a");
    const auto lines = wait_for_lines(before + 1);
    return lines.size() > before ? lines.back() : "(nothing came)";
  }
  bool started_the_program() const { return fs::exists(folder_ / "started"); }

 private:
  void type(const std::string& keys) {
    if (::write(terminal_, keys.data(), keys.size()) != static_cast<ssize_t>(keys.size())) ADD_FAILURE() << keys;
  }
  std::vector<std::string> wait_for_lines(size_t count) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < end) {
      drain();
      if (whole_lines(folder_ / "lines") >= count) break;
      ::usleep(2000);
    }
    return lines_of(folder_ / "lines");
  }
  // A shell whose output nobody reads stops.
  void drain() {
    fd_set set;
    FD_ZERO(&set);
    FD_SET(terminal_, &set);
    timeval now{0, 0};
    char buffer[4096];
    if (::select(terminal_ + 1, &set, nullptr, nullptr, &now) > 0 && ::read(terminal_, buffer, sizeof buffer) < 0)
      return;
  }

  TemporaryFolder folder_;
  pid_t id_ = -1;
  int terminal_ = -1;
};

class Completion : public ::testing::TestWithParam<std::string> {};

TEST_P(Completion, FinishesVerbsOptionsWordsAndFiles) {
  if (std::system(("command -v " + GetParam() + " > /dev/null").c_str()) != 0) GTEST_SKIP() << "no " << GetParam();
  Shell shell(GetParam());
  const std::vector<std::pair<std::string, std::string>> cases{
      {"teasel tra", "teasel tra"},  // train and traverse
      {"teasel trai", "teasel train "},
      {"teasel data exp", "teasel data export "},
      {"teasel --vers", "teasel --version "},
      {"teasel data export ds", "teasel data export dsprites "},
      {"teasel data export --out x.npy ds", "teasel data export --out x.npy dsprites "},
      {"teasel eval runs/o", "teasel eval runs/one/"},
      {"teasel report runs/one runs/t", "teasel report runs/one runs/two/"},
      {"teasel train sw", "teasel train sweep.toml "},  // not swept.txt
      {"teasel train sweep.toml --qu", "teasel train sweep.toml --quiet "},
      {"teasel train --json --set model.nam", "teasel train --json --set model.name="},
      {"teasel train --set model.name=fact", "teasel train --set model.name=factor_vae "},
      {"teasel train --set=model.name=fact", "teasel train --set=model.name=factor_vae "},
      {"teasel train --set model.encoder.nam", "teasel train --set model.encoder.name="},
      {"teasel train --set model.preset=recom", "teasel train --set model.preset=recommended "},
      {"teasel train --set data.name=dsp", "teasel train --set data.name=dsprites "},
      {"teasel train --set train.batch", "teasel train --set train.batch_size="},
      {"teasel train --set model.name=vae --set train.check",
       "teasel train --set model.name=vae --set train.checkpoint_every="},
      {"teasel traverse runs/one --from post", "teasel traverse runs/one --from posterior "},
      {"teasel traverse runs/one --from=post", "teasel traverse runs/one --from=posterior "},
      {"teasel eval runs/one --protocol casc", "teasel eval runs/one --protocol cascade-2019"},
      {"teasel list vie", "teasel list views "},
      {"teasel list views resi", "teasel list views resize "},
      {"teasel nonsense --st", "teasel nonsense --st"},
  };
  for (auto& [typed, becomes] : cases) EXPECT_EQ(shell.complete(typed), becomes) << "typed: " << typed;
  // A comma goes on with the list; whether a blank follows the last word differs between the shells.
  EXPECT_TRUE(shell.complete("teasel eval runs/one --metrics mig,recon")
                  .starts_with("teasel eval runs/one --metrics mig,reconstruction_error"));
  EXPECT_FALSE(shell.started_the_program());
}

INSTANTIATE_TEST_SUITE_P(Shells, Completion, ::testing::Values("bash", "zsh"), [](auto& info) { return info.param; });

TEST(CompletionScript, ABashThatPartsNoWordsAtEqualsSignsGetsWholeWords) {
  const TemporaryFolder folder;
  write_quickly(folder / "script", script_for("bash") +
                                       "COMP_WORDBREAKS=$' \\t\\n'\nCOMP_LINE='teasel train --set model.name=fact'\n"
                                       "COMP_POINT=${#COMP_LINE} COMP_WORDS=(teasel train --set model.name=fact) "
                                       "COMP_CWORD=3\n_teasel\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n");
  const std::string command = "bash " + (folder / "script").string() + " > " + (folder / "out").string();
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(read_file(folder / "out"), "model.name=factor_vae\n");
}

}  // namespace
}  // namespace teasel
