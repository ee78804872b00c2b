#include "teasel/cli/man_page.hpp"

#include <fmt/format.h>

#include <sstream>

#include "teasel/core/resource.hpp"

namespace teasel {
namespace {

// When the words below were last changed; not the day of a build, so that equal programs make equal pages.
constexpr const char* page_date = "2026-11-24";

// Text as roff reads it: no character of it is a request, and a hyphen is the one that can be typed.
std::string escaped(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else if (c == '\'')
      out += "\\(aq";
    else if (c == '~')
      out += "\\(ti";
    else if (c == '^')
      out += "\\(ha";
    else
      out += c;
  }
  return out;
}

// Lines of at most 78 characters: some readers of roff complain about longer ones.
std::string folded(const std::string& text) {
  std::string out, line;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (!line.empty() && line.size() + 1 + word.size() > 78) out += line + "\n", line.clear();
    if (line.empty() && word.starts_with('.')) line = "\\&";
    line += (line.empty() || line == "\\&" ? "" : " ") + word;
  }
  return out + line;
}

std::string quoted(const std::string& text) {
  std::string out;
  for (char c : text) out += c == '"' ? std::string("\\(dq") : std::string(1, c);
  return '"' + out + '"';
}

// Names in bold, the value in italics.
std::string head_of(const Argument& argument) {
  std::string out;
  if (argument.positional()) return ".I " + escaped(argument.name()) + (argument.list() ? " ..." : "") + "\n";
  for (auto& name : argument.names) out += (out.empty() ? "\\fB" : ", \\fB") + escaped(name) + "\\fR";
  if (!argument.flag()) out += " \\fI" + escaped(argument.value_name()) + "\\fR";
  return out + "\n";
}

std::string text_of(const Argument& argument) {
  const std::string remarks = argument.remarks();
  return folded(escaped(argument.doc + (remarks.empty() ? "" : " (" + remarks + ")"))) + "\n";
}

std::string usage_of(const Declaration& verb, const std::string& path) {
  std::string out = ".B " + escaped(path) + "\n";
  if (!verb.arguments().empty()) out += ".RI [ options ]\n";
  for (auto& argument : verb.arguments())
    if (argument.positional())
      out += argument.needed ? fmt::format(".I {}{}\n", escaped(argument.name()), argument.list() ? " ..." : "")
                             : fmt::format(".RI [ {} ]\n", escaped(argument.name()));
  return out;
}

// A section for each verb that can be run, in the order of the declarations.
void add_verb(std::string& out, const Declaration& verb, const std::string& path) {
  for (auto& inner : verb.subcommands()) add_verb(out, inner, path + " " + inner.name());
  if (!verb.subcommands().empty()) return;
  out +=
      fmt::format(".SS {}\n{}.PP\n{}\n", quoted(escaped(path)), usage_of(verb, path), folded(escaped(verb.summary())));
  for (auto& argument : verb.arguments())
    if (!argument.common) out += ".TP\n" + head_of(argument) + text_of(argument);
  out += fmt::format(".PP\nExample:\n.PP\n.in +4n\n.nf\n{}\n.fi\n.in\n", escaped(verb.example()));
}

}  // namespace

std::string man_page(const Declaration& program, const std::string& version) {
  std::string out = fmt::format(
      ".\\\" Made by `teasel man` from the declarations of the command line.\n"
      ".TH TEASEL 1 \"{}\" {} \"User Commands\"\n.SH NAME\nteasel \\- learn, score and draw disentangled "
      "representations\n"
      ".SH SYNOPSIS\n.B teasel\n.I command\n.RI [ options ]\n.SH DESCRIPTION\n{}\n"
      "Results go to standard output, progress and messages to standard error.\n",
      page_date, quoted("teasel " + version), folded(escaped(program.summary())));
  out +=
      ".SH OPTIONS\nEvery command takes these.\n.TP\n\\fB\\-h\\fR, \\fB\\-\\-help\\fR\nprint what the command takes, "
      "with an example\n";
  for (auto& argument : program.subcommands().front().arguments())
    if (argument.common) out += ".TP\n" + head_of(argument) + text_of(argument);
  out += ".SH COMMANDS\n";
  for (auto& verb : program.subcommands()) add_verb(out, verb, program.name() + " " + verb.name());
  return out + std::string(*resource("cli/assets/man_end.roff"));
}

}  // namespace teasel
