#include "teasel/core/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "teasel/core/error.hpp"

namespace teasel {
namespace {

std::string limits_text(const Limits& limits) {
  if (!limits.one_of.empty()) {
    std::string out;
    for (auto& word : limits.one_of) out += (out.empty() ? "one of: " : ", ") + word;
    return out;
  }
  const bool low = std::isfinite(limits.low), high = std::isfinite(limits.high);
  if (low && high) return fmt::format("{} to {}", limits.low, limits.high);
  if (low) return fmt::format("at least {}", limits.low);
  if (high) return fmt::format("at most {}", limits.high);
  return "";
}

std::string short_text(const Value& value) { return to_json(value); }

// ---- Schedules on either side of Value ------------------------------------------------------------------------------

Value numbers_value(const std::vector<double>& numbers) {
  if (numbers.size() == 1) return Value(numbers[0]);
  Value::List list;
  for (double v : numbers) list.emplace_back(v);
  return Value(std::move(list));
}

Value schedule_value(const Schedule& s) {
  if (s.kind == Schedule::Kind::constant) return numbers_value(s.from);
  return Value(Value::Table{{"kind", name_of(s.kind)},
                            {"from", numbers_value(s.from)},
                            {"to", numbers_value(s.to)},
                            {"start", s.start},
                            {"steps", s.steps}});
}

// ---- Reading --------------------------------------------------------------------------------------------------------

class Reader : public Fields {
 public:
  Reader(const Value& table, std::string path) : table_(table), path_(std::move(path)) {
    if (!table.is_null() && !table.as<Value::Table>())
      fail(table, path_, "must be a table of options, not " + table.kind());
  }

  void field(std::string_view key, bool& value, std::string_view) override {
    if (const Value* v = look(key)) {
      auto* read = v->as<bool>();
      if (!read) fail(*v, name(key), "must be true or false, not " + v->kind());
      value = *read;
    }
  }
  void field(std::string_view key, int64_t& value, std::string_view, const Limits& limits) override {
    if (const Value* v = look(key)) value = whole(*v, name(key), limits);
  }
  void field(std::string_view key, double& value, std::string_view, const Limits& limits) override {
    if (const Value* v = look(key)) value = number(*v, name(key), limits);
  }
  void field(std::string_view key, std::string& value, std::string_view, const Limits& limits) override {
    if (const Value* v = look(key)) value = text(*v, name(key), limits);
  }
  void field(std::string_view key, std::vector<int64_t>& value, std::string_view, const Limits& limits) override {
    read_list(key, value, [&](const Value& v, const std::string& n) { return whole(v, n, limits); });
  }
  void field(std::string_view key, std::vector<double>& value, std::string_view, const Limits& limits) override {
    read_list(key, value, [&](const Value& v, const std::string& n) { return number(v, n, limits); });
  }
  void field(std::string_view key, std::vector<std::string>& value, std::string_view, const Limits& limits) override {
    read_list(key, value, [&](const Value& v, const std::string& n) { return text(v, n, limits); });
  }
  void field(std::string_view key, Schedule& value, std::string_view, const Limits& limits) override {
    if (const Value* v = look(key)) value = schedule(*v, name(key), limits);
  }
  void field(std::string_view key, Choice& value, std::string_view) override {
    const Value* given = look(key);
    value = choice(given ? *given : Value(), *value.catalogue, name(key), &value.name);
  }
  void field(std::string_view key, std::vector<Choice>& value, const Catalogue& catalogue, std::string_view) override {
    read_list(key, value, [&](const Value& v, const std::string& n) { return choice(v, catalogue, n, nullptr); });
  }
  void group(std::string_view key, std::string_view, const Describe& describe) override {
    const Value* given = look(key);
    Reader nested(given ? *given : null_, name(key));
    describe(nested);
    nested.finish();
  }

