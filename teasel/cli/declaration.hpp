// What a subcommand declares of its command line, once: the parser, `--help`, shell completion, the man page and the
// documents all read this.
#pragma once
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "teasel/core/options.hpp"
#include "teasel/core/registry.hpp"

namespace teasel {

// What a shell may offer in a place of the command line. Words are asked for when a script is generated.
struct Completion {
  enum class Kind { nothing, words, files, folders, settings } kind = Kind::nothing;
  std::string ending = {};  // of files: ".toml"; empty: any
  std::function<std::vector<std::string>()> words = {};
};

// Files whose names end so; any file without an ending.
inline Completion files(std::string ending = {}) { return {Completion::Kind::files, std::move(ending)}; }
inline Completion folders() { return {Completion::Kind::folders}; }
// Assignments of the kind `--set` takes: KEY=VALUE.
inline Completion settings() { return {Completion::Kind::settings}; }
inline Completion words(std::function<std::vector<std::string>()> list) {
  return {Completion::Kind::words, {}, std::move(list)};
}
// The names of everything that is registered behind an interface: registered<Model>().
template <class T>
Completion registered() {
  return words([] { return Registry<T>::get().names(); });
}

// An option, a flag, or (a name without hyphens) a word that is told by its place.
struct Argument {
  using Target = std::variant<bool*, int64_t*, double*, std::string*, std::filesystem::path*, std::vector<int64_t>*,
                              std::vector<double>*, std::vector<std::string>*, std::vector<std::filesystem::path>*>;

  std::vector<std::string> names;  // {"-o", "--out"} in any order, or {"run"}
  std::string doc;
  Limits limits;
  Target target;
  bool needed = false;
  char separator = 0;  // parts the values of a list: "mig,sap"
  Completion completion = {};
  bool common = false;  // every verb has it

  Argument& required() {
    needed = true;
    return *this;
  }
  Argument& parted_by(char character) {
    separator = character;
    return *this;
  }
  Argument& completes(Completion what) {
    completion = std::move(what);
    return *this;
  }

  bool positional() const { return names.front().front() != '-'; }
  bool flag() const { return std::holds_alternative<bool*>(target); }
  // May be given several times (an option) or have several words (a positional one).
  bool list() const;
  // The longest of its names: "--out".
  const std::string& name() const;
  // "TEXT", "INT", "NUMBER", "FILE", "FOLDER", "KEY=VALUE"; "" for a flag.
  std::string value_name() const;
  // What it is held to, as documents say it: "1 to 1000; default: 9", "one of prior, both; required".
  std::string remarks() const;
  // The present value, as the help shows it; "" where there is none, or where it is outside the limits, which is how a
  // default says "not given".
  std::string standard() const;
};

// A program, a verb or an inner verb, with its arguments and inner verbs. One that has inner verbs needs one of them.
class Declaration {
 public:
  explicit Declaration(std::string name, std::string summary, std::string example)
      : name_(std::move(name)), summary_(std::move(summary)), example_(std::move(example)) {}

  // An option ("--out", or "-o,--out") or a positional argument ("run"), stored in `target`, whose
  // present value is the default. A list takes an option any number of times, one value each. Limits hold for every
  // entry; values outside are refused. The reference stays valid.
  template <class T>
  Argument& add_option(const std::string& names, T& target, std::string doc, Limits limits = {}) {
    return add(names, &target, std::move(doc), std::move(limits));
  }
  Argument& add_flag(const std::string& names, bool& target, std::string doc) {
    return add(names, &target, std::move(doc), {});
  }
  // An inner verb: teasel data export. The reference stays valid.
  Declaration& add_subcommand(std::string name, std::string summary, std::string example) {
    return subcommands_.emplace_back(std::move(name), std::move(summary), std::move(example));
  }

  // Whether the command line names it.
  bool parsed() const { return parsed_; }
  void mark_parsed() { parsed_ = true; }

  const std::string& name() const { return name_; }
  const std::string& summary() const { return summary_; }
  const std::string& example() const { return example_; }
  const std::deque<Argument>& arguments() const { return arguments_; }
  const std::deque<Declaration>& subcommands() const { return subcommands_; }
  std::deque<Declaration>& subcommands() { return subcommands_; }
  // The inner verb of this name, or nullptr.
  const Declaration* find(const std::string& name) const;

 private:
  Argument& add(const std::string& names, Argument::Target target, std::string doc, Limits limits);

  std::string name_, summary_, example_;
  bool parsed_ = false;
  std::deque<Argument> arguments_;
  std::deque<Declaration> subcommands_;
};

}  // namespace teasel
