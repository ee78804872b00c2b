#include <fmt/format.h>

#include "teasel/cli/completion.hpp"
#include "teasel/cli/settings.hpp"
#include "teasel/core/resource.hpp"

namespace teasel {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

// The part of the script that offers what may stand for an argument; empty where nothing is known.
std::string action_of(const Argument& argument) {
  const Completion& completion = argument.completion;
  std::vector<std::string> words = argument.limits.one_of;
  if (completion.kind == Completion::Kind::words) words = completion.words();
  if (!words.empty())
    return fmt::format("{} '{}'", argument.separator ? "_teasel_parted" : "_teasel_words", joined(words));
  switch (completion.kind) {
    case Completion::Kind::files:
      return fmt::format("_teasel_files '{}'", completion.ending);
    case Completion::Kind::folders:
      return "_teasel_folders";
    case Completion::Kind::settings:
      return "_teasel_settings";
    default:
      return "";
  }
}

struct Tables {
  std::string declared, arguments;
};

void add_tables(Tables& tables, const Declaration& declaration, const std::string& path) {
  std::vector<std::string> verbs, options{"-h", "--help"}, valued;
  if (path.empty()) options.push_back("--version");
  int place = 0;
  for (auto& inner : declaration.subcommands()) verbs.push_back(inner.name());
  for (auto& argument : declaration.arguments()) {
    std::string pattern;
    if (argument.positional()) {
      pattern = fmt::format("'{} {}'{}", path, ++place, argument.list() ? " | '" + path + " '[0-9]*" : "");
    } else {
      for (auto& name : argument.names) {
        options.push_back(name);
        if (!argument.flag()) valued.push_back(name);
        pattern += fmt::format("{}'{} {}'", pattern.empty() ? "" : " | ", path, name);
      }
    }
    if (const std::string action = action_of(argument); !action.empty())
      tables.arguments += fmt::format("    {}) {} ;;\n", pattern, action);
  }
  tables.declared += fmt::format("    '{}') verbs='{}' options='{}' valued='{}' ;;\n", path, joined(verbs),
                                 joined(options), joined(valued));
  for (auto& inner : declaration.subcommands())
    add_tables(tables, inner, path.empty() ? inner.name() : path + " " + inner.name());
}

void fill(std::string& text, const std::string& mark, std::string with) {
  if (with.ends_with('\n')) with.pop_back();
  text.replace(text.find(mark), mark.size(), with);
}

}  // namespace

std::string bash_completion(const Declaration& program) {
  Tables tables;
  add_tables(tables, program, "");
  std::string keys, values;
  for (auto& [key, words] : known_settings()) {
    keys += (keys.empty() ? "" : " ") + key;
    if (!words.empty()) values += fmt::format("    {}) _teasel_words '{}' ;;\n", key, joined(words));
  }
  std::string script(*resource("cli/assets/completion.bash"));
  fill(script, "@DECLARED@", tables.declared);
  fill(script, "@ARGUMENTS@", tables.arguments);
  fill(script, "@SETTINGS@", values);
  fill(script, "@KEYS@", keys);
  return script;
}

}  // namespace teasel