  // Every key of the table must have been declared.
  void finish() {
    if (auto* table = table_.as<Value::Table>())
      for (auto& [key, value] : *table)
        if (std::ranges::find(seen_, key) == seen_.end())
          throw Error(located(value, fmt::format("unknown key '{}'", name(key))), hint_for_unknown(key, seen_));
  }

 private:
  static std::string located(const Value& v, const std::string& message) {
    const std::string place = v.place.text();
    return place.empty() ? message : place + ": " + message;
  }
  [[noreturn]] static void fail(const Value& v, const std::string& name, const std::string& message,
                                const std::string& hint = "`teasel config show` prints every option with its value.") {
    throw Error(located(v, name + " " + message), hint);
  }
  std::string name(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
  }

  const Value* look(std::string_view key) {
    seen_.emplace_back(key);
    const Value* v = table_.find(key);
    return v && !v->is_null() ? v : nullptr;
  }

  static void check(double value, const Value& v, const std::string& name, const Limits& limits) {
    if (!(value >= limits.low && value <= limits.high))
      fail(v, name, fmt::format("is {}, out of range", short_text(v)), "Allowed: " + limits_text(limits) + ".");
  }
  static int64_t whole(const Value& v, const std::string& name, const Limits& limits) {
    int64_t out = 0;
    if (auto* read = v.as<int64_t>())
      out = *read;
    else if (auto* real = v.as<double>(); real && std::floor(*real) == *real && std::fabs(*real) < 9e15)
      out = static_cast<int64_t>(*real);
    else
      fail(v, name, "must be a whole number, not " + (v.as<double>() ? short_text(v) : v.kind()));
    check(static_cast<double>(out), v, name, limits);
    return out;
  }
  static double number(const Value& v, const std::string& name, const Limits& limits) {
    double out = 0;
    if (!v.number(out)) fail(v, name, "must be a number, not " + v.kind());
    if (!std::isfinite(out)) fail(v, name, "must be a finite number, not " + short_text(v));
    check(out, v, name, limits);
    return out;
  }
  static std::string text(const Value& v, const std::string& name, const Limits& limits) {
    auto* read = v.as<std::string>();
    if (!read) fail(v, name, "must be a text, not " + v.kind());
    if (!limits.one_of.empty() && std::ranges::find(limits.one_of, *read) == limits.one_of.end())
      fail(v, name, "cannot be '" + *read + "'", hint_for_unknown(*read, limits.one_of));
    return *read;
  }
  static std::vector<double> numbers(const Value& v, const std::string& name, const Limits& limits) {
    std::vector<double> out;
    if (auto* list = v.as<Value::List>()) {
      for (auto& entry : *list) out.push_back(number(entry, name, limits));
      if (out.empty()) fail(v, name, "must not be an empty list");
    } else {
      out.push_back(number(v, name, limits));
    }
    return out;
  }
  static void check_latents(const Schedule& s, const Value& v, const std::string& name, const Limits& limits) {
    if (s.per_latent() && !limits.per_latent)
      fail(v, name, "is one number for all latents",
           "Give one number, or a linear, geometric or cosine schedule between two.");
  }
  static Schedule schedule(const Value& v, const std::string& name, const Limits& limits) {
    Schedule s;
    if (!v.as<Value::Table>()) {
      s.from = s.to = numbers(v, name, limits);
      check_latents(s, v, name, limits);
      return s;
    }
    using enum Schedule::Kind;
    const std::vector<std::string> keys{"kind", "from", "to", "start", "steps"};
    std::vector<std::string> kinds;
    for (auto kind : {linear, geometric, cosine, stages}) kinds.push_back(name_of(kind));
    for (auto& [key, entry] : *v.as<Value::Table>()) {
      if (key == "kind") {
        const std::string kind = text(entry, name + ".kind", one_of(kinds));
        for (auto known : {linear, geometric, cosine, stages})
          if (name_of(known) == kind) s.kind = known;
      } else if (key == "from")
        s.from = numbers(entry, name + ".from", limits);
      else if (key == "to")
        s.to = numbers(entry, name + ".to", limits);
      else if (key == "start")
        s.start = whole(entry, name + ".start", at_least(0));
      else if (key == "steps")
        s.steps = whole(entry, name + ".steps", at_least(1));
      else
        throw Error(located(entry, "unknown key '" + name + "." + key + "' of a schedule"),
                    hint_for_unknown(key, keys));
    }
    for (auto* needed : {"kind", "from", "to"})
      if (!v.find(needed))
        fail(v, name, fmt::format("is a schedule without '{}'", needed),
             "Write {kind = \"linear\", from = 0, to = 4, start = 0, steps = 10000}.");
    if (s.from.size() != s.to.size() && s.from.size() != 1 && s.to.size() != 1)
      fail(v, name, fmt::format("has {} numbers in 'from' and {} in 'to'", s.from.size(), s.to.size()),
           "Give both one number, or one per latent.");
    if (s.kind == geometric)
      for (auto* side : {&s.from, &s.to})
        for (double x : *side)
          if (x <= 0) fail(v, name, "is geometric and must stay above 0");
    check_latents(s, v, name, limits);
    return s;
  }
  static Choice choice(const Value& v, const Catalogue& catalogue, const std::string& path,
                       const std::string* standard) {
    Choice out{&catalogue, standard ? *standard : "", Value()};
    Value options;
    if (auto* name = v.as<std::string>()) {
      out.name = *name;
    } else if (auto* table = v.as<Value::Table>()) {
      if (const Value* name = v.find("name")) out.name = text(*name, path + ".name", {});
      Value::Table rest;
      for (auto& [key, entry] : *table)
        if (key != "name") rest.emplace_back(key, entry);
      options = Value(std::move(rest));
      options.place = v.place;
    } else if (!v.is_null()) {
      fail(v, path, "must be a name or a table with a name, not " + v.kind());
    }
    const auto names = catalogue.names();
    if (out.name.empty()) fail(v, path, "names no " + catalogue.kind(), hint_for_unknown("", names));
    if (std::ranges::find(names, out.name) == names.end())
      fail(v, path, fmt::format("cannot be '{}': there is no such {}", out.name, catalogue.kind()),
           hint_for_unknown(out.name, names));
    out.options = catalogue.resolve(out.name, options, path);
    return out;
  }
  template <class T, class F>
  void read_list(std::string_view key, std::vector<T>& value, F read) {
    const Value* v = look(key);
    if (!v) return;
    auto* list = v->as<Value::List>();
    if (!list) fail(*v, name(key), "must be a list, not " + v->kind(), "Write [" + short_text(*v) + "].");
    value.clear();
    for (size_t i = 0; i < list->size(); ++i) value.push_back(read((*list)[i], fmt::format("{}[{}]", name(key), i)));
  }

