#include "teasel/core/value.hpp"

#include <algorithm>

#include "teasel/core/error.hpp"

namespace teasel {

std::string Place::text() const {
  if (file.empty() || line == 0) return file;
  return file + ":" + std::to_string(line) + (column > 0 ? ":" + std::to_string(column) : "");
}

bool Value::number(double& out) const {
  if (auto* whole = as<int64_t>()) return out = static_cast<double>(*whole), true;
  if (auto* real = as<double>()) return out = *real, true;
  return false;
}

const Value* Value::find(std::string_view path) const {
  const auto* table = as<Table>();
  if (!table) return nullptr;
  const size_t dot = path.find('.');
  const auto key = path.substr(0, dot);
  for (auto& [name, value] : *table)
    if (name == key) return dot == std::string_view::npos ? &value : value.find(path.substr(dot + 1));
  return nullptr;
}

std::string Value::text_at(std::string_view path, std::string otherwise) const {
  const Value* found = find(path);
  if (!found) return otherwise;
  const auto* text = found->as<std::string>();
  if (!text)
    throw Error((found->place.file.empty() ? "" : found->place.text() + ": ") + std::string(path) +
                    " must be a text, not " + found->kind(),
                "Put it in quotes.");
  return *text;
}

double Value::number_at(std::string_view path, double otherwise) const {
  if (const Value* found = find(path)) found->number(otherwise);
  return otherwise;
}

int64_t Value::whole_at(std::string_view path, int64_t otherwise) const {
  const Value* found = find(path);
  return found && found->as<int64_t>() ? *found->as<int64_t>() : otherwise;
}

void Value::set(std::string_view path, Value value) {
  if (is_null()) data_ = Table{};
  auto* table = as<Table>();
  const size_t dot = path.find('.');
  const std::string key(path.substr(0, dot));
  if (!table)
    throw Error("cannot set '" + key + "': what holds it is " + kind() + ", not a table", "Write the table out first.");
  auto found = std::find_if(table->begin(), table->end(), [&](auto& entry) { return entry.first == key; });
  if (found == table->end()) found = table->insert(table->end(), {key, Value()});
  if (dot == std::string_view::npos) {
    found->second = std::move(value);
    return;
  }
  // A component written as its bare name becomes a table when one of its options is set.
  if (auto* name = found->second.as<std::string>()) found->second = Value(Table{{"name", Value(*name)}});
  found->second.set(path.substr(dot + 1), std::move(value));
}

void Value::erase(std::string_view key) {
  if (auto* table = as<Table>()) std::erase_if(*table, [&](auto& entry) { return entry.first == key; });
}

std::string Value::kind() const {
  static constexpr const char* names[] = {"nothing", "true or false", "a whole number", "a number",
                                          "a text",  "a list",        "a table"};
  return names[data_.index()];
}

namespace {

const std::string* component_name(const Value& value) {
  if (auto* text = value.as<std::string>()) return text;
  const Value* name = value.find("name");
  return name ? name->as<std::string>() : nullptr;
}

}  // namespace

Value merge(Value base, const Value& over) {
  const auto* entries = over.as<Value::Table>();
  // Options laid on a component that was written as its bare name.
  if (auto* name = base.as<std::string>(); name && entries && !over.find("name"))
    base = Value(Value::Table{{"name", Value(*name)}});
  if (!entries || !base.as<Value::Table>()) return over;
  const std::string *old_name = component_name(base), *new_name = component_name(over);
  if (old_name && new_name && *old_name != *new_name) return over;
  for (auto& [key, value] : *entries) {
    if (const Value* present = base.find(key)) {
      // "conv_a4" laid on {name = "conv_a4", channels = [...]} changes nothing; on another component it replaces it.
      const bool same_component = value.as<std::string>() && present->as<Value::Table>() && component_name(*present) &&
                                  *component_name(*present) == *value.as<std::string>();
      if (!same_component) base.set(key, merge(*present, value));
    } else {
      base.set(key, value);
    }
  }
  base.place = over.place;
  return base;
}

}  // namespace teasel
