#include <fmt/format.h>

#include "teasel/cli/completion.hpp"
#include "teasel/cli/settings.hpp"

namespace teasel {
namespace {

// Inside '...' of the shell, with a backslash before the characters that `_arguments` and `_describe` read themselves.
std::string escaped(const std::string& text, const std::string& special) {
  std::string out;
  for (char c : text) {
    if (special.find(c) != std::string::npos) out += '\\';
    out += c;
    if (c == '\'') out += "\\''";
  }
  return out;
}

std::string action_of(const Argument& argument) {
  const Completion& completion = argument.completion;
  std::vector<std::string> words = argument.limits.one_of;
  if (completion.kind == Completion::Kind::words) words = completion.words();
  std::string list;
  for (auto& word : words) list += (list.empty() ? "" : " ") + word;
  if (!words.empty()) return argument.separator ? "_sequence compadd - " + list : "(" + list + ")";
  switch (completion.kind) {
    case Completion::Kind::files:
      return completion.ending.empty() ? "_files" : "_files -g \"*" + completion.ending + "\"";
    case Completion::Kind::folders:
      return "_files -/";
    case Completion::Kind::settings:
      return "_teasel_settings";
    default:
      return " ";
  }
}

// One line of `_arguments`.
std::string specification(const Argument& argument) {
  const std::string doc = escaped(argument.doc, "[]\\:");
  const std::string value = escaped(argument.value_name(), ":") + ":" + escaped(action_of(argument), "");
  if (argument.positional()) {
    const std::string place = argument.list() ? "*" : argument.needed ? "" : ":";
    return fmt::format("'{}:{} ({}):{}'", place, argument.name(), escaped(argument.doc, ":\\"),
                       escaped(action_of(argument), ""));
  }
  std::string names, all;
  for (auto& name : argument.names) {
    all += (all.empty() ? "" : " ") + name;
    const std::string form = argument.flag() ? name : name + (name.starts_with("--") ? "=" : "+");
    names += (names.empty() ? "" : ",") + form;
  }
  if (argument.names.size() > 1) names = "{" + names + "}";
  const std::string again = argument.list() ? "'*'" : "'(" + all + ")'";
  return fmt::format("{}{}'[{}]{}'", again, names, doc, argument.flag() ? "" : ":" + value);
}

std::string function_name(const std::string& path) {
  std::string out = "_teasel";
  for (char c : path) out += c == ' ' ? '_' : c;
  return out;
}

// The function of a verb, after those of its inner verbs. path: " data export".
std::string functions(const Declaration& declaration, const std::string& path) {
  std::string out, lines, verbs, cases;
  for (auto& inner : declaration.subcommands()) {
    out += functions(inner, path + " " + inner.name());
    verbs += fmt::format("        '{}:{}'\n", inner.name(), escaped(inner.summary(), ":\\"));
    cases += fmt::format("        {}) {} ;;\n", inner.name(), function_name(path + " " + inner.name()));
  }
  lines += "    '(- *)'{-h,--help}'[print the help and exit]' \\\n";
  if (path.empty()) lines += "    '(- *)--version[print the version and exit]' \\\n";
  for (auto& argument : declaration.arguments()) lines += "    " + specification(argument) + " \\\n";
  if (verbs.empty())
    return out + fmt::format("{}() {{\n  _arguments \\\n{}    && return\n}}\n\n", function_name(path), lines);
  return out + fmt::format(
                   "{}() {{\n  local curcontext=\"$curcontext\" state line\n  local -A opt_args\n"
                   "  _arguments -C \\\n{}    '1:command:->verb' '*::argument:->rest' && return\n"
                   "  case $state in\n    verb)\n      local -a verbs=(\n{}      )\n      _describe command verbs ;;\n"
                   "    rest)\n      case $words[1] in\n{}      esac ;;\n  esac\n}}\n\n",
                   function_name(path), lines, verbs, cases);
}

std::string settings_function() {
  std::string keys, values;
  for (auto& [key, words] : known_settings()) {
    keys += (keys.empty() ? "" : " ") + key;
    std::string list;
    for (auto& word : words) list += " " + word;
    if (!words.empty()) values += fmt::format("      {}) compadd --{} ;;\n", key, list);
  }
  return fmt::format(
      "_teasel_settings() {{\n  if compset -P 1 '*='; then\n    case ${{${{IPREFIX%=}}##*=}} in\n{}"
      "      *) _message value ;;\n    esac\n  else\n    compadd -q -S = -- {}\n  fi\n}}\n\n",
      values, keys);
}

}  // namespace

std::string zsh_completion(const Declaration& program) {
  return "#compdef teasel\n# zsh completion for teasel; made by `teasel completion zsh`. It never starts the "
         "program.\n\n" +
         settings_function() + functions(program, "") +
         "if [[ $funcstack[1] == _teasel ]]; then\n  _teasel \"$@\"\nelse\n  compdef _teasel teasel\nfi\n";
}

}  // namespace teasel
