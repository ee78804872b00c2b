#include "teasel/cli/declaration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace teasel {
namespace {

template <class T>
constexpr bool is_list = false;
template <class T>
constexpr bool is_list<std::vector<T>> = true;

std::string text_of(const std::string& value) { return value; }
std::string text_of(const std::filesystem::path& value) { return value.string(); }
std::string text_of(bool) { return ""; }
std::string text_of(int64_t value) { return std::to_string(value); }
std::string text_of(double value) { return fmt::format("{}", value); }
template <class T>
std::string text_of(const std::vector<T>& values) {
  std::string out;
  for (auto& value : values) out += (out.empty() ? "" : ",") + text_of(value);
  return out;
}

template <class T>
bool within(const T& value, const Limits& limits) {
  if constexpr (std::is_arithmetic_v<T>)
    return static_cast<double>(value) >= limits.low && static_cast<double>(value) <= limits.high;
  else
    return true;
}

}  // namespace

bool Argument::list() const {
  return std::visit([](auto* value) { return is_list<std::remove_pointer_t<decltype(value)>>; }, target);
}

const std::string& Argument::name() const { return *std::ranges::max_element(names, {}, &std::string::size); }

std::string Argument::value_name() const {
  if (flag()) return "";
  switch (completion.kind) {
    case Completion::Kind::files:
      return "FILE";
    case Completion::Kind::folders:
      return "FOLDER";
    case Completion::Kind::settings:
      return "KEY=VALUE";
    default:
      break;
  }
  if (std::holds_alternative<int64_t*>(target) || std::holds_alternative<std::vector<int64_t>*>(target)) return "INT";
  if (std::holds_alternative<double*>(target) || std::holds_alternative<std::vector<double>*>(target)) return "NUMBER";
  return "TEXT";
}

std::string Argument::remarks() const {
  std::string out, words;
  const auto add = [&](const std::string& text) { out += (out.empty() ? "" : "; ") + text; };
  for (auto& word : limits.one_of) words += (words.empty() ? "" : ", ") + word;
  if (!words.empty()) add("one of " + words);
  const bool low = std::isfinite(limits.low), high = std::isfinite(limits.high);
  if (low && high)
    add(fmt::format("{} to {}", limits.low, limits.high));
  else if (low)
    add(fmt::format("at least {}", limits.low));
  else if (high)
    add(fmt::format("at most {}", limits.high));
  if (const std::string text = standard(); !text.empty()) add("default: " + text);
  if (needed) add("required");
  return out;
}

std::string Argument::standard() const {
  return std::visit([this](auto* value) { return within(*value, limits) ? text_of(*value) : std::string(); }, target);
}

const Declaration* Declaration::find(const std::string& name) const {
  const auto found = std::ranges::find(subcommands_, name, &Declaration::name);
  return found == subcommands_.end() ? nullptr : &*found;
}

Argument& Declaration::add(const std::string& names, Argument::Target target, std::string doc, Limits limits) {
  std::vector<std::string> list;
  std::istringstream stream(names);
  for (std::string name; std::getline(stream, name, ',');) list.push_back(name);
  return arguments_.emplace_back(
      Argument{.names = std::move(list), .doc = std::move(doc), .limits = std::move(limits), .target = target});
}

}  // namespace teasel
