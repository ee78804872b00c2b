#include "teasel/cli/program.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <iostream>

#include "teasel/cli/command.hpp"
#include "teasel/cli/parse.hpp"
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

int run(int argc, char** argv) {
  load_plugins();
  const auto declared = declare_program();
  Declaration& program = declared->program;
  const std::string version_text =
      "teasel " + std::string(version()) + (revision().empty() ? "" : " (" + std::string(revision()) + ")");
  if (const auto status = parse(program, version_text, argc, argv)) return *status;
  Progress::silence(declared->common.quiet);
  const auto chosen = std::ranges::find_if(program.subcommands(), &Declaration::parsed);
  const int status = declared->actions.at(static_cast<size_t>(chosen - program.subcommands().begin()))();
  if (!std::cout.flush()) throw Error("cannot write the results to standard output", "Is the disk full?");
  return status;
}

}  // namespace

int run_program(int argc, char** argv) {
  // A file that grows beyond `ulimit -f` is an error of the write, not the end of the process.
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    return run(argc, argv);
  } catch (const Error& mistake) {
    return complain(mistake.what(), mistake.hint(), 2);
  } catch (const std::filesystem::filesystem_error& mistake) {
    return complain("cannot use '" + mistake.path1().string() + "': " + mistake.code().message(),
                    "Check the path and its permissions.", 2);
  } catch (const std::exception& ours) {
    return complain(ours.what(), "This is a fault of teasel's own; please report it with the command you ran.", 1);
  }
}

}  // namespace teasel
