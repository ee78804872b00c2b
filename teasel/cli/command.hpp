// One file per subcommand, each registering itself.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "teasel/cli/declaration.hpp"
#include "teasel/core/value.hpp"

namespace teasel {

// What every subcommand has.
struct CommonOptions {
  bool json = false;   // results as JSON on stdout
  bool quiet = false;  // no progress
};

// A subcommand: `declare` adds its options to `app` and returns what runs it; that returns the exit status
// (0; 130 after it was stopped). Errors are thrown. It may be called more than once, each time for targets of their
// own.
struct Command {
  std::string name, summary, example;
  std::function<std::function<int()>(Declaration& app, const CommonOptions& common)> declare;
};

std::vector<Command>& commands();
struct RegisterCommand {
  explicit RegisterCommand(Command command) { commands().push_back(std::move(command)); }
};

// Everything that the program can be asked, declared: every subcommand in alphabetical order, each with --json and
// --quiet. `actions` runs beside `program.subcommands()`.
struct DeclaredProgram {
  CommonOptions common;
  Declaration program;
  std::vector<std::function<int()>> actions;
};
std::unique_ptr<DeclaredProgram> declare_program();

// Prints a value as JSON on stdout.
void print_json(const Value& value);
// Prints text on stdout.
void print(const std::string& text);
// A text that is a verb's whole result: as it is, or with --json as {"page": text}.
int print_page(const CommonOptions& common, const std::string& page);

// While one of these lives, Ctrl-C and SIGTERM only raise a flag, so that a training can save and stop; a second signal
// ends the process at once. Afterwards signals do what they always do.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;
  const std::atomic<bool>* flag() const;
};

}  // namespace teasel
