// The program: finds the subcommand, runs it, and prints every error in one place.
#include <algorithm>
#include <filesystem>
#include <iostream>

#include "teasel/cli/command.hpp"
#include "teasel/cli/plugins.hpp"
#include "teasel/core/error.hpp"
#include "teasel/core/progress.hpp"
#include "teasel/core/version.hpp"

namespace teasel {

namespace {

int complain(const std::string& what, const std::string& hint, int status) {
  std::cerr << "error: " << what << "\n";
  if (!hint.empty()) std::cerr << "hint: " << hint << "\n";
  return status;
}

// What the user typed as the verb, if it is none: CLI11 would only say that it was not expected.
void check_verb(int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return;
  std::vector<std::string> names;
  for (auto& command : commands()) names.push_back(command.name);
  if (std::ranges::find(names, argv[1]) == names.end()) throw_unknown_name("command", argv[1], names);
}

// The nearest option to one that the subcommand has not.
std::string hint_for_option(const CLI::App& app, const std::string& verb) {
  const CLI::App* innermost = &app;
  while (!innermost->get_subcommands().empty()) innermost = innermost->get_subcommands().front();
  std::vector<std::string> known;
  for (const CLI::Option* option : innermost->get_options())
    for (auto& name : option->get_lnames()) known.push_back("--" + name);
  for (auto& word : app.remaining(/*recurse=*/true)) {
    const std::string near = nearest(word.substr(0, word.find('=')), known);
    if (word.starts_with("--") && !near.empty())
      return "Did you mean '" + near + "'? All options: teasel " + verb + "--help";
  }
  return "teasel " + verb + "--help";
}

int run(int argc, char** argv) {
  load_plugins();
  std::ranges::sort(commands(), {}, &Command::name);
  check_verb(argc, argv);
  CLI::App app{"teasel learns disentangled representations of images, scores them and draws them.", "teasel"};
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("teasel ") + std::string(version()) +
                                        (revision().empty() ? "" : " (" + std::string(revision()) + ")"));
  app.footer("Example: teasel demo");
  CommonOptions common;
  std::function<int()> chosen;
  for (auto& command : commands()) {
    CLI::App* sub = app.add_subcommand(command.name, command.summary);
    auto action = command.declare(*sub, common);
    sub->add_flag("--json", common.json, "results as JSON on stdout");
    sub->add_flag("--quiet", common.quiet, "no progress on stderr");
    sub->footer("Example: " + command.example);
    sub->callback([&chosen, action] { chosen = action; });
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::ParseError& mistake) {
    const std::string verb = argc > 1 && argv[1][0] != '-' ? std::string(argv[1]) + " " : "";
    return complain(mistake.what(), hint_for_option(app, verb), 2);
  }
  Progress::silence(common.quiet);
  const int status = chosen();
  if (!std::cout.flush()) throw Error("cannot write the results to standard output", "Is the disk full?");
  return status;
}

}  // namespace
}  // namespace teasel

int main(int argc, char** argv) {
  try {
    return teasel::run(argc, argv);
  } catch (const teasel::Error& mistake) {
    return teasel::complain(mistake.what(), mistake.hint(), 2);
  } catch (const std::filesystem::filesystem_error& mistake) {
    return teasel::complain(mistake.what(), "Check the path and its permissions.", 2);
  } catch (const std::exception& ours) {
    return teasel::complain(ours.what(), "This is a fault of teasel's own; please report it with the command you ran.",
                            1);
  }
}
