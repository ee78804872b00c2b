// The manual page, as the programs that show it read it.
#include "teasel/cli/man_page.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "teasel/cli/command.hpp"
#include "teasel/core/file.hpp"
#include "tests/core/temporary_folder.hpp"

namespace teasel {
namespace {

bool installed(const std::string& program) {
  return std::system(("command -v " + program + " > /dev/null").c_str()) == 0;
}

// What a command says about the page, with its standard error.
std::string said(const TemporaryFolder& folder, const std::string& command) {
  const std::string out = folder / "out";
  EXPECT_EQ(std::system((command + " " + (folder / "teasel.1").string() + " > " + out + " 2>&1").c_str()), 0)
      << command;
  return read_file(out);
}

class ManPage : public ::testing::Test {
 protected:
  void SetUp() override { write_quickly(folder / "teasel.1", page); }
  const std::unique_ptr<DeclaredProgram> declared = declare_program();
  const std::string page = man_page(declared->program, "0.1.0");
  const TemporaryFolder folder;
};

TEST_F(ManPage, GroffHasNothingToWarnOf) {
  if (!installed("groff")) GTEST_SKIP() << "no groff";
  EXPECT_EQ(said(folder, "groff -ww -man -Tutf8 -z"), "");
}

TEST_F(ManPage, MandocHasNothingToSay) {
  if (!installed("mandoc")) GTEST_SKIP() << "no mandoc";
  EXPECT_EQ(said(folder, "mandoc -T lint"), "");
}

void expect_shown(const std::string& text, const Declaration& verb, const std::string& path) {
  for (auto& inner : verb.subcommands()) expect_shown(text, inner, path + " " + inner.name());
  if (!verb.subcommands().empty()) return;
  EXPECT_NE(text.find(path), std::string::npos) << path;
  EXPECT_NE(text.find(verb.example()), std::string::npos) << verb.example();
  for (auto& argument : verb.arguments()) EXPECT_NE(text.find(argument.name()), std::string::npos) << argument.name();
}

TEST_F(ManPage, ShowsEveryVerbArgumentAndExampleAsTyped) {
  if (!installed("groff")) GTEST_SKIP() << "no groff";
  // A wide page, no bold by overstriking: what remains is what a reader can copy.
  const std::string text = said(folder, "groff -man -Tascii -P-cbou -rLL=200n");
  for (auto& verb : declared->program.subcommands()) expect_shown(text, verb, "teasel " + verb.name());
  for (auto* part : {"TEASEL_PLUGINS", "EXIT STATUS", "130", "checkpoints/"})
    EXPECT_NE(text.find(part), std::string::npos) << part;
}

}  // namespace
}  // namespace teasel
