// Options are declared once, in a struct's `describe(Fields&)`; reading, writing, listing and hashing are visitors.
#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "teasel/core/schedule.hpp"
#include "teasel/core/value.hpp"

namespace teasel {

// What a value must keep to. For lists it holds for every entry.
struct Limits {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  std::vector<std::string> one_of = {};
  bool per_latent = false;  // a schedule may tell latents apart
};

inline Limits at_least(double low) { return {.low = low}; }
inline Limits between(double low, double high) { return {.low = low, .high = high}; }
inline Limits per_latent(Limits limits) {
  limits.per_latent = true;
  return limits;
}
inline Limits one_of(std::vector<std::string> words) { return {.one_of = std::move(words)}; }

class Fields;

// A family of things that are chosen by name and have options of their own (models, encoders, views, ...).
class Catalogue {
 public:
  virtual ~Catalogue() = default;
  virtual std::string kind() const = 0;  // "encoder"
  virtual std::vector<std::string> names() const = 0;
  // Visits the options of `name` with their defaults.
  virtual void describe(const std::string& name, Fields& fields) const = 0;
  // The full options of `name`: defaults overlaid with `given` (a table, or null). Throws Error for unknown keys and
  // bad values.
  virtual Value resolve(const std::string& name, const Value& given, const std::string& path) const = 0;
};

// A choice from a catalogue with its resolved options. In TOML: "conv_a4" or {name = "conv_a4", channels = [32, 32]}.
struct Choice {
  const Catalogue* catalogue = nullptr;
  std::string name;
  Value options;
};

// A visitor of declared options. A struct declares itself with `void describe(Fields& f)`, one call per option.
// Keys are snake_case; `doc` is a sentence with units or ranges.
class Fields {
 public:
  virtual ~Fields() = default;
  virtual void field(std::string_view key, bool& value, std::string_view doc) = 0;
  virtual void field(std::string_view key, int64_t& value, std::string_view doc, const Limits& = {}) = 0;
  virtual void field(std::string_view key, double& value, std::string_view doc, const Limits& = {}) = 0;
  virtual void field(std::string_view key, std::string& value, std::string_view doc, const Limits& = {}) = 0;
  virtual void field(std::string_view key, std::vector<int64_t>& value, std::string_view doc, const Limits& = {}) = 0;
  virtual void field(std::string_view key, std::vector<double>& value, std::string_view doc, const Limits& = {}) = 0;
  virtual void field(std::string_view key, std::vector<std::string>& value, std::string_view doc,
                     const Limits& = {}) = 0;
  virtual void field(std::string_view key, Schedule& value, std::string_view doc, const Limits& = {}) = 0;
  // A nested component, and a list of them (the views of a data set). A list of choices gives the catalogue apart,
  // since it may be empty.
  virtual void field(std::string_view key, Choice& value, std::string_view doc) = 0;
  virtual void field(std::string_view key, std::vector<Choice>& value, const Catalogue& catalogue,
                     std::string_view doc) = 0;
  // A nested table of options.
  virtual void group(std::string_view key, std::string_view doc, const std::function<void(Fields&)>& describe) = 0;
};

using Describe = std::function<void(Fields&)>;

// Fills options from a table. `path` is the dotted name of the table, for messages ("model.encoder"). Keys that were
// not declared are an Error with the nearest known key; so are values of a wrong kind or out of range.
void read_options(const Describe& describe, const Value& table, const std::string& path);

// The options with their present values, as a table.
Value write_options(const Describe& describe);

// One declared option, for `list --verbose` and the reference page.
struct OptionInfo {
  std::string key, type, standard, doc, limits;
  std::vector<OptionInfo> nested;  // of a group, or of the standard choice of a component
};
std::vector<OptionInfo> list_options(const Describe& describe);

// 16 hexadecimal digits that name a table of options, or some bytes; equal ones have equal hashes on every machine.
std::string hash_of(const Value& table);
std::string hash_of_bytes(std::string_view bytes);

}  // namespace teasel
