// The one file that sees CLI11: it costs its includer ten seconds of compiling.
#include "teasel/cli/parse.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>

#include "teasel/core/error.hpp"

namespace teasel {
namespace {

// Validators with CLI11's own texts, which end up behind the option's name: "--steps: Value 0 not in range 1 to 1000".
std::string check_limits(const Limits& limits, const std::string& text) {
  double value = 0;
  if (!CLI::detail::lexical_cast(text, value)) return "";  // the conversion that follows says so
  if (value >= limits.low && value <= limits.high) return "";
  if (limits.high == std::numeric_limits<double>::infinity())
    return fmt::format("Value {} is less than {}", text, limits.low);
  return fmt::format("Value {} not in range {} to {}", text, limits.low, limits.high);
}

std::string check_finite(std::string& text) {
  double value = 0;
  return !CLI::detail::lexical_cast(text, value) || std::isfinite(value) ? ""
                                                                         : "Value " + text + " is no finite number";
}

void add_limits(CLI::Option& option, const Argument& argument) {
  const Limits& limits = argument.limits;
  if (std::holds_alternative<double*>(argument.target)) option.check(CLI::Validator(check_finite, ""));
  if (!limits.one_of.empty()) option.check(CLI::IsMember(limits.one_of));
  const bool low = std::isfinite(limits.low), high = std::isfinite(limits.high);
  if (!low && !high) return;
  const std::string allowed = low && high ? fmt::format("in [{} - {}]", limits.low, limits.high)
                              : low       ? fmt::format("at least {}", limits.low)
                                          : fmt::format("at most {}", limits.high);
  option.check(CLI::Validator([limits](std::string& text) { return check_limits(limits, text); }, allowed));
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (auto& name : names) out += (out.empty() ? "" : ",") + name;
  return out;
}

void add_argument(CLI::App& app, const Argument& argument) {
  std::visit(
      [&](auto* target) {
        using T = std::remove_pointer_t<decltype(target)>;
        if constexpr (std::is_same_v<T, bool>) {
          app.add_flag(joined(argument.names), *target, argument.doc);
        } else {
          CLI::Option* option = app.add_option(joined(argument.names), *target, argument.doc);
          option->type_name(argument.value_name())->default_str(argument.standard());
          if (argument.separator) option->delimiter(argument.separator);
          if (argument.list() && !argument.positional()) option->allow_extra_args(false);
          if (argument.needed) option->required();
          add_limits(*option, argument);
        }
      },
      argument.target);
}

void add_declaration(CLI::App& app, Declaration& declaration) {
  for (auto& argument : declaration.arguments()) add_argument(app, argument);
  if (!declaration.example().empty()) app.footer("Example: " + declaration.example());
  if (!declaration.subcommands().empty()) app.require_subcommand(1);
  for (auto& inner : declaration.subcommands()) {
    CLI::App* sub = app.add_subcommand(inner.name(), inner.summary());
    add_declaration(*sub, inner);
    sub->callback([&inner] { inner.mark_parsed(); });
  }
}

// What the user typed as a verb, if it is none: CLI11 would only say that it was not expected.
void check_verbs(const Declaration& program, int argc, char** argv) {
  const Declaration* at = &program;
  std::string above;
  for (int i = 1; i < argc && argv[i][0] != '-' && !at->subcommands().empty(); ++i) {
    std::vector<std::string> names;
    for (auto& inner : at->subcommands()) names.push_back(inner.name());
    at = at->find(argv[i]);
    if (!at) throw_unknown_name(above + "command", argv[i], names);
    above += std::string(argv[i]) + " ";
  }
}

// The nearest option to one that the subcommand has not.
std::string hint_for_option(const CLI::App& app) {
  const CLI::App* innermost = &app;
  std::string verbs;
  while (!innermost->get_subcommands().empty()) {
    innermost = innermost->get_subcommands().front();
    verbs += innermost->get_name() + " ";
  }
  std::vector<std::string> known;
  for (const CLI::Option* option : innermost->get_options())
    for (auto& name : option->get_lnames()) known.push_back("--" + name);
  for (auto& word : app.remaining(/*recurse=*/true)) {
    const std::string near = nearest(word.substr(0, word.find('=')), known);
    if (word.starts_with("--") && !near.empty())
      return "Did you mean '" + near + "'? All options: teasel " + verbs + "--help";
  }
  return "teasel " + verbs + "--help";
}

}  // namespace

std::optional<int> parse(Declaration& program, const std::string& version, int argc, char** argv) {
  check_verbs(program, argc, argv);
  CLI::App app{program.summary(), program.name()};
  app.set_version_flag("--version", version);
  add_declaration(app, program);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::ParseError& mistake) {
    throw Error(mistake.what(), hint_for_option(app));
  }
  return {};
}

}  // namespace teasel
