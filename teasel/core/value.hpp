// A tree of configuration values that remembers where each was written.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace teasel {

// Where a value was written. `file` is a path, "--set", or "" for a value that the program made.
struct Place {
  std::string file;
  int line = 0, column = 0;

  // "configs/a.toml:3:8", "--set", or "".
  std::string text() const;
};

// A value of a configuration: nothing, a bool, a number, a text, a list, or a table in the order it was written.
// TOML files, `--set key=value`, presets and JSON all become this, and one reader turns it into options.
class Value {
 public:
  using List = std::vector<Value>;
  using Table = std::vector<std::pair<std::string, Value>>;

  Value() = default;
  Value(bool v) : data_(v) {}
  Value(int v) : data_(int64_t{v}) {}
  Value(int64_t v) : data_(v) {}
  Value(double v) : data_(v) {}
  Value(const char* v) : data_(std::string(v)) {}
  Value(std::string v) : data_(std::move(v)) {}
  Value(List v) : data_(std::move(v)) {}
  Value(Table v) : data_(std::move(v)) {}

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  template <class T>
  const T* as() const {
    return std::get_if<T>(&data_);
  }
  template <class T>
  T* as() {
    return std::get_if<T>(&data_);
  }
  // A number, whole or not; nullptr-like false where it is neither.
  bool number(double& out) const;

  // The entry of a table, or nullptr. `path` may name nested tables: "train.steps".
  const Value* find(std::string_view path) const;
  // The text at `path`, or `otherwise` where there is none.
  std::string text_at(std::string_view path, std::string otherwise = {}) const;
  // The same for numbers, and for whole numbers alone.
  double number_at(std::string_view path, double otherwise = 0) const;
  int64_t whole_at(std::string_view path, int64_t otherwise = 0) const;
  // Sets an entry of a table, making the tables on the way; later wins. Throws Error where the path runs through a
  // value that is no table.
  void set(std::string_view path, Value value);
  void erase(std::string_view key);

  // "a number", "a list", ...: for messages.
  std::string kind() const;

  Place place;
  bool operator==(const Value& other) const { return data_ == other.data_; }

 private:
  std::variant<std::monostate, bool, int64_t, double, std::string, List, Table> data_;
};

// Lays `over` on `base`: tables are merged key by key, anything else is replaced. A table that names another component
// (its `name` differs) replaces the whole table, because the options of one component mean nothing to another.
Value merge(Value base, const Value& over);

// Reads TOML text; `file` is used in messages. Throws Error with line and column.
Value parse_toml(std::string_view text, const std::string& file);
Value read_toml(const std::string& path);

// Applies `key.path=value`, the form of `--set`. The right side is TOML ("0.5", "true", "[1, 2]"); what is no TOML is a
// text.
void apply_set(Value& root, const std::string& assignment);

// TOML and JSON text of a tree. Doubles are written so that reading them gives the same bits back.
std::string to_toml(const Value& root);
std::string to_json(const Value& root, int indent = -1);
Value parse_json(std::string_view text, const std::string& file);

}  // namespace teasel
