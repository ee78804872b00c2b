#include "teasel/cli/command.hpp"

#include <algorithm>
#include <csignal>
#include <iostream>

namespace teasel {

std::vector<Command>& commands() {
  static std::vector<Command> list;
  return list;
}

namespace {

// Inner verbs take them too, behind their own name.
void add_common(Declaration& declaration, CommonOptions& common) {
  declaration.add_flag("--json", common.json, "results as JSON on stdout").common = true;
  declaration.add_flag("--quiet", common.quiet, "no progress on stderr").common = true;
  for (auto& inner : declaration.subcommands()) add_common(inner, common);
}

}  // namespace

std::unique_ptr<DeclaredProgram> declare_program() {
  std::ranges::sort(commands(), {}, &Command::name);
  std::unique_ptr<DeclaredProgram> out(new DeclaredProgram{
      {},
      Declaration("teasel", "teasel learns disentangled representations of images, scores them and draws them.",
                  "teasel demo"),
      {}});
  for (auto& command : commands()) {
    Declaration& verb = out->program.add_subcommand(command.name, command.summary, command.example);
    out->actions.push_back(command.declare(verb, out->common));
    add_common(verb, out->common);
  }
  return out;
}

void print_json(const Value& value) { std::cout << to_json(value, 2) << std::endl; }
void print(const std::string& text) { std::cout << text << std::flush; }
int print_page(const CommonOptions& common, const std::string& page) {
  if (common.json)
    print_json(Value(Value::Table{{"page", Value(page)}}));
  else
    print(page);
  return 0;
}

namespace {
std::atomic<bool> stopped{false};
void on_signal(int signal) {
  if (stopped.exchange(true)) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
}
}  // namespace

StopSignal::StopSignal() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

StopSignal::~StopSignal() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

const std::atomic<bool>* StopSignal::flag() const { return &stopped; }

}  // namespace teasel