  const Value null_;
  const Value& table_;
  std::string path_;
  std::vector<std::string> seen_;
};

// ---- Writing --------------------------------------------------------------------------------------------------------

Value choice_value(const Choice& c) {
  Value out{Value::Table{{"name", Value(c.name)}}};
  const Value options = c.options.is_null() ? c.catalogue->resolve(c.name, c.options, c.name) : c.options;
  if (auto* table = options.as<Value::Table>())
    for (auto& [key, value] : *table) out.set(key, value);
  return out;
}

template <class T>
Value list_value(const std::vector<T>& values) {
  Value::List list(values.begin(), values.end());
  return Value(std::move(list));
}

class Writer : public Fields {
 public:
  void field(std::string_view key, bool& v, std::string_view) override { out.set(key, v); }
  void field(std::string_view key, int64_t& v, std::string_view, const Limits&) override { out.set(key, v); }
  void field(std::string_view key, double& v, std::string_view, const Limits&) override { out.set(key, v); }
  void field(std::string_view key, std::string& v, std::string_view, const Limits&) override { out.set(key, v); }
  void field(std::string_view key, std::vector<int64_t>& v, std::string_view, const Limits&) override {
    out.set(key, list_value(v));
  }
  void field(std::string_view key, std::vector<double>& v, std::string_view, const Limits&) override {
    out.set(key, list_value(v));
  }
  void field(std::string_view key, std::vector<std::string>& v, std::string_view, const Limits&) override {
    out.set(key, list_value(v));
  }
  void field(std::string_view key, Schedule& v, std::string_view, const Limits&) override {
    out.set(key, schedule_value(v));
  }
  void field(std::string_view key, Choice& v, std::string_view) override { out.set(key, choice_value(v)); }
  void field(std::string_view key, std::vector<Choice>& v, const Catalogue&, std::string_view) override {
    Value::List list;
    for (auto& c : v) list.push_back(choice_value(c));
    out.set(key, Value(std::move(list)));
  }
  void group(std::string_view key, std::string_view, const Describe& describe) override {
    Writer nested;
    describe(nested);
    out.set(key, std::move(nested.out));
  }
  Value out{Value::Table{}};
};

// ---- Listing --------------------------------------------------------------------------------------------------------

class Lister : public Fields {
 public:
  void field(std::string_view key, bool& v, std::string_view doc) override { add(key, "bool", Value(v), doc, {}); }
  void field(std::string_view key, int64_t& v, std::string_view doc, const Limits& l) override {
    add(key, "integer", Value(v), doc, l);
  }
  void field(std::string_view key, double& v, std::string_view doc, const Limits& l) override {
    add(key, "number", Value(v), doc, l);
  }
  void field(std::string_view key, std::string& v, std::string_view doc, const Limits& l) override {
    add(key, "text", Value(v), doc, l);
  }
  void field(std::string_view key, std::vector<int64_t>& v, std::string_view doc, const Limits& l) override {
    add(key, "integers", list_value(v), doc, l);
  }
  void field(std::string_view key, std::vector<double>& v, std::string_view doc, const Limits& l) override {
    add(key, "numbers", list_value(v), doc, l);
  }
  void field(std::string_view key, std::vector<std::string>& v, std::string_view doc, const Limits& l) override {
    add(key, "texts", list_value(v), doc, l);
  }
  void field(std::string_view key, Schedule& v, std::string_view doc, const Limits& l) override {
    add(key, "schedule", schedule_value(v), doc, l);
  }
  void field(std::string_view key, Choice& v, std::string_view doc) override {
    add(key, v.catalogue->kind(), Value(v.name), doc, one_of(v.catalogue->names()));
    Lister nested;
    v.catalogue->describe(v.name, nested);
    out.back().nested = std::move(nested.out);
  }
  void field(std::string_view key, std::vector<Choice>& v, const Catalogue& catalogue, std::string_view doc) override {
    Value::List list;
    for (auto& c : v) list.emplace_back(c.name);
    add(key, "list of " + catalogue.kind() + "s", Value(std::move(list)), doc, one_of(catalogue.names()));
  }
  void group(std::string_view key, std::string_view doc, const Describe& describe) override {
    out.push_back({std::string(key), "table", "", std::string(doc), "", list_options(describe)});
  }
  std::vector<OptionInfo> out;

 private:
  void add(std::string_view key, std::string type, Value standard, std::string_view doc, const Limits& l) {
    out.push_back({std::string(key), std::move(type), short_text(standard), std::string(doc), limits_text(l), {}});
  }
};

}  // namespace

void read_options(const Describe& describe, const Value& table, const std::string& path) {
  Reader reader(table, path);
  describe(reader);
  reader.finish();
}

Value write_options(const Describe& describe) {
  Writer writer;
  describe(writer);
  return std::move(writer.out);
}

std::vector<OptionInfo> list_options(const Describe& describe) {
  Lister lister;
  describe(lister);
  return std::move(lister.out);
}

std::string hash_of(const Value& table) { return hash_of_bytes(to_json(table)); }

std::string hash_of_bytes(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
  for (unsigned char c : bytes) hash = (hash ^ c) * 0x100000001b3u;
  return fmt::format("{:016x}", hash);
}

}  // namespace teasel
