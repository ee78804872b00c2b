#include "teasel/cli/command.hpp"

#include <csignal>
#include <iostream>

namespace teasel {

std::vector<Command>& commands() {
  static std::vector<Command> list;
  return list;
}

void print_json(const Value& value) { std::cout << to_json(value, 2) << std::endl; }
void print(const std::string& text) { std::cout << text << std::flush; }

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
