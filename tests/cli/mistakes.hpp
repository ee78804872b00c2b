// Mistakes of a user's, each in a folder of its own, which the program must leave as it was.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tests/cli/program.hpp"

namespace teasel::testing {

struct Mistake {
  std::string name;
  std::vector<std::string> arguments;  // run in the folder: paths are relative to it
  std::vector<std::string> says;       // parts of what is printed on stderr, message and hint
  std::function<void(const std::filesystem::path&)> arrange = {};  // fills the folder
  std::function<void()> prepare = {};                              // runs in a new process, before the program
  Environment environment = {};
};

// Runs them, in this process unless they prepare theirs, and expects of each: exit status 2; nothing on stdout;
// "error: ..." and "hint: ..." on stderr, with all of `says`; every file of the folder as it was, and none besides.
void expect_mistakes(const std::vector<Mistake>& mistakes);

// Arrangements.
using Arrange = std::function<void(const std::filesystem::path&)>;
Arrange file(const std::string& name, const std::string& content);
// A small configuration "a.toml" of a beta-VAE, with settings over it.
Arrange config(const std::vector<std::string>& sets = {});
// A finished training of that configuration in "run"; made once and copied.
Arrange run();
Arrange all(const std::vector<Arrange>& arrangements);

}  // namespace teasel::testing
