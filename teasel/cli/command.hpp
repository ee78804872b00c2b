// One file per subcommand, each registering itself.
#pragma once
#include <CLI/CLI.hpp>
#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "teasel/core/value.hpp"

namespace teasel {

// What every subcommand has.
struct CommonOptions {
  bool json = false;   // results as JSON on stdout
  bool quiet = false;  // no progress
};

// A subcommand: `declare` adds its options to `app` and returns what runs it; that returns the exit status
// (0; 130 after it was stopped). Errors are thrown.
struct Command {
  std::string name, summary, example;
  std::function<std::function<int()>(CLI::App& app, const CommonOptions& common)> declare;
};

std::vector<Command>& commands();
struct RegisterCommand {
  explicit RegisterCommand(Command command) { commands().push_back(std::move(command)); }
};

// Prints a value as JSON on stdout.
void print_json(const Value& value);
// Prints text on stdout.
void print(const std::string& text);

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
