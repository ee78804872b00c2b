// TOML and JSON on either side of Value.
#include <fmt/format.h>

// toml++ asserts some things that damaged files break ("12:" is begun as a time). NDEBUG would make them assumptions of
// the optimiser; here they are refusals.
#pragma push_macro("NDEBUG")
#undef NDEBUG
namespace teasel {
struct BrokenAssertion {};
[[noreturn]] static void throw_broken_assertion() { throw BrokenAssertion(); }
}  // namespace teasel
#define TOML_ASSERT(condition) ((condition) ? void() : teasel::throw_broken_assertion())
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/value.hpp"

namespace teasel {
namespace {

Value from_node(const toml::node& node, const std::string& file) {
  Value out;
  if (auto* table = node.as_table()) {
    // toml++ keeps tables sorted by name; the order of writing is kept by the places of the values.
    std::vector<std::pair<std::string, const toml::node*>> entries;
    for (auto& [key, value] : *table) entries.emplace_back(std::string(key.str()), &value);
    std::ranges::stable_sort(
        entries, {}, [](auto& e) { return std::pair(e.second->source().begin.line, e.second->source().begin.column); });
    Value::Table copy;
    for (auto& [key, value] : entries) copy.emplace_back(key, from_node(*value, file));
    out = Value(std::move(copy));
  } else if (auto* array = node.as_array()) {
    Value::List copy;
    for (auto& value : *array) copy.push_back(from_node(value, file));
    out = Value(std::move(copy));
  } else if (auto* text = node.as_string()) {
    out = Value(text->get());
  } else if (auto* whole = node.as_integer()) {
    out = Value(whole->get());
  } else if (auto* real = node.as_floating_point()) {
    out = Value(real->get());
  } else if (auto* boolean = node.as_boolean()) {
    out = Value(boolean->get());
  } else {
    throw Error(fmt::format("{}:{}:{}: dates and times have no meaning here", file, node.source().begin.line,
                            node.source().begin.column),
                "If a text is meant, put it in quotes.");
  }
  out.place = {file, static_cast<int>(node.source().begin.line), static_cast<int>(node.source().begin.column)};
  return out;
}

void set_place(Value& value, const Place& place) {
  value.place = place;
  if (auto* list = value.as<Value::List>())
    for (auto& entry : *list) set_place(entry, place);
  if (auto* table = value.as<Value::Table>())
    for (auto& [key, entry] : *table) set_place(entry, place);
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (unsigned char c : text) {
    if (c == '"' || c == '\\')
      out += '\\', out += static_cast<char>(c);
    else if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (c == '\r')
      out += "\\r";
    else if (c < 0x20 || c == 0x7f)
      out += fmt::format("\\u{:04X}", c);
    else
      out += static_cast<char>(c);
  }
  return out + '"';
}

std::string key_text(const std::string& key) {
  const bool bare =
      !key.empty() &&
      key.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == std::string::npos;
  return bare ? key : quoted(key);
}

std::string real_text(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  std::string text = fmt::format("{}", value);  // the shortest text that reads back to the same bits
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

std::string inline_text(const Value& value) {
  if (auto* boolean = value.as<bool>()) return *boolean ? "true" : "false";
  if (auto* whole = value.as<int64_t>()) return std::to_string(*whole);
  if (auto* real = value.as<double>()) return real_text(*real);
  if (auto* text = value.as<std::string>()) return quoted(*text);
  std::string out;
  if (auto* list = value.as<Value::List>()) {
    for (auto& entry : *list) out += (out.empty() ? "" : ", ") + inline_text(entry);
    return "[" + out + "]";
  }
  if (auto* table = value.as<Value::Table>())
    for (auto& [key, entry] : *table)
      if (!entry.is_null()) out += (out.empty() ? "" : ", ") + key_text(key) + " = " + inline_text(entry);
  return "{" + out + "}";
}

void write_table(std::string& out, const Value::Table& table, const std::string& path) {
  for (auto& [key, value] : table)
    if (!value.is_null() && !value.as<Value::Table>()) out += key_text(key) + " = " + inline_text(value) + "\n";
  for (auto& [key, value] : table)
    if (auto* nested = value.as<Value::Table>()) {
      const std::string name = path.empty() ? key_text(key) : path + "." + key_text(key);
      out += (out.empty() ? "[" : "\n[") + name + "]\n";
      write_table(out, *nested, name);
    }
}

nlohmann::ordered_json to_node(const Value& value) {
  if (auto* boolean = value.as<bool>()) return *boolean;
  if (auto* whole = value.as<int64_t>()) return *whole;
  if (auto* real = value.as<double>())
    return std::isfinite(*real) ? nlohmann::ordered_json(*real) : nlohmann::ordered_json(real_text(*real));
  if (auto* text = value.as<std::string>()) return *text;
  if (auto* list = value.as<Value::List>()) {
    auto out = nlohmann::ordered_json::array();
    for (auto& entry : *list) out.push_back(to_node(entry));
    return out;
  }
  if (auto* table = value.as<Value::Table>()) {
    auto out = nlohmann::ordered_json::object();
    for (auto& [key, entry] : *table) out[key] = to_node(entry);
    return out;
  }
  return nullptr;
}

// Trees are read, written and freed by recursion, which must end before the stack does. TOML's own limit is 256.
constexpr int deepest = 256;

Value from_json(const nlohmann::ordered_json& node, const std::string& file, int depth = 0) {
  Value out;
  if (depth > deepest) throw Error(fmt::format("{}: lists and tables are nested more than {} deep", file, deepest));
  if (node.is_boolean())
    out = Value(node.get<bool>());
  else if (node.is_number_integer())
    out = Value(node.get<int64_t>());
  else if (node.is_number())
    out = Value(node.get<double>());
  else if (node.is_string())
    out = Value(node.get<std::string>());
  else if (node.is_array()) {
    Value::List list;
    for (auto& entry : node) list.push_back(from_json(entry, file, depth + 1));
    out = Value(std::move(list));
  } else if (node.is_object()) {
    Value::Table table;
    for (auto& [key, entry] : node.items()) table.emplace_back(key, from_json(entry, file, depth + 1));
    out = Value(std::move(table));
  }
  out.place.file = file;
  return out;
}

constexpr const char* not_toml = "This is not TOML; see https://toml.io.";

// The value that `text` writes in TOML, or nothing where it is none.
std::optional<Value> toml_value(const std::string& text) {
  try {
    return *from_node(toml::parse("value = " + text), "").find("value");
  } catch (const toml::parse_error&) {
  } catch (const BrokenAssertion&) {
  }
  return {};
}

}  // namespace

Value parse_toml(std::string_view text, const std::string& file) {
  try {
    return from_node(toml::parse(text, file), file);
  } catch (const toml::parse_error& e) {
    auto at = e.source().begin;
    throw Error(fmt::format("{}:{}:{}: {}", file, at.line, at.column, e.description()), not_toml);
  } catch (const BrokenAssertion&) {
    throw Error(fmt::format("{}: a date or a time in it is broken", file), not_toml);
  }
}

Value read_toml(const std::string& path) { return parse_toml(read_file(path), path); }

void apply_set(Value& root, const std::string& assignment) {
  const size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0)
    throw Error("--set '" + assignment + "' is no assignment",
                "Write --set key=value, for example --set model.beta=4.");
  auto strip = [](std::string text) {
    const size_t first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t");
    return first == std::string::npos ? std::string() : text.substr(first, last - first + 1);
  };
  const std::string key = strip(assignment.substr(0, equals)), right = strip(assignment.substr(equals + 1));
  std::optional<Value> value = toml_value(right);
  if (!value && (right.starts_with("[") || right.starts_with("{") || right.starts_with("\"")))
    throw Error("--set " + assignment + ": the right side is no TOML value",
                "Texts in lists and tables need quotes, and the shell needs quotes around the whole: --set "
                "'data.views=[{name=\"resize\", size=32}]'.");
  if (!value) value = Value(right);
  set_place(*value, {"--set " + assignment, 0, 0});
  root.set(key, std::move(*value));
}

std::string to_toml(const Value& root) {
  std::string out;
  if (auto* table = root.as<Value::Table>()) write_table(out, *table, "");
  return out;
}

std::string to_json(const Value& root, int indent) {
  return to_node(root).dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Value parse_json(std::string_view text, const std::string& file) {
  try {
    return from_json(nlohmann::ordered_json::parse(text), file);
  } catch (const nlohmann::json::exception& e) {
    const std::string_view reason = e.what();
    throw Error(fmt::format("{}: not JSON: {}", file, reason.substr(std::min(reason.find("] ") + 2, reason.size()))),
                "The file was damaged, or changed by hand.");
  }
}

}  // namespace teasel
